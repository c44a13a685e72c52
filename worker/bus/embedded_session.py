"""One connection to the embedded log as the bus and the intake use it.

Knows where a message belongs, makes topics on first use, rings the bell, and turns what SQLite
raises into an Outage that says what to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from worker.bus import embedded_log as log
from worker.bus.embedded_file import Durability, open_database, outage
from worker.bus.embedded_log import PartitionRow
from worker.bus.topics import TopicSpec
from worker.bus.wakeup import Bell, bell_for
from worker.clock import Clock
from worker.errors import Outage
from worker.types import Message


class LogSession:
    """A connection, its clock and the bell of its file. Belongs to one thread at a time."""

    def __init__(self, path: Path, clock: Clock, durability: Durability, specs: Sequence[TopicSpec]) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = open_database(path, clock, durability)
        self._partitions: dict[str, list[PartitionRow]] = {}
        self._next_partition = 0
        self.clock = clock
        self.specs = specs
        self.bell = bell_for(path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for statements that only read; SQLite's errors become Outage."""
        connection = self._open()
        try:
            yield connection
        except sqlite3.Error as error:
            raise outage(self._path, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: commits when the block ends, rolls back when it raises."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._partitions.clear()  # a topic made in this transaction is gone with it
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def version(self) -> int:
        """A number that changes when another connection commits."""
        with self.reading() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def ensured(self, topic: str) -> list[PartitionRow]:
        """The topic's partitions; it is made if it is new. Inside `writing`."""
        if topic not in self._partitions:
            count = next((spec.embedded_partitions for spec in self.specs if spec.name == topic), 1)
            log.create_topic(self._open(), topic, count, self.clock.now())
            self._partitions[topic] = log.partitions_of(self._open(), topic)
        return self._partitions[topic]

    def append(self, messages: Sequence[Message], now: float) -> None:
        """Write each message to its key's partition, or to the next in turn without one. Inside `writing`."""
        by_partition: dict[PartitionRow, list[Message]] = {}
        for message in messages:
            by_partition.setdefault(self._partition(message), []).append(message)
        log.append(self._open(), by_partition, now)

    def close(self) -> None:
        """Close the connection; the last one to close folds the write-ahead log into the file. Idempotent."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self.bell = Bell()  # lets go of the shared one: the file is no longer open here on our account

    def _partition(self, message: Message) -> PartitionRow:
        partitions = self.ensured(message.topic)
        if message.key is not None:
            return partitions[log.partition_for(message.key, len(partitions))]
        self._next_partition += 1
        return partitions[self._next_partition % len(partitions)]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise Outage(f"The embedded log {self._path} was closed.")
        return self._connection
