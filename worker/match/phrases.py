"""The phrases that rules ask for in one scope: filled as rows of words, filed all at once.

A phrase is filed under the numbers of two neighbours, its rarest: their forms, and their stems where they
have any. Which two those are, and their numbers, is worked out with arrays when all phrases are known.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.ragged import Numbers, Ragged, first_least

NONE = -1
"""The stem number of a word that is its own stem."""

Integers = NDArray[np.int64]


class Words(NamedTuple):
    """Of each word of a vocabulary: the numbers of its form and of its stem (or NONE), and its share."""

    forms: Numbers
    stems: Numbers
    shares: NDArray[np.float64]


class Filed(NamedTuple):
    """keys, phrases: the keys, ascending, and the phrases under each; leaves: of each phrase.

    offsets: where in a phrase the words of its key begin; terms, stems: the numbers of all words of a phrase
    of three or more; of one of two its key tells all.
    """

    keys: Integers
    phrases: Ragged
    leaves: Numbers
    offsets: Numbers
    terms: Ragged
    stems: Numbers


class Phrases:
    """Each a leaf and the numbers of its words."""

    def __init__(self) -> None:
        self._leaves, self._sizes, self._words = array("i"), array("i"), array("i")

    def add(self, leaf: int, words: Sequence[int]) -> None:
        """A phrase; leaves ascend."""
        self._leaves.append(leaf)
        self._sizes.append(len(words))
        self._words.extend(words)

    def filed(self, words: Words) -> Filed:
        """All of them, as they are looked for."""
        sizes, numbers = np.asarray(self._sizes, np.int64), np.asarray(self._words, np.int32)
        begins = sizes.cumsum() - sizes
        rarest = _rarest(begins, words.shares[numbers]) if len(begins) else begins
        keys, owners = _keys(numbers[rarest], numbers[rarest + 1], words)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        phrases = Ragged(np.append(starts, len(keys)), owners[order])
        longer = sizes > 2
        numbers = numbers[np.repeat(longer, sizes)]
        terms = Ragged.of_sizes(sizes * longer, words.forms[numbers])
        leaves = np.asarray(self._leaves, np.int32)
        offsets = (rarest - begins).astype(np.int32)
        return Filed(keys[starts], phrases, leaves, offsets, terms, words.stems[numbers])


def _rarest(begins: Integers, shares: NDArray[np.float64]) -> Integers:
    """Of each phrase, where the first word stands of the two neighbours that are rarest together."""
    together = np.append(shares[:-1] * shares[1:], np.inf)
    together[begins[1:] - 1] = np.inf  # the last of a phrase has no neighbour
    return first_least(together, begins)


def _keys(firsts: Numbers, seconds: Numbers, words: Words) -> tuple[Integers, Numbers]:
    """The keys of phrases by the words of each, form or stem, and which phrase each key is of."""
    phrases = np.arange(len(firsts), dtype=np.int32)
    keys, owners = [], []
    for one in (words.forms[firsts], words.stems[firsts]):
        for two in (words.forms[seconds], words.stems[seconds]):
            there = (one != NONE) & (two != NONE)
            keys.append(one[there].astype(np.int64) << 32 | two[there])
            owners.append(phrases[there])
    return np.concatenate(keys), np.concatenate(owners)
