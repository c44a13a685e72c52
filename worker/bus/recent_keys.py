"""A bounded memory of keys: what a Kafka member knows of the articles it saw lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable


class RecentKeys:
    """Remembers the `capacity` keys added or asked for most recently, and forgets the rest."""

    def __init__(self, capacity: int) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._capacity = capacity

    def __contains__(self, key: str) -> bool:
        """Whether the key is remembered; asking makes it recent."""
        if key not in self._keys:
            return False
        self._keys.move_to_end(key)
        return True

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._keys)

    def add(self, keys: Iterable[str]) -> None:
        """Remember the keys, the last one as the most recent."""
        for key in keys:
            self._keys[key] = None
            self._keys.move_to_end(key)
        while len(self._keys) > self._capacity:
            self._keys.popitem(last=False)
