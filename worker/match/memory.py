"""The numbers of the words of articles, remembered: for a whole article by one loop over their hashes.

News repeats its words. A word is found by its hash, where its text has hashes; else by itself. Words met
for the first time are asked for all in one go.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.text import LONGEST_REMEMBERED, FieldText

SEVERAL = loops.SEVERAL
"""Stands for a piece that gives no term or several; its field takes the slower path."""

SMALLEST = 12
"""Bits of the number of slots with which a table begins; it is never more than half full."""

ROOM = 1_000
"""Words of a text, up to which no room for new ones has to be made."""


class Memory(dict[str, int]):
    """Word as written → its number, as `numbers` tells it of several words at once."""

    def __init__(self, numbers: Callable[[list[str]], list[int]]) -> None:
        self._tell = numbers
        self._hashed = 0
        self._hashes: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self._values: NDArray[np.int32] = np.zeros(0, np.int32)
        self._shift = np.uint64(0)
        self._new = _room_for_new(ROOM)

    @property
    def words(self) -> int:
        """How many are remembered."""
        return max(len(self), self._hashed)

    def __missing__(self, word: str) -> int:
        (number,) = self._tell([word])
        if len(word) <= LONGEST_REMEMBERED:
            self[word] = number
        return number

    def of(self, words: list[str]) -> NDArray[np.int32]:
        """The numbers of these words. New ones are told all in one go, in a third of the time of one by one;
        long ones too, though they are not remembered.
        """
        new = [word for word in set(words) if word not in self]
        told = dict(zip(new, self._tell(new), strict=True)) if new else {}
        numbers = (told[word] if word in told else self[word] for word in words)
        found = np.fromiter(numbers, np.int32, len(words))
        self.update((word, number) for word, number in told.items() if len(word) <= LONGEST_REMEMBERED)
        return found

    def number(self, field: FieldText, numbers: NDArray[np.int32]) -> bool:
        """Fill in the numbers of a field's pieces; whether SEVERAL is among them."""
        hashes = field.hashes
        if hashes is None:
            numbers[:] = self.of(field.pieces)
            return SEVERAL in numbers
        if 2 * (self._hashed + len(hashes)) > len(self._hashes):
            self._make_room(len(hashes))
        places, slots = self._new if len(hashes) <= ROOM else _room_for_new(len(hashes))
        new, several = loops.look_up(hashes, self._hashes, self._values, self._shift, numbers, places, slots)
        if new:
            try:
                told = self.told(field, places[:new])
                loops.settle(numbers, self._values, slots, told)
            except BaseException:
                self._hashes, self._values, self._hashed = self._hashes[:0], self._values[:0], 0
                raise  # without the words that were filed and not told of
            self._hashed += new
            several |= SEVERAL in told
        return several

    def told(self, field: FieldText, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """The numbers of new words, which stand at these places of a field that has hashes."""
        return np.asarray(self._tell(field.pieces_at(places)), np.int32)

    def _make_room(self, words: int) -> None:
        bits = max(SMALLEST, (2 * (self._hashed + words)).bit_length())
        hashes, values = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int32)
        known = self._hashes != 0
        self._shift = np.uint64(64 - bits)
        loops.enter(self._hashes[known], self._values[known], hashes, values, self._shift)
        self._hashes, self._values = hashes, values


def _room_for_new(words: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For the places of new words, and for their slots."""
    return np.empty(words, np.int64), np.empty(words, np.int64)
