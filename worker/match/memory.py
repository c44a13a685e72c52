"""The numbers of the words of articles, remembered: for a whole article by a few steps over arrays.

News repeats its words. A word is found by its hash, where its text has hashes; else by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from worker.text import LONGEST_REMEMBERED, FieldText

Integers = NDArray[np.int64]

BITS = 16
"""Of two words of one place in the table the later one takes it: with some ten thousand words that news is
made of, one look-up in ten or so is in vain, and is made by the word itself."""

_SHIFT = np.uint64(64 - BITS)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2 ** 64 over the golden ratio: Knuth's multiplicative hash."""


class Memory(dict[str, int]):
    """Word as written → its number, as `numbers` tells it of several words at once."""

    def __init__(self, numbers: Callable[[list[str]], list[int]]) -> None:
        self._tell = numbers
        self._hashes: NDArray[np.uint64] | None = None
        self._values: Integers = np.zeros(0, np.int64)

    def __missing__(self, word: str) -> int:
        (number,) = self._tell([word])
        if len(word) <= LONGEST_REMEMBERED:
            self[word] = number
        return number

    def learn(self, words: Iterable[str]) -> None:
        """Ask for the words that are new, all in one go: that takes a third of one by one."""
        new = [word for word in words if word not in self and len(word) <= LONGEST_REMEMBERED]
        if new:
            self.update(zip(new, self._tell(new), strict=True))

    def of(self, words: list[str]) -> Integers:
        """The numbers of these words."""
        self.learn(set(words))
        return np.fromiter(map(self.__getitem__, words), np.int64, len(words))

    def of_field(self, field: FieldText) -> Integers:
        """The numbers of a field's pieces."""
        hashes = field.hashes
        if hashes is None:
            return self.of(field.pieces)
        if self._hashes is None:
            self._hashes = np.zeros(1 << BITS, np.uint64)
            self._values = np.zeros(1 << BITS, np.int64)
        places = (hashes * MIX) >> _SHIFT
        numbers: Integers = self._values[places]
        unknown = (self._hashes[places] != hashes).nonzero()[0]
        if len(unknown):
            places = places[unknown]
            found = self.of(field.pieces_at(unknown))
            # One after the other, so that a place that two words share holds the hash and number of one.
            numbers[unknown] = found
            self._hashes[places], self._values[places] = hashes[unknown], found
        return numbers
