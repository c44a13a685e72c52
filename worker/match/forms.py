"""The forms that rules ask for, by the hash of their letters: most words of an article are in no rule, and
that is told without making a string of them, where each letter folds by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.loops import ASK, LONGEST_BEGINNING, MIX
from worker.text import FieldText, folds_of_letters, hash_base, hashes_of

BITS_A_BEGINNING = 128
"""A word is looked up in the sieve once for each length that beginnings have, and should rarely pass."""


def sieve_of(keys: NDArray[np.uint64], bits_a_key: int) -> tuple[NDArray[np.uint8], np.uint64]:
    """Bits by which most of what is no key is told at once, and the shift of a key's hash to its bit."""
    bits = max(6, (bits_a_key * len(keys)).bit_length())
    shift = np.uint64(64 - bits)
    sieve = np.zeros(1 << bits, np.bool_)
    sieve[(keys * MIX) >> shift] = True
    return np.packbits(sieve, bitorder="little"), shift


class FormTable:
    """Forms and their numbers.

    beginnings: of the wildcards; a word that may begin with one of them is not decided here. None: any word
    may match one, and none is.
    """

    def __init__(self, forms: Mapping[str, int], beginnings: Sequence[str] | None) -> None:
        bits = max(1, (2 * len(forms)).bit_length())
        self._keys, self._shift = np.zeros(1 << bits, np.uint64), np.uint64(64 - bits)
        self._values = np.zeros(1 << bits, np.int32)
        numbers = np.fromiter(forms.values(), np.int32, len(forms))
        loops.enter(hashes_of(list(forms)), numbers, self._keys, self._values, self._shift)
        self._decides = beginnings is not None
        cut = {beginning[:LONGEST_BEGINNING] for beginning in beginnings or ()}
        self._lengths = np.uint64(sum(1 << length for length in set(map(len, cut))))
        self._sieve, self._sieve_shift = sieve_of(hashes_of(list(cut)), BITS_A_BEGINNING)

    def numbers(self, field: FieldText, places: NDArray[np.int64]) -> tuple[NDArray[np.int32], int]:
        """Of the words at some places of a field that has hashes: the number of the form, 0 where no rule has
        it, or ASK; and how many of those there are.
        """
        told = np.full(len(places), ASK, np.int32)
        if not self._decides:
            return told, len(places)
        asked = loops.recognise(
            *field.points_and_edges(),
            places,
            folds_of_letters(),
            hash_base(),
            self._lengths,
            self._sieve,
            self._sieve_shift,
            self._keys,
            self._values,
            self._shift,
            told,
        )
        return told, asked
