"""Which leaves of one scope stand in an article, and where.

A place is one number: the field's (as counted in the scope) times 2 ** 32, plus the token's in the
field; so that places in different fields are never near each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.vocabulary import SEVERAL, Shape, Vocabulary
from worker.text import FieldText

FIELD_BITS = 32
IN_FIELD = (1 << FIELD_BITS) - 1

Integers = NDArray[np.int64]


class Seen(NamedTuple):
    """A field in a scope, and the most of its tokens that the scope looks at."""

    field: FieldText
    tokens: int


class Sighting:
    """One article in one scope. `leaves` are the word, wildcard and phrase leaves that stand in it."""

    def __init__(self, vocabulary: Vocabulary, fields: Sequence[Seen], languages: frozenset[str]) -> None:
        self.fields = fields
        self._shapes = vocabulary.shapes
        memories = [vocabulary.forms, *vocabulary.stems_of(languages)]
        read = [_numbers(vocabulary, memories, seen) for seen in fields]
        self._channels = [_joined(channel) for channel in zip(*read, strict=True)]
        self._places = _joined([np.arange(len(field)) + (at << FIELD_BITS) for at, (field, *_) in enumerate(read)])
        self._words: dict[int, list[tuple[int, int, int]]] = {}
        self._ordered: list[Integers] = []
        for channel in self._channels:
            self._see_words(channel, vocabulary.leaves)
        self._phrases: dict[int, list[int]] = {}
        if vocabulary.pairs:
            self._see_phrases(vocabulary)

    @property
    def leaves(self) -> list[int]:
        """The leaves that stand in the article, each once."""
        return [*self._words, *self._phrases]

    def _see_words(self, channel: Integers, leaves: list[tuple[int, ...]]) -> None:
        order = np.argsort(channel, kind="stable")
        ordered = channel[order]
        bounds = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        starts = [0, *bounds.tolist()]
        at = len(self._ordered)
        self._ordered.append(self._places[order])
        words = self._words
        for number, start, end in zip(
            ordered[starts].tolist(), starts, [*starts[1:], len(channel)], strict=True
        ):
            for leaf in leaves[number]:
                words.setdefault(leaf, []).append((at, start, end))

    def _see_phrases(self, vocabulary: Vocabulary) -> None:
        found = self._phrases
        for first in self._channels:
            for second in self._channels:
                for at, leaves in vocabulary.neighbours(first, second):
                    for leaf in leaves:
                        shape = self._shapes[leaf]
                        if not shape.terms or self._stands(shape, at - shape.offset):
                            found.setdefault(leaf, []).append(at - shape.offset)

    def _stands(self, shape: Shape, first: int) -> bool:
        if first < 0 or first + shape.size > len(self._places):
            return False
        return all(
            any(channel[at] in term for channel in self._lists) for at, term in enumerate(shape.terms, first)
        )

    @cached_property
    def _lists(self) -> list[list[int]]:
        return [channel.tolist() for channel in self._channels]

    def places(self, leaf: int) -> list[tuple[int, int]]:
        """Where a leaf stands: first token and, exclusive, last; in order."""
        words = self._words.get(leaf)
        if words is not None:
            if len(words) == 1:
                channel, start, end = words[0]
                firsts = self._ordered[channel][start:end].tolist()
            else:
                every = [self._ordered[channel][start:end] for channel, start, end in words]
                firsts = sorted(set(np.concatenate(every).tolist()))
            return [(first, first + 1) for first in firsts]
        size = self._shapes[leaf].size
        firsts = self._places[sorted(set(self._phrases[leaf]))].tolist()
        return [(first, first + size) for first in firsts]


def _joined(parts: Sequence[Integers]) -> Integers:
    """The fields behind one another, each with a 0 behind it that no phrase crosses."""
    gap = np.zeros(1, np.int64)
    return np.concatenate([part for field in parts for part in (field, gap)])


def _numbers(vocabulary: Vocabulary, memories: Sequence[Mapping[str, int]], seen: Seen) -> list[Integers]:
    """The field's words as numbers: its forms, then its stems in each language."""
    field = seen.field
    forms, *stems = (_looked_up(memory, field.pieces) for memory in memories)
    if forms.min(initial=0) == SEVERAL:
        written = [field.raw[start:end] for start, end in zip(field.starts, field.ends, strict=True)]
        forms = np.array([vocabulary.forms.of_term(term) for term in field.terms], np.int64)
        stems = [_looked_up(memory, written) for memory in memories[1:]]
    return [numbers[: seen.tokens] for numbers in (forms, *stems)]


def _looked_up(memory: Mapping[str, int], words: Sequence[str]) -> Integers:
    return np.array(list(map(memory.__getitem__, words)), np.int64)
