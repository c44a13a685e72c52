"""Wildcards and fuzzy words, asked the other way round: which of them does this word match?

The answer depends on the word alone, so it is worked out when the word is first seen and remembered
with it; news repeats its words. A wildcard is filed under its beginning or its longest literal run, and one
automaton finds those of all wildcards that a word has. A fuzzy word is filed under all that is left of it
when letters are dropped (the symmetric deletions of SymSpell, https://github.com/wolfgarbe/SymSpell). What a
word shares a file with is compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ahocorasick_rs import AhoCorasick

from worker.rules.occurrences import within_distance
from worker.rules.phrase_table import beginning_of, longest_run
from worker.rules.terms import glob_pattern
from worker.rules.tree import Fuzzy

LONG_WORD = 200
"""Code points from which a word is searched for each literal once, not for all places of all of them."""

_START = "\0"
"""Before a word, and before a literal that must begin it; no word has it."""


class Patterns:
    """Wildcards and fuzzy words by the leaves they are."""

    def __init__(self) -> None:
        self._filed: dict[str, list[tuple[re.Pattern[str] | None, int]]] = {}
        self._of_literal: list[list[tuple[re.Pattern[str] | None, int]]] = []
        self._finder: AhoCorasick | None = None
        self._beginnings: set[str] = set()
        self._fuzzy: dict[str, list[tuple[Fuzzy, int]]] = {}
        self._distance = 0
        self._longest_fuzzy = 0

    def __bool__(self) -> bool:
        return bool(self._filed or self._fuzzy)

    def add_glob(self, pattern: str, leaf: int) -> None:
        """A wildcard: `defen?e`, `алья*`."""
        beginning = beginning_of(pattern)
        self._beginnings.add(beginning)
        if pattern == f"{beginning}*" and beginning:
            self._filed.setdefault(_START + beginning, []).append((None, leaf))
        else:
            self._filed.setdefault(longest_run(pattern), []).append((glob_pattern(pattern), leaf))
        self._finder = None

    def add_fuzzy(self, fuzzy: Fuzzy, leaf: int) -> None:
        """`word~`, `word~2`."""
        self._distance = max(self._distance, fuzzy.distance)
        self._longest_fuzzy = max(self._longest_fuzzy, len(fuzzy.word) + fuzzy.distance)
        for left in _shortened(fuzzy.word, fuzzy.distance):
            self._fuzzy.setdefault(left, []).append((fuzzy, leaf))

    def beginnings(self) -> Sequence[str] | None:
        """A word that begins with none of these matches nothing; None: any word may."""
        return None if self._fuzzy or "" in self._beginnings else sorted(self._beginnings)

    def matching(self, words: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Which of these folded words makes leaves true, and which, each once."""
        literals = self._literals_in(words) if self._filed else {}
        for at in range(len(words)) if self._distance else literals:
            word = words[at]
            found = {
                leaf
                for literal in literals.get(at, ())
                for pattern, leaf in self._of_literal[literal]
                if pattern is None or pattern.fullmatch(word)
            }
            if self._distance and len(word) <= self._longest_fuzzy:
                for left in _shortened(word, self._distance):
                    near = self._fuzzy.get(left, ())
                    found.update(
                        leaf for fuzzy, leaf in near if within_distance(word, fuzzy.word, fuzzy.distance)
                    )
            if found:
                yield at, tuple(found)

    def _literals_in(self, words: Sequence[str]) -> dict[int, set[int]]:
        """The numbers of the literals that stand in a word, by its place among the words."""
        if self._finder is None:
            self._of_literal = list(self._filed.values())
            self._finder = AhoCorasick(self._filed, store_patterns=False)
        found: dict[int, set[int]] = {}
        are_short = max(map(len, words), default=0) <= LONG_WORD
        short = words if are_short else [word if len(word) <= LONG_WORD else "" for word in words]
        sought = _START + _START.join(short)
        try:
            matches = self._finder.find_matches_as_indexes(sought, overlapping=True)
        except UnicodeEncodeError:  # half a surrogate pair, which no rule asks for
            sought = sought.encode("utf-8", "replace").decode("utf-8")
            matches = self._finder.find_matches_as_indexes(sought, overlapping=True)
        at, told = -1, 0
        for literal, _, end in matches:  # in the order of their ends
            # A literal has no `_START` but before it, so that what is found stands in one word.
            at += sought.count(_START, told, end)
            told = end
            found.setdefault(at, set()).add(literal)
        for at, word in enumerate(() if are_short else words):
            if len(word) > LONG_WORD:
                held = {number for number, literal in enumerate(self._filed) if literal in _START + word}
                if held:
                    found[at] = held
        return found


def _shortened(word: str, letters: int) -> set[str]:
    """The word, and what is left of it when up to `letters` letters are dropped."""
    known = {word}
    newest = known
    for _ in range(letters):
        newest = {left[:at] + left[at + 1 :] for left in newest for at in range(len(left))}
        known = known | newest
    return known
