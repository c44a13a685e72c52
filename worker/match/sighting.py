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


def sighted(
    vocabulary: Vocabulary, fields: Sequence[Seen], languages: frozenset[str]
) -> tuple[NDArray[np.int32], Integers]:
    """The word, wildcard and phrase leaves that stand in an article in one scope, each as often as it stands
    there, and where each begins in the row.
    """
    memories: list[Memory] = [vocabulary.forms, *vocabulary.stems_of(languages)]
    read = [_numbers(vocabulary, memories, seen) for seen in fields]
    # The fields stand behind one another, each with a 0 behind it that no phrase crosses.
    channels = np.zeros((len(memories), sum(len(forms) + 1 for forms, *_ in read)), np.int32)
    ends, moves = np.empty((2, len(read)), np.int64)
    begin = 0
    for at, (seen, numbers) in enumerate(zip(fields, read, strict=True)):
        end = begin + len(numbers[0])
        channels[:, begin:end] = numbers
        ends[at], moves[at] = end, seen.begin - begin
        begin = end + 1
    return vocabulary.sighted(channels, ends, moves)


def _numbers(vocabulary: Vocabulary, memories: Sequence[Memory], seen: Seen) -> list[NDArray[np.int32]]:
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
    vocabulary: Vocabulary, memories: Sequence[Memory], field: FieldText, rows: list[NDArray[np.int32]]
) -> list[NDArray[np.int32]]:
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
