"""Wildcards and fuzzy words, asked the other way round: which of them does this word match?

The answer depends on the word alone, so it is worked out when the word is first seen and remembered
with it; news repeats its words. A wildcard is filed under its beginning or its longest literal run,
a fuzzy word under all that is left of it when letters are dropped (the symmetric deletions of
SymSpell, https://github.com/wolfgarbe/SymSpell); what a word shares a file with is compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from worker.rules.occurrences import within_distance
from worker.rules.phrase_table import beginning_of, longest_run
from worker.rules.terms import glob_pattern
from worker.rules.tree import Fuzzy

LONG_WORD = 200
"""Code points from which a word is searched for every run, and not cut into all its parts."""

HEAD = 3
"""First letters of a beginning, or run, that tell which sizes are worth a look; most words have none."""


class Patterns:
    """Wildcards and fuzzy words by the leaves they are."""

    def __init__(self) -> None:
        self._beginnings: dict[str, list[int]] = {}
        self._sizes_after: dict[str, tuple[int, ...]] = {}
        self._runs: dict[str, list[tuple[re.Pattern[str], int]]] = {}
        self._run_sizes: dict[str, tuple[int, ...]] = {}
        self._run_heads: set[int] = set()
        self._fuzzy: dict[str, list[tuple[Fuzzy, int]]] = {}
        self._distance = 0
        self._longest_fuzzy = 0

    def __bool__(self) -> bool:
        return bool(self._beginnings or self._runs or self._fuzzy)

    def add_glob(self, pattern: str, leaf: int) -> None:
        """A wildcard: `defen?e`, `алья*`."""
        beginning = beginning_of(pattern)
        if pattern == f"{beginning}*" and beginning:
            self._beginnings.setdefault(beginning, []).append(leaf)
            _note_size(self._sizes_after, beginning)
            return
        run = longest_run(pattern)
        _note_size(self._run_sizes, run)
        self._run_heads.add(min(HEAD, len(run)))
        self._runs.setdefault(run, []).append((glob_pattern(pattern), leaf))

    def add_fuzzy(self, fuzzy: Fuzzy, leaf: int) -> None:
        """`word~`, `word~2`."""
        self._distance = max(self._distance, fuzzy.distance)
        self._longest_fuzzy = max(self._longest_fuzzy, len(fuzzy.word) + fuzzy.distance)
        for left in _shortened(fuzzy.word, fuzzy.distance):
            self._fuzzy.setdefault(left, []).append((fuzzy, leaf))

    def matching(self, word: str) -> tuple[int, ...]:
        """The leaves that this folded word makes true, each once."""
        found: set[int] = set()
        for head in range(1, HEAD + 1):
            for size in self._sizes_after.get(word[:head], ()) if head <= len(word) else ():
                found.update(self._beginnings.get(word[:size], ()))
        for run in self._runs_within(word):
            found.update(leaf for pattern, leaf in self._runs[run] if pattern.fullmatch(word))
        if self._distance and len(word) <= self._longest_fuzzy:
            for left in _shortened(word, self._distance):
                near = self._fuzzy.get(left, ())
                found.update(
                    leaf for fuzzy, leaf in near if within_distance(word, fuzzy.word, fuzzy.distance)
                )
        return tuple(found)

    def _runs_within(self, word: str) -> Iterator[str]:
        if not self._runs:
            return iter(())
        if len(word) > LONG_WORD:
            return (run for run in self._runs if run in word)
        sizes_after = self._run_sizes.get
        parts = {
            word[at : at + size]
            for head in self._run_heads
            for at in range(len(word) - head + 1)
            for size in sizes_after(word[at : at + head], ())
        }
        return iter(parts & self._runs.keys()) if parts else iter(())


def _note_size(sizes_after: dict[str, tuple[int, ...]], text: str) -> None:
    head = text[:HEAD]
    sizes = sizes_after.get(head, ())
    if len(text) not in sizes:
        sizes_after[head] = (*sizes, len(text))


def _shortened(word: str, letters: int) -> set[str]:
    """The word, and what is left of it when up to `letters` letters are dropped."""
    known = {word}
    newest = known
    for _ in range(letters):
        newest = {left[:at] + left[at + 1 :] for left in newest for at in range(len(left))}
        known = known | newest
    return known
