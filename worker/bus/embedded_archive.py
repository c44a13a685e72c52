"""The embedded log as an archive: everything on a topic, and messages put back once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from worker.bus import embedded_log as log
from worker.bus.embedded_file import Durability
from worker.bus.embedded_session import LogSession
from worker.bus.topics import CATALOGUE
from worker.clock import Clock, SystemClock
from worker.errors import Fenced
from worker.types import Message, Record

_GROUP = "tocsin-replay"
_PAGE = 500


class EmbeddedArchive:
    """`worker.ports.Archive` over the SQLite file at `path`."""

    def __init__(self, path: Path | str, *, clock: Clock | None = None) -> None:
        self._log = LogSession(Path(path), clock or SystemClock(), Durability.POWER, CATALOGUE)

    def claim(self) -> None:
        """Nothing to do: what is put back is remembered in the same transaction, and compared."""

    def records(self, topic: str) -> Iterator[Record]:
        """Everything on the topic, partition by partition."""
        with self._log.reading() as connection:
            partitions = log.partitions_of(connection, topic)
        for partition in partitions:
            offset = 0
            while True:
                with self._log.reading() as connection:
                    page = log.read(connection, partition, offset, _PAGE)
                if not page:
                    break
                yield from page
                offset = page[-1].offset + 1

    def put_back(self, messages: Sequence[Message], keys: Sequence[str]) -> None:
        """Publish all, once for each key; Fenced, with nothing published, if one was put back before."""
        now = self._log.clock.now()
        with self._log.writing() as connection:
            if not log.remember(connection, _GROUP, keys, now):
                raise Fenced("Another replay put one of these back meanwhile; nothing was written.")
            self._log.append(messages, now)
        self._log.bell.ring()

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._log.close()
