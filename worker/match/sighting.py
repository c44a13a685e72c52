"""Which leaves of one scope stand in an article, and where.

An article is one row of tokens, all fields of the document behind one another with a gap between them
that no proximity reaches over: a *place* is a number in that row, and tells field and token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.memory import Memory
from worker.match.vocabulary import SEVERAL, Vocabulary
from worker.rules import scopes
from worker.text import Document, FieldText, parts_of

Integers = NDArray[np.int64]
Place = tuple[int, int]
"""First token and, exclusive, last."""

GAP = 10_001
"""Between two fields: more than the longest distance that a rule can name."""

MOST_TERMS = 18
"""Tokens that one code point can fold to (it is U+FDFA, a whole sentence)."""

_GAP: Integers = np.zeros(1, np.int64)
_NOWHERE: Integers = np.zeros(0, np.int64)


class Row:
    """The fields of a document in one row: where each begins."""

    def __init__(self, document: Document) -> None:
        self.fields = list(document.fields.values())
        self.scopes = [scopes.scope_of_field(field.name) for field in self.fields]
        self.begins: list[int] = []
        begin = 0
        for field in self.fields:
            self.begins.append(begin)
            begin += MOST_TERMS * len(field.raw) + GAP
        self.bits = begin.bit_length()
        """Bits that hold any place."""

    def bounds_of(self, field: FieldText) -> tuple[int, int]:
        """The places of a field, and of the gap behind it."""
        number = self.fields.index(field)
        begin = self.begins[number]
        return begin, begin + MOST_TERMS * len(field.raw) + 1


class Seen(NamedTuple):
    """A field in a scope, where it begins in the row, and the most of its tokens that the scope looks at."""

    field: FieldText
    begin: int
    tokens: int


class Sighting:
    """One article in one scope. `leaves` are the word, wildcard and phrase leaves that stand in it, each
    as often as it stands there, and `places` where each begins.
    """

    def __init__(self, vocabulary: Vocabulary, fields: Sequence[Seen], languages: frozenset[str]) -> None:
        memories: list[Memory] = [vocabulary.forms, *vocabulary.stems_of(languages)]
        read = [_numbers(vocabulary, memories, seen) for seen in fields]
        channels = [_joined(numbers) for numbers in zip(*read, strict=True)]
        found = [one for numbers in channels for one in vocabulary.words_in(numbers)]
        if vocabulary.has_phrases:
            found += vocabulary.phrases_in(channels)
        leaves, places = zip(*found, strict=True) if found else ((_NOWHERE,), (_NOWHERE,))
        self.leaves: Integers = np.concatenate(leaves)
        self.places: Integers = self._in_row(np.concatenate(places), fields, [len(one) for one, *_ in read])

    @staticmethod
    def _in_row(places: Integers, fields: Sequence[Seen], sizes: list[int]) -> Integers:
        """From places in the joined fields to places in the document's row."""
        if len(fields) == 1:
            return places + fields[0].begin if fields[0].begin else places
        starts = np.zeros(len(sizes), np.int64)
        np.cumsum(np.asarray(sizes[:-1]) + 1, out=starts[1:])
        begins = np.asarray([seen.begin for seen in fields]) - starts
        moved: Integers = places + begins[starts.searchsorted(places, "right") - 1]
        return moved


def _joined(parts: Sequence[Integers]) -> Integers:
    """The fields behind one another, each with a 0 behind it that no phrase crosses."""
    return np.concatenate([part for field in parts for part in (field, _GAP)])


def _numbers(vocabulary: Vocabulary, memories: Sequence[Memory], seen: Seen) -> list[Integers]:
    """The field's words as numbers: its forms, then its stems in each language."""
    field = seen.field
    rows = [memory.of_field(field) for memory in memories]
    if rows[0].min(initial=0) == SEVERAL:
        field.looked_up((rows[0] == SEVERAL).nonzero()[0])
        rows = _parted(vocabulary, memories, field, rows)
    else:
        field.looked_up(None)
    return [numbers[: seen.tokens] for numbers in rows]


def _parted(
    vocabulary: Vocabulary, memories: Sequence[Memory], field: FieldText, rows: list[Integers]
) -> list[Integers]:
    """The rows with the numbers of each token where a piece is not just one."""
    several = rows[0] == SEVERAL
    broken = [(piece, parts_of(piece)) for piece in field.pieces_at(several.nonzero()[0])]
    sizes = np.ones(len(several), np.int64)
    sizes[several] = [len(parts) for _, parts in broken]
    terms = [term for _, parts in broken for term, _, _ in parts]
    written = [piece[first:last] for piece, parts in broken for _, first, last in parts]
    places = np.repeat(several, sizes)
    looked_up = [vocabulary.forms.terms.of(terms)]
    looked_up += [memory.of(written) for memory in memories[1:]]
    rows = [np.repeat(row, sizes) for row in rows]
    for row, numbers in zip(rows, looked_up, strict=True):
        row[places] = numbers
    return rows
