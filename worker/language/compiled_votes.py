"""The votes of words and of letter statistics by loops, for who has many texts: the same votes.

Words and n-grams are known by numbers: a hash of each word (those of the tables have different ones), the
bytes of each n-gram.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from worker.language import loops
from worker.language.words import IN_CONTEXT, UNIT, WordVotes, folded_letter, folded_words, owed
from worker.text.split import code_points


class CompiledVotes:
    """The tables of words: the row of each, and what a row scores in each language, in UNITs."""

    def __init__(self, row_of: Mapping[str, int], scores: Any, counted: int) -> None:
        hashes = np.empty(len(row_of), np.uint64)
        loops.hashed(code_points("\n".join(row_of)), hashes)
        self._rows = table_of(hashes, row_of.values())
        self._scores = scores
        self._counted = counted
        self._folds = Folds()

    def votes(self, text: str) -> WordVotes:
        """The votes of the words of each line of a text."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        found, words = self._voted(text)
        all_words = sum(words)
        total, bests, best, second, lead = loops.ranked(found, owed(all_words), self._counted)
        two_best = best, second, lead * UNIT
        return WordVotes(found, total, bests.tolist(), words, all_words, self._counted, two_best)

    def _voted(self, text: str) -> tuple[NDArray[np.int32], list[int]]:
        """By line and language what the words score, and how many words each line has."""
        points, lines = code_points(text), text.count("\n") + 1
        several, rows, scores = self._folds.several, self._rows, self._scores
        while True:
            said, found, words = loops.vote(points, lines, self._folds.table, several, rows, scores)
            if said == loops.NOT_ALONE:
                break
            if said != loops.NOT_MET:
                return found, words.tolist()
            self._folds.learn(text)
        # Letters fold by their neighbours: the text is folded first.
        pieces = folded_words(text)
        points = code_points("\n".join(map(" ".join, pieces)))
        _, found, _ = loops.vote(points, lines, _FOLDED, several, rows, scores)
        return found, list(map(len, pieces))  # a mark alone is a word that folds to nothing


_FOLDED: Final = np.zeros(0, np.uint32)
"""No folds: the text is folded."""


class CompiledStatistics:
    """The features of words, and what each says: `steps`, features by columns."""

    def __init__(self, features: Mapping[bytes, int], steps: Any, longest: int) -> None:
        # Below 0: an n-gram that is known and says nothing. One byte alone is never asked for.
        known = {gram: feature for gram, feature in features.items() if len(gram) > 1}
        keys = [len(gram) << 56 | int.from_bytes(gram) for gram in known]
        self._features = table_of(np.array(keys, np.uint64), known.values())
        self._steps = steps
        self._longest = longest

    def sums(self, words: Iterable[bytes]) -> tuple[int, NDArray[np.float32]]:
        """How many features stand in the words, and the sums of what they say."""
        text = np.frombuffer(b"\0".join(words), np.uint8)
        total = np.zeros(self._steps.shape[1], np.float32)  # whole numbers: no order changes their sums
        return loops.add_features(text, self._longest, self._features, self._steps, total), total


def table_of(keys: NDArray[np.uint64], values: Iterable[int]) -> loops.Table:
    """A table of keys by open addressing, at most half full, as `loops.sought` takes it."""
    bits = (2 * len(keys)).bit_length()
    table = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int32), np.uint64(64 - bits)
    loops.filed(keys, np.fromiter(values, np.int32, len(keys)), table)
    return table


_ROOM: Final = 1 << 16
"""Letters of those that fold to several: three times as many as there are."""


class Folds:
    """How letters fold, as a table for `loops.vote`, filled as letters are met. Threads may read it.

    several: of a letter that folds to several their number, and they; only added to, before it is told of.
    """

    def __init__(self) -> None:
        self.table: Any = np.full(0x11_0000, loops.UNKNOWN, np.uint32)
        self.table[loops.BREAK] = loops.BREAK
        self.several: Any = np.zeros(_ROOM, np.uint32)
        self._end = 0
        self._learning = threading.Lock()

    def learn(self, text: str) -> None:
        """The letters of this text."""
        with self._learning:
            for letter in set(text):
                if self.table[ord(letter)] != loops.UNKNOWN:
                    continue
                self.table[ord(letter)] = self._entry(folded_letter(letter))

    def _entry(self, folded: str) -> int:
        if not folded:
            return loops.DROPPED
        begin, end = self._end, self._end + 1 + len(folded)
        if folded[0] == IN_CONTEXT or end > _ROOM:
            return loops.IN_CONTEXT
        if len(folded) == 1:
            return ord(folded)
        self.several[begin:end] = [len(folded), *map(ord, folded)]
        self._end = end
        return loops.SEVERAL + begin
