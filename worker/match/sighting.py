"""Which leaves of one scope stand in an article, and where.

A place is one number: the field's (as counted in the scope) times 2 ** 32, plus the token's in the
field; so that places in different fields are never near each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.vocabulary import SEVERAL, Vocabulary
from worker.text import FieldText, parts_of

FIELD_BITS = 32
IN_FIELD = (1 << FIELD_BITS) - 1

Integers = NDArray[np.int64]
Place = tuple[int, int]

_GAP: Integers = np.zeros(1, np.int64)


class Seen(NamedTuple):
    """A field in a scope, and the most of its tokens that the scope looks at."""

    field: FieldText
    tokens: int


class Channel:
    """The words of an article as numbers of one kind, forms or stems, and where each number stands."""

    def __init__(self, numbers: Integers) -> None:
        self.numbers = numbers
        self._order = np.argsort(numbers, kind="stable")
        ordered = numbers[self._order]
        # Number 0 comes first, for the gap behind the last field, and tells nothing.
        self._starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        self.distinct = ordered[self._starts]

    @cached_property
    def listed(self) -> list[int]:
        """The numbers in the order of the text."""
        listed: list[int] = self.numbers.tolist()
        return listed

    @cached_property
    def _spans(self) -> tuple[list[int], list[int], list[int]]:
        return self.distinct.tolist(), [*self._starts.tolist(), len(self.numbers)], self._order.tolist()

    def at(self, number: int) -> list[int]:
        """Where the number stands, in order."""
        distinct, starts, order = self._spans
        place = bisect_left(distinct, number)
        if place == len(distinct) or distinct[place] != number:
            return []
        return order[starts[place] : starts[place + 1]]


class Sighting:
    """One article in one scope. `leaves` are the word, wildcard and phrase leaves that stand in it."""

    def __init__(self, vocabulary: Vocabulary, fields: Sequence[Seen], languages: frozenset[str]) -> None:
        self.fields = fields
        self._vocabulary = vocabulary
        memories = [vocabulary.forms, *vocabulary.stems_of(languages)]
        read = [_numbers(vocabulary, memories, seen) for seen in fields]
        self._sizes = [len(field) for field, *_ in read]
        self._channels = [Channel(_joined(numbers)) for numbers in zip(*read, strict=True)]
        self._matched = self._see_patterns() if vocabulary.patterns else {}
        self._phrases: dict[int, list[int]] = {}
        self._placed: dict[int, list[Place]] = {}
        if vocabulary.pairs:
            self._see_phrases(vocabulary)

    @property
    def leaves(self) -> list[int]:
        """The leaves that stand in the article; a word may be listed twice, for its form and its stem."""
        words = [leaf for channel in self._channels for leaf in self._vocabulary.words_of(channel.distinct)]
        return [*words, *self._matched, *self._phrases]

    def _see_patterns(self) -> dict[int, list[int]]:
        """Wildcard and fuzzy leaves → the numbers of the words they match."""
        matched: dict[int, list[int]] = {}
        known = self._vocabulary.matched
        for number in known.keys() & set(self._channels[0].distinct.tolist()):
            for leaf in known[number]:
                matched.setdefault(leaf, []).append(number)
        return matched

    def _see_phrases(self, vocabulary: Vocabulary) -> None:
        found, stands = self._phrases, self._stands_inflected if len(self._channels) > 1 else _never
        forms = self._channels[0].listed
        for first in self._channels:
            for second in self._channels:
                for at, phrases in vocabulary.neighbours(first.numbers, second.numbers):
                    for leaf, (size, offset, wanted, stems) in phrases:
                        start = at - offset
                        if (
                            not wanted
                            or forms[start : start + size] == wanted
                            or stands(start, wanted, stems)
                        ):
                            if leaf in found:
                                found[leaf].append(start)
                            else:
                                found[leaf] = [start]

    def _stands_inflected(self, start: int, forms: list[int], stems: list[int]) -> bool:
        """Whether each word from there is of its form or of its stem."""
        channels = [channel.listed[start : start + len(forms)] for channel in self._channels]
        if start < 0 or len(channels[0]) < len(forms) or not stems:
            return False
        return all(
            form == words[0] or stem in words[1:]
            for form, stem, *words in zip(forms, stems, *channels, strict=True)
        )

    def near(self, left: int, right: int, distance: int, most: int, *, in_order: bool) -> bool | None:
        """Whether two leaves of one word each stand so; None where it takes more than this to say.

        most: pairs of places that may be compared. Counted over the fields joined, so what is not near here
        is not near in any of them.
        """
        word_numbers = self._vocabulary.word_numbers
        one, two = word_numbers.get(left, ()), word_numbers.get(right, ())
        if len(one) != 1 or len(two) != 1 or len(self._channels) != 1:
            return None
        channel = self._channels[0]
        firsts, others = channel.at(one[0]), channel.at(two[0])
        if len(firsts) * len(others) > most:
            return None
        for first in firsts:
            for other in others:
                between = other - first - 1
                if 0 <= between <= distance or (not in_order and 0 <= -2 - between <= distance):
                    return True if len(self._sizes) == 1 else None
        return False

    def places(self, leaf: int) -> list[Place]:
        """Where a leaf stands: first token and, exclusive, last; in order."""
        places = self._placed.get(leaf)
        if places is None:
            places = self._placed[leaf] = self._places(leaf)
        return places

    def _places(self, leaf: int) -> list[Place]:
        size, firsts = 1, self._phrases.get(leaf)
        if firsts is not None:
            size = self._vocabulary.shapes[leaf].size
        else:
            numbers = self._matched.get(leaf) or self._vocabulary.word_numbers[leaf]
            if len(numbers) == len(self._channels) == 1:
                firsts = self._channels[0].at(numbers[0])
                if len(self._sizes) == 1:
                    return [(first, first + 1) for first in firsts]
            else:
                firsts = sorted(
                    {at for number in numbers for channel in self._channels for at in channel.at(number)}
                )
        if len(firsts) > 1 and size > 1:
            firsts = sorted(set(firsts))
        if len(self._sizes) > 1:
            firsts = list(map(self._in_field, firsts))
        return [(first, first + size) for first in firsts]

    def _in_field(self, at: int) -> int:
        """From a place in the joined fields to the field's number and the place in it."""
        for number, size in enumerate(self._sizes):
            if at < size:
                return number << FIELD_BITS | at
            at -= size + 1
        raise IndexError(at)


def _never(start: int, forms: list[int], stems: list[int]) -> bool:  # noqa: ARG001  # where there are no stems
    return False


def _joined(parts: Sequence[Integers]) -> Integers:
    """The fields behind one another, each with a 0 behind it that no phrase crosses."""
    return np.concatenate([part for field in parts for part in (field, _GAP)])


def _numbers(vocabulary: Vocabulary, memories: Sequence[Mapping[str, int]], seen: Seen) -> list[Integers]:
    """The field's words as numbers: its forms, then its stems in each language."""
    field = seen.field
    rows = [_looked_up(memory, field.pieces) for memory in memories]
    if rows[0].min(initial=0) == SEVERAL:
        rows = _parted(vocabulary, memories, field.pieces, rows)
    else:
        field.whole()
    return [numbers[: seen.tokens] for numbers in rows]


def _parted(
    vocabulary: Vocabulary, memories: Sequence[Mapping[str, int]], pieces: list[str], rows: list[Integers]
) -> list[Integers]:
    """The rows with the numbers of each token where a piece is not just one."""
    several = rows[0] == SEVERAL
    broken = [(piece, parts_of(piece)) for piece in map(pieces.__getitem__, np.flatnonzero(several).tolist())]
    sizes = np.ones(len(pieces), np.int64)
    sizes[several] = [len(parts) for _, parts in broken]
    terms = [term for _, parts in broken for term, _, _ in parts]
    written = [piece[first:last] for piece, parts in broken for _, first, last in parts]
    places = np.repeat(several, sizes)
    looked_up = [_looked_up(vocabulary.forms.terms, terms)]
    looked_up += [_looked_up(memory, written) for memory in memories[1:]]
    rows = [np.repeat(row, sizes) for row in rows]
    for row, numbers in zip(rows, looked_up, strict=True):
        row[places] = numbers
    return rows


def _looked_up(memory: Mapping[str, int], words: Sequence[str]) -> Integers:
    return np.fromiter(list(map(memory.__getitem__, words)), np.int64, len(words))
