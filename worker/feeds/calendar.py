"""When each feed is to be asked next: set, moved, dropped, and taken when the time has come."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator


class Calendar:
    """One date for each key. A heap whose entries count only while they are the key's latest."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def set(self, key: str, at: float) -> None:
        """Give this key a date, instead of any it had."""
        self._at[key] = at
        heapq.heappush(self._heap, (at, key))

    def drop(self, key: str) -> None:
        """No date for this key."""
        self._at.pop(key, None)

    def next(self) -> float:
        """The first date; `inf` when there is none."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else math.inf

    def __len__(self) -> int:
        return len(self._at)

    def due(self, now: float, furthest: float) -> Iterator[str]:
        """Take the keys whose date has come, or lies further off than is ever set (but for `inf`)."""
        while (at := self.next()) <= now or furthest < at < math.inf:
            key = heapq.heappop(self._heap)[1]
            del self._at[key]
            yield key
