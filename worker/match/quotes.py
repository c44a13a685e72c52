"""The words that made rules hold, for many rules in one go: each place is quoted once and shared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, repeat
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from worker.match.ragged import Numbers, changes, spread
from worker.match.scene import Scene
from worker.rules import LeafMatch
from worker.text import FieldText

Integers = NDArray[np.int64]


def quoted(scene: Scene, owners: Integers, entries: Numbers, rules: int) -> list[tuple[LeafMatch, ...]]:
    """For each of so many rules its evidence: by field and place, each place once for each leaf as written.

    `owners`, ascending, and `entries`: a rule, counted from 0, and an entry of the scene that it rests on.
    """
    sizes = scene.counts[entries]
    rows = scene.listed[spread(scene.begins[entries], sizes)]
    used = np.zeros(len(scene.leaves), np.bool_)
    used[rows] = True
    ranks, matches = _matches(scene, used.nonzero()[0])
    keys = owners.repeat(sizes) << 32 | ranks[rows]
    keys.sort()
    keys = keys[changes(keys)]
    told = list(map(matches.__getitem__, (keys & 0xFFFF_FFFF).tolist()))
    bounds = keys.searchsorted(np.arange(rules + 1) << 32).tolist()
    return [tuple(told[begin:end]) for begin, end in pairwise(bounds)]


def _matches(scene: Scene, rows: Integers) -> tuple[Integers, list[LeafMatch]]:
    """The words of these rows, in order, and which of them each row of the scene has."""
    leaves, firsts = scene.leaves[rows], scene.places[rows]
    lasts = firsts + scene.tables.sizes[leaves] - 1
    written = scene.book.written
    texts, begins = scene.row.fields, scene.row.begins
    ranks = np.empty(len(scene.leaves), np.int64)
    matches: list[LeafMatch] = []
    fields = np.searchsorted(begins, firsts, "right") - 1 if len(texts) > 1 else None
    for number in (0,) if fields is None else sorted(set(fields.tolist())):
        here = slice(None) if fields is None else (fields == number).nonzero()[0]
        starts, ends = (np.asarray(bounds) for bounds in texts[number].bounds)
        starts, ends = starts[firsts[here] - begins[number]], ends[lasts[here] - begins[number]]
        order = np.lexsort((ends, starts))
        starts, ends = starts[order], ends[order]
        said = list(map(written.__getitem__, leaves[here][order].tolist()))
        found = _of_field(texts[number], starts.tolist(), ends.tolist(), said)
        places = np.arange(len(matches), len(matches) + len(found))
        same = ((starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])).nonzero()[0]
        if len(same):
            _tell_once(found, places, same.tolist())
        ranks[rows[here][order]] = places
        matches += found
    return ranks, matches


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
