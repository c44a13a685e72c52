"""Which leaves of one scope stand in an article, and where.

An article is one row of tokens, all fields of the document behind one another with a gap between them
that no proximity reaches over: a *place* is a number in that row, and tells field and token.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.memory import SEVERAL, Memory
from worker.match.vocabulary import Vocabulary
from worker.rules import scopes
from worker.rules.tree import Scope
from worker.text import Document, FieldText, parts_of

Integers = NDArray[np.int64]
Place = tuple[int, int]
"""First token and, exclusive, last."""

GAP = 10_001
"""Between two fields: more than the longest distance that a rule can name."""

MOST_TERMS = 18
"""Tokens that one code point can fold to (it is U+FDFA, a whole sentence)."""


class Row:
    """The fields of a document in one row: where each begins, and which of them some scope has looked at."""

    def __init__(self, document: Document) -> None:
        self.names = tuple(document.fields)
        self.fields = list(document.fields.values())
        self.begins: list[int] = []
        self.looked_at = [False] * len(self.fields)
        begin = 0
        for field in self.fields:
            self.begins.append(begin)
            begin += MOST_TERMS * len(field.raw) + GAP

    @property
    def scopes(self) -> list[Scope]:
        """That of each field."""
        return list(map(scopes.scope_of_field, self.names))

    def bounds_of(self, field: FieldText) -> tuple[int, int]:
        """The places of a field, and of the gap behind it."""
        number = self.fields.index(field)
        begin = self.begins[number]
        return begin, begin + MOST_TERMS * len(field.raw) + 1

    def tokens(self) -> tuple[Integers, Integers, Integers]:
        """Where each field begins in the row, and where in one row of the tokens of the fields looked at;
        and that row: where each token starts and ends in its field.
        """
        if len(self.fields) == 1:
            return _ZERO, _ZERO, self.fields[0].edges
        edges = [
            field.edges if looked_at else _NO_EDGES
            for field, looked_at in zip(self.fields, self.looked_at, strict=True)
        ]
        firsts = [0, *accumulate(len(each) // 2 for each in edges[:-1])]
        return np.asarray(self.begins), np.asarray(firsts), np.concatenate(edges)


_ZERO = np.zeros(1, np.int64)
_NO_EDGES = np.zeros(0, np.int64)


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
    # The fields stand behind one another, each with a 0 behind it that no phrase crosses.
    read = [_numbers(vocabulary, memories, seen) for seen in fields]
    channels = read[0] if len(read) == 1 else np.concatenate(read, axis=1)
    ends, moves, begin = [], [], 0
    for seen, numbers in zip(fields, read, strict=True):
        moves.append(seen.begin - begin)
        begin += numbers.shape[1]
        ends.append(begin - 1)
    return vocabulary.sighted(channels, np.array(ends), np.array(moves))


def _numbers(vocabulary: Vocabulary, memories: Sequence[Memory], seen: Seen) -> NDArray[np.int32]:
    """The field's words as numbers: a line of its forms, then of its stems in each language; a 0 behind."""
    field = seen.field
    numbers = np.zeros((len(memories), field.pieces_count() + 1), np.int32)
    several = False
    for at, memory in enumerate(memories):
        several |= memory.number(field, numbers[at, :-1])
    if several:
        field.looked_up((numbers[0] == SEVERAL).nonzero()[0])
        numbers = _parted(vocabulary, memories, field, numbers)
    else:
        field.looked_up(None)
    if numbers.shape[1] > seen.tokens + 1:
        numbers = np.ascontiguousarray(numbers[:, : seen.tokens + 1])
        numbers[:, -1] = 0
    return numbers


def _parted(
    vocabulary: Vocabulary, memories: Sequence[Memory], field: FieldText, rows: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The lines with the numbers of each token where a piece is not just one."""
    several = rows[0] == SEVERAL
    broken = [(piece, parts_of(piece)) for piece in field.pieces_at(several.nonzero()[0])]
    sizes = np.ones(len(several), np.int64)
    sizes[several] = [len(parts) for _, parts in broken]
    terms = [term for _, parts in broken for term, _, _ in parts]
    written = [piece[first:last] for piece, parts in broken for _, first, last in parts]
    places = np.repeat(several, sizes)
    looked_up = [vocabulary.forms.terms.of(terms)]
    looked_up += [memory.of(written) for memory in memories[1:]]
    rows = np.repeat(rows, sizes, axis=1)
    for row, numbers in zip(rows, looked_up, strict=True):
        row[places] = numbers
    return rows
