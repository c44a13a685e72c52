"""The embedded bus: topics, partitions, offsets and groups in one SQLite file, one unit one transaction.

The default way to run Tocsin, and the fake its tests use. A unit gathers what is published in memory
and writes it in one short transaction at its end, so that no lock is held while articles are matched.
Members of one group are kept apart by compare-and-set: the slower one is Fenced and writes nothing.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from worker.bus import embedded_log as log
from worker.bus.admission import admit
from worker.bus.embedded_file import Durability
from worker.bus.embedded_log import PartitionRow
from worker.bus.embedded_retention import remove_old
from worker.bus.embedded_session import LogSession
from worker.bus.gathered import GatheredUnit
from worker.bus.topics import CATALOGUE, TopicReport, TopicSpec, TopicStatus, report
from worker.clock import Clock, SystemClock
from worker.errors import Fenced
from worker.ports import Partition, UnitOfWork
from worker.types import Message, Record

LOOK_SECONDS = 0.05
"""How often a waiting reader looks for what other processes wrote; one look is one pragma, some 5 µs."""

RETENTION_SECONDS = 60.0
"""How often a bus that is polled removes what has grown old; each time at most a few thousand records."""


class EmbeddedBus:
    """`worker.ports.Bus` over the SQLite file at `path`, for one group; one instance a thread.

    Topics come into being when first named, shaped as `specs` says (one partition if it does not).
    The constructor raises UsageError or Outage as `open_database` does.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        group: str,
        clock: Clock | None = None,
        durability: Durability = Durability.POWER,
        specs: Sequence[TopicSpec] = CATALOGUE,
    ) -> None:
        self._log = LogSession(Path(path), clock or SystemClock(), durability, specs)
        self._group = group
        self._partitions: list[PartitionRow] = []
        self._topics: tuple[str, ...] = ()
        self._committed: dict[int, int] = {}
        self._positions: dict[int, int] = {}
        self._stale = True
        self._turn = 0
        self._next_retention = self._log.clock.monotonic() + RETENTION_SECONDS

    def subscribe(self, topics: Sequence[str]) -> None:
        """Read these topics from the group's offsets, or from their oldest record if it has none."""
        with self._log.writing() as connection:
            rows = [row for topic in topics for row in self._log.ensured(topic)]
            log.join_group(connection, self._group, rows)
        self._topics, self._partitions, self._stale = tuple(topics), rows, True

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        """Up to `limit` records, waiting at most `timeout` seconds of the machine's clock for the first."""
        self._retain()
        deadline = time.monotonic() + timeout
        while True:
            rings, version = self._log.bell.rings(), self._log.version()
            if records := self._read(limit):
                return records
            while self._log.bell.rings() == rings and self._log.version() == version:
                left = deadline - time.monotonic()
                if left <= 0:
                    return ()
                self._log.bell.wait(rings, min(left, LOOK_SECONDS))

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """A unit of work; commits when the block ends, and is forgotten when it raises."""
        unit = GatheredUnit(self._has_seen)
        try:
            yield unit
            self._commit(unit)
        except BaseException:
            self._stale = True  # read again from the committed offsets, whatever happened
            raise

    def rewind(self) -> None:
        """Read again from the group's offsets, from the next poll on."""
        self._stale = True

    def stay(self) -> None:
        """Nothing: nobody is put out of a group of the embedded bus for being slow."""

    def lag(self) -> Mapping[Partition, int]:
        """Records not yet committed by the group, for each partition of the subscribed topics."""
        with self._log.reading() as connection:
            behind = log.lag(connection, self._group)
        return {place: count for place, count in behind.items() if place[0] in self._topics}

    def remove_old(self) -> int:
        """Remove records past their topic's retention now; returns how many went (bounded a call)."""
        with self._log.writing() as connection:
            return remove_old(connection, self._log.specs, self._log.clock.now())

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._log.close()

    def _read(self, limit: int) -> list[Record]:
        records: list[Record] = []
        with self._log.reading() as connection:
            self._refresh(connection)
            self._turn += 1  # another partition first each time, so that a busy one starves nobody
            for i in range(len(self._partitions)):
                partition = self._partitions[(self._turn + i) % len(self._partitions)]
                found = log.read(connection, partition, self._positions[partition.id], limit - len(records))
                if found:
                    self._positions[partition.id] = found[-1].offset + 1
                    records += found
                if len(records) >= limit:
                    break
        return records

    def _refresh(self, connection: sqlite3.Connection) -> None:
        if self._stale:
            self._committed = log.committed(connection, self._group)
            self._positions = dict(self._committed)
            self._stale = False

    def _has_seen(self, key: str) -> bool:
        with self._log.reading() as connection:
            return log.has_seen(connection, self._group, key)

    def _commit(self, unit: GatheredUnit) -> None:
        if unit.is_empty():
            return
        moves = self._moves(unit.ends)
        with self._log.writing() as connection:
            self._move_offsets(connection, moves)
            now = self._log.clock.now()
            if not log.remember(connection, self._group, unit.new_keys, now):
                raise Fenced(
                    f"Another member of group {self._group} handled one of these; nothing was written."
                )
            self._log.append(unit.messages, now)
        for partition, new in moves.items():
            self._committed[partition.id] = new
        self._log.bell.ring()

    def _move_offsets(self, connection: sqlite3.Connection, moves: Mapping[PartitionRow, int]) -> None:
        for partition, new in moves.items():
            old = self._committed[partition.id]
            if new <= old or not log.move_offset(connection, self._group, partition, old, new):
                raise Fenced(
                    f"Another member of group {self._group} has read {partition.topic}/{partition.number} "
                    f"beyond offset {old}; nothing was written."
                )

    def _moves(self, ends: Mapping[Partition, int]) -> dict[PartitionRow, int]:
        rows = {(row.topic, row.number): row for row in self._partitions}
        if strange := ends.keys() - rows.keys():
            raise Fenced(f"{sorted(strange)} is not read by this member; nothing was written.")
        return {rows[place]: end for place, end in ends.items()}

    def _retain(self) -> None:
        if self._log.clock.monotonic() >= self._next_retention:
            self._next_retention = self._log.clock.monotonic() + RETENTION_SECONDS
            self.remove_old()


class EmbeddedIntake:
    """`worker.ports.Intake` over the same file: messages and source state in one transaction."""

    def __init__(
        self,
        path: Path | str,
        *,
        clock: Clock | None = None,
        durability: Durability = Durability.POWER,
        specs: Sequence[TopicSpec] = CATALOGUE,
    ) -> None:
        self._log = LogSession(Path(path), clock or SystemClock(), durability, specs)

    def state(self, key: str) -> str | None:
        """What a source remembered under `key`, or None."""
        with self._log.reading() as connection:
            return log.source_state(connection, key)

    def put(self, messages: Sequence[Message], state: Mapping[str, str]) -> None:
        """Publish the messages and remember the state together; durable when it returns, else Outage."""
        for message in messages:
            admit(message)
        now = self._log.clock.now()
        with self._log.writing() as connection:
            self._log.append(messages, now)
            log.set_source_state(connection, state, now)
        self._log.bell.ring()

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._log.close()


class EmbeddedTopics:
    """`worker.bus.topics.TopicAdmin` over the SQLite file at `path`."""

    def __init__(self, path: Path | str, *, clock: Clock | None = None) -> None:
        self._log = LogSession(Path(path), clock or SystemClock(), Durability.POWER, ())

    def describe(self, specs: Iterable[TopicSpec]) -> list[TopicReport]:
        """What exists of the specs. Only partitions can differ: retention comes from the specs themselves."""
        with self._log.reading() as connection:
            return [_described(spec, len(log.partitions_of(connection, spec.name))) for spec in specs]

    def create(self, specs: Iterable[TopicSpec]) -> list[str]:
        """Make the missing ones and return their names."""
        now = self._log.clock.now()
        with self._log.writing() as connection:
            return [
                spec.name
                for spec in specs
                if log.create_topic(connection, spec.name, spec.embedded_partitions, now)
            ]

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._log.close()


def _described(spec: TopicSpec, partitions: int) -> TopicReport:
    if partitions == 0:
        return TopicReport(spec.name, TopicStatus.MISSING)
    return report(spec, {"partitions": str(partitions)}, {"partitions": str(spec.embedded_partitions)})
