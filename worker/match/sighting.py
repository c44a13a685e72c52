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
        self._words: dict[int, tuple[tuple[int, int, int], ...]] = {}
        self._ordered: list[list[int]] = []
        for channel in self._channels:
            self._see_words(channel, vocabulary)
        self._phrases: dict[int, list[int]] = {}
        if vocabulary.pairs:
            self._see_phrases(vocabulary)

    @property
    def leaves(self) -> list[int]:
        """The leaves that stand in the article, each once."""
        return [*self._words, *self._phrases]

    def _see_words(self, channel: Integers, vocabulary: Vocabulary) -> None:
        order = np.argsort(channel, kind="stable")
        ordered = channel[order]
        starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1  # number 0 comes first, and tells nothing
        numbers = ordered[starts]
        telling = vocabulary.telling(numbers)
        ends = np.append(starts[1:], len(channel))[telling]
        at = len(self._ordered)
        self._ordered.append(self._places[order].tolist())
        words, leaves = self._words, vocabulary.leaves
        found = zip(numbers[telling].tolist(), starts[telling].tolist(), ends.tolist(), strict=True)
        for number, start, end in found:
            for leaf in leaves[number]:
                if leaf in words:
                    words[leaf] += ((at, start, end),)
                else:
                    words[leaf] = ((at, start, end),)

    def _see_phrases(self, vocabulary: Vocabulary) -> None:
        found, shapes = self._phrases, vocabulary.shapes
        for first in self._channels:
            for second in self._channels:
                for at, leaves in vocabulary.neighbours(first, second):
                    for leaf in leaves:
                        shape = shapes[leaf]
                        if not shape.forms or self._stands(shape, at - shape.offset):
                            found.setdefault(leaf, []).append(at - shape.offset)

    def _stands(self, shape: Shape, first: int) -> bool:
        if first < 0:
            return False
        forms, *stems = self._lists
        last = first + len(shape.forms)
        if not stems:
            return forms[first:last] == shape.forms
        return last <= len(forms) and all(
            forms[at] == form or any(channel[at] == stem for channel in stems)
            for at, form, stem in zip(range(first, last), shape.forms, shape.stems, strict=True)
        )

    @cached_property
    def _lists(self) -> list[list[int]]:
        return [channel.tolist() for channel in self._channels]

    def places(self, leaf: int) -> list[tuple[int, int]]:
        """Where a leaf stands: first token and, exclusive, last; in order."""
        words = self._words.get(leaf)
        if words is not None:
            channel, start, end = words[0]
            firsts = self._ordered[channel][start:end]
            if len(words) > 1:
                firsts = sorted({at for channel, start, end in words for at in self._ordered[channel][start:end]})
            return [(first, first + 1) for first in firsts]
        size = self._shapes[leaf].size
        starts = self._phrases[leaf]
        firsts = [int(self._places[at]) for at in (starts if len(starts) == 1 else sorted(set(starts)))]
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
    else:
        field.whole()
    return [numbers[: seen.tokens] for numbers in (forms, *stems)]


def _looked_up(memory: Mapping[str, int], words: Sequence[str]) -> Integers:
    return np.fromiter(list(map(memory.__getitem__, words)), np.int64, len(words))
