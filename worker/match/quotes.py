"""The words that made rules hold, for many rules in one go: each place is quoted once and shared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, repeat
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.ragged import Numbers
from worker.match.scene import Scene
from worker.rules import LeafMatch
from worker.text import FieldText

Integers = NDArray[np.int64]


def quoted(scene: Scene, owners: Integers, entries: Numbers, rules: int) -> list[tuple[LeafMatch, ...]]:
    """For each of so many rules its evidence: by field and place, each place once for each leaf as written.

    `owners`, ascending, and `entries`: a rule, counted from 0, and an entry of the scene that it rests on.
    """
    rows = loops.used(entries, scene.begins, scene.counts, scene.listed, len(scene.leaves))
    ranks, matches = _matches(scene, rows)
    found, bounds = loops.told(owners, entries, scene.begins, scene.counts, scene.listed, ranks, rules)
    told = list(map(matches.__getitem__, found.tolist()))
    return [tuple(told[begin:end]) for begin, end in pairwise([0, *bounds.tolist()])]


def _matches(scene: Scene, rows: Integers) -> tuple[Integers, list[LeafMatch]]:
    """The words of these rows, in order, and which of them each row of the scene has."""
    written = scene.book.written
    ranks = np.empty(len(scene.leaves), np.int64)
    matches: list[LeafMatch] = []
    for field in _fields_of(scene, rows):
        begin, end = scene.row.bounds_of(field)
        bounds = (np.ascontiguousarray(each, np.int64) for each in field.bounds)
        here, starts, ends, same = loops.placed(
            rows, scene.leaves, scene.places, scene.tables.sizes, begin, end, *bounds
        )
        said = list(map(written.__getitem__, scene.leaves[here].tolist()))
        found = _of_field(field, starts.tolist(), ends.tolist(), said)
        places = np.arange(len(matches), len(matches) + len(found))
        if len(same):
            _tell_once(found, places, same.tolist())
        ranks[here] = places
        matches += found
    return ranks, matches


def _fields_of(scene: Scene, rows: Integers) -> list[FieldText]:
    """The fields in which these rows stand."""
    fields = scene.row.fields
    if len(fields) == 1:
        return fields
    numbers = np.searchsorted(scene.row.begins, scene.places[rows], "right") - 1
    return [fields[number] for number in sorted(set(numbers.tolist()))]


def _of_field(
    field: FieldText, starts: Sequence[int], ends: Sequence[int], written: Sequence[str]
) -> list[LeafMatch]:
    quotes = map(field.raw.__getitem__, map(slice, starts, ends))
    return list(map(LeafMatch, repeat(field.name), starts, ends, quotes, written))


def _tell_once(matches: list[LeafMatch], places: Integers, same: Sequence[int]) -> None:
    """Put those that stand on the same words in the order of their leaves, equal ones in one place.

    same: each that stands on the same words as the next.
    """
    at = 0
    while at < len(same):
        begin = same[at]
        while at + 1 < len(same) and same[at + 1] == same[at] + 1:
            at += 1
        end = same[at] + 2
        before, ordered = matches[begin:end], sorted(matches[begin:end], key=attrgetter("leaf"))
        matches[begin:end] = ordered
        places[begin:end] = [places[begin] + ordered.index(match) for match in before]
        at += 1
