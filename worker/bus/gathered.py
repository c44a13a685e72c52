"""A unit of work as both buses gather it: in memory, so that forgetting it needs no word to anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from worker.bus.admission import admit
from worker.ports import Partition
from worker.types import Message, Record


class GatheredUnit:
    """`worker.ports.UnitOfWork`: what it will commit.

    `starts` and `ends` are the first and the one past the last offset of each partition's records.
    """

    def __init__(self, has_seen: Callable[[str], bool]) -> None:
        self.messages: list[Message] = []
        self.starts: dict[Partition, int] = {}
        self.ends: dict[Partition, int] = {}
        self.new_keys: dict[str, None] = {}
        self._was_seen = has_seen
        self._unseen: set[str] = set()
        """Keys that were asked for and not known before the unit: looking them up is not free."""

    def publish(self, message: Message) -> None:
        """Commit this message too; raises as `admit` does."""
        admit(message)
        self.messages.append(message)

    def advance(self, records: Iterable[Record]) -> None:
        """Commit that these records are read."""
        for record in records:
            place = (record.topic, record.partition)
            self.starts[place] = min(self.starts.get(place, record.offset), record.offset)
            self.ends[place] = max(self.ends.get(place, 0), record.offset + 1)

    def has_seen(self, key: str) -> bool:
        """Whether this unit or one before it has seen the key."""
        if key in self.new_keys:
            return True
        if key in self._unseen:
            return False
        if self._was_seen(key):
            return True
        self._unseen.add(key)
        return False

    def first_sight(self, key: str) -> bool:
        """Whether neither this unit nor one before it has seen the key; it is seen now."""
        if self.has_seen(key):
            return False
        self.new_keys[key] = None
        return True

    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.messages or self.ends or self.new_keys)
