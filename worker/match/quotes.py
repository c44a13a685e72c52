"""The words that made rules hold, for many rules in one go: each place is found once and shared.

Where they stand is worked out with the match. They are quoted when the first of them is read: who only
counts matches, or lets one alert in a hundred through, pays for no strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.ragged import Numbers
from worker.match.scene import Scene
from worker.rules import LeafMatch

Integers = NDArray[np.int64]


class Quotes:
    """The words on which some rules rest, one rule's behind the other's: by field and place, each place
    once for each leaf as written. What is needed to quote them outlives the scene.
    """

    def __init__(self, scene: Scene, owners: Integers, entries: Numbers, rules: int) -> None:
        """`owners`, ascending, and `entries`: a rule, counted from 0, and an entry of the scene."""
        words, self._field_ends, same, ranks = loops.placed(
            entries,
            scene.begins,
            scene.counts,
            scene.listed,
            scene.leaves,
            scene.places,
            scene.tables.sizes,
            *scene.row.tokens(),
        )
        self._written, self._fields = scene.book.written, scene.row.fields
        self._words = words
        self._some_same = len(same) > 0
        if self._some_same:
            ranks = self._in_order(same.tolist())[ranks]
        self._found, bounds = loops.told(
            owners, entries, scene.begins, scene.counts, scene.listed, ranks, rules
        )
        self.ends: list[int] = bounds.tolist()
        """Where each rule's words end."""
        self._leaves: tuple[LeafMatch, ...] | None = None

    def _in_order(self, same: Sequence[int]) -> Integers:
        """Put those that stand on the same words in the order of their leaves; where each is now, equal ones
        in one place.

        same: each that stands on the same words as the next.
        """
        leaves, written = self._words[2], self._written
        places = np.arange(len(leaves))
        at = 0
        while at < len(same):
            begin = same[at]
            while at + 1 < len(same) and same[at + 1] == same[at] + 1:
                at += 1
            end = same[at] + 2
            at += 1
            before = [written[leaf] for leaf in leaves[begin:end].tolist()]
            order = sorted(range(len(before)), key=before.__getitem__)
            firsts: dict[str, int] = {}
            for place, leaf in enumerate(order):
                firsts.setdefault(before[leaf], begin + place)
            leaves[begin:end] = leaves[begin:end][order]
            places[begin:end] = [firsts[leaf] for leaf in before]
        return places

    @property
    def leaves(self) -> tuple[LeafMatch, ...]:
        """All words, quoted; those of several rules are the same objects."""
        if self._leaves is None:
            self._leaves = _taken(self._matches(), self._found.tolist())
        return self._leaves

    def _matches(self) -> list[LeafMatch]:
        starts, stops, leaves = self._words.tolist()
        said = [self._written[leaf] for leaf in leaves]
        matches: list[LeafMatch] = []
        begin = 0
        for field, end in zip(self._fields, self._field_ends.tolist(), strict=True):
            if begin < end:
                here = slice(begin, end)
                quotes = self._quotes(field.raw, starts[here], stops[here])
                matches += map(LeafMatch, repeat(field.name), starts[here], stops[here], quotes, said[here])
                begin = end
        return matches

    def _quotes(self, raw: str, starts: Sequence[int], stops: Sequence[int]) -> Sequence[str]:
        spans = zip(starts, stops, strict=True)
        if not self._some_same:
            return [raw[start:stop] for start, stop in spans]
        # The leaves on the same words share their quotation, which may be long.
        known: dict[tuple[int, int], str] = {}
        return [known.get(span) or known.setdefault(span, raw[slice(*span)]) for span in spans]


def _taken(matches: Sequence[LeafMatch], places: Sequence[int]) -> tuple[LeafMatch, ...]:
    if len(places) < 2:
        return tuple(matches[place] for place in places)
    taken: tuple[LeafMatch, ...] = itemgetter(*places)(matches)
    return taken
