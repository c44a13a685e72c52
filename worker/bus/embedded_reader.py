"""Reading the embedded log's history beside whoever writes it: no group, no offset, no record written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from worker.bus import embedded_log as log
from worker.bus.embedded_file import Durability
from worker.bus.embedded_log import PartitionRow
from worker.bus.embedded_session import LogSession
from worker.clock import Clock, SystemClock
from worker.errors import UsageError
from worker.types import Record

_CHUNK = 500
"""Records read at once: a few megabytes of articles, and no lock held while they are judged."""


class EmbeddedReader:
    """`worker.ports.TopicReader` over the SQLite file at `path`, which must be there already."""

    def __init__(self, path: Path | str, *, clock: Clock | None = None) -> None:
        if not Path(path).exists():
            raise UsageError(f"There is no embedded log at {path}; `bus.embedded.path` says where it is.")
        self._log = LogSession(Path(path), clock or SystemClock(), Durability.PROCESS, ())

    def count(self, topic: str) -> int:
        """Records between the oldest and the newest offset of the topic."""
        with self._log.reading() as connection:
            extents = [log.extent(connection, partition) for partition in self._partitions(topic)]
        return sum(after - first for first, after in extents)

    def records(self, topic: str) -> Iterator[Record]:
        """The topic's records up to what is newest now, partition by partition."""
        with self._log.reading() as connection:
            places = [(each, *log.extent(connection, each)) for each in self._partitions(topic)]
        for partition, first, after in places:
            while first < after:
                with self._log.reading() as connection:
                    chunk = log.read(connection, partition, first, min(_CHUNK, after - first))
                if not chunk:
                    break
                yield from (record for record in chunk if record.offset < after)
                first = chunk[-1].offset + 1

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._log.close()

    def _partitions(self, topic: str) -> list[PartitionRow]:
        with self._log.reading() as connection:
            partitions = log.partitions_of(connection, topic)
        if not partitions:
            raise UsageError(f"The embedded log has no topic {topic} yet; has a worker run on it?")
        return partitions
