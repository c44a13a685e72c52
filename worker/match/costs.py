"""What each watch has cost: for the report of slow rules, and never for labels of metrics."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from worker.match.ragged import FEW
from worker.watchlist import Watch


class Cost(msgspec.Struct, frozen=True):
    """How often a watch was looked at and rang, and the seconds the plain evaluator spent on it."""

    watch: str
    evaluated: int
    matched: int
    seconds: float


class Costs:
    """The counts of all watches of an index, by number: 12 bytes a watch."""

    def __init__(self, watches: int) -> None:
        self.evaluated = np.zeros(watches, np.uint32)
        self.matched = np.zeros(watches, np.uint32)
        self.seconds = np.zeros(watches, np.float32)

    def rang(self, rules: list[int]) -> None:
        """These rules matched, each once."""
        if len(rules) > FEW:
            self.matched[rules] += 1
            return
        matched = self.matched.data
        for rule in rules:
            matched[rule] += 1

    def slowest(self, watches: Sequence[Watch], most: int) -> list[Cost]:
        """The watches that took longest; of equals, those looked at most often."""
        order = np.lexsort((self.evaluated, self.seconds))[::-1][:most].tolist()
        return [
            Cost(watches[at].id, int(self.evaluated[at]), int(self.matched[at]), float(self.seconds[at]))
            for at in order
            if self.evaluated[at]
        ]
