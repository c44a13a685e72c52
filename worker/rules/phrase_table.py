"""Which phrases of a concept can stand in a field at all, by one word of each.

A concept has hundreds of phrases in dozens of languages, and an article hardly any of them. Each
phrase is filed under its longest term, its anchor: a field without the anchor is without the
phrase. The field's words are intersected with the file, and only what is left is looked for.
Where each character is a token an anchor says little; there each two neighbours are asked for too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import Protocol

from worker.rules.tree import Exact, Glob, Literal, Phrase, Term
from worker.text import is_by_character, stem_token
from worker.text.codes import canonical

KEY_LENGTH = 5
"""Code points of a wildcard's beginning that it is filed under; of what shares them all is compared."""

_WILD = re.compile(r"[*?]+")


Pair = tuple[str, str]


class Words(Protocol):
    """The distinct words of a field."""

    @property
    def languages(self) -> frozenset[str]:
        """Main codes of the languages whose words are matched by stem."""

    def words(self, language: str | None = None) -> Set[str]:
        """The folded words; with a language, their stems."""

    def beginnings(self, length: int) -> Set[str]:
        """The first `length` code points of each word."""

    def begins(self, beginning: str) -> bool:
        """Whether a word begins so."""

    def contains(self, part: str) -> bool:
        """Whether a word has this within it."""

    def pairs(self) -> Set[Pair]:
        """Each two folded words that stand side by side."""


class PhraseTable:
    """The phrases of a concept by their anchors. A phrase is known by its number, from 0.

    Stems are worked out for a language when the first article in it is read.
    """

    def __init__(self, phrases: Iterable[tuple[str, Phrase | Exact]]) -> None:
        self._literals = _File()
        self._begin: dict[int, _File] = {}
        self._within: list[tuple[str, int]] = []
        self._inflected: dict[str, dict[str, list[tuple[str, int]]]] = {}
        self._stems: dict[str, _File] = {}
        self._pairs: dict[int, frozenset[Pair]] = {}
        for number, (language, leaf) in enumerate(phrases):
            self._file(number, language, leaf)

    def _file(self, number: int, language: str, leaf: Phrase | Exact) -> None:
        if isinstance(leaf, Exact):
            first = leaf.tokens[0].folded
            self._literals.add(first, first, number)
            return
        pairs = _pairs_of(leaf.terms, language)
        if pairs:
            self._pairs[number] = pairs
        anchor = anchor_of(leaf.terms)
        if isinstance(anchor, Glob):
            self._file_glob(number, anchor.pattern)
            return
        self._literals.add(anchor.folded, anchor.folded, number)
        codes = self._inflected.setdefault(canonical(language), {})
        codes.setdefault(language, []).append((anchor.raw, number))

    def _file_glob(self, number: int, pattern: str) -> None:
        beginning = beginning_of(pattern)
        if not beginning:
            self._within.append((longest_run(pattern), number))
            return
        key = beginning[:KEY_LENGTH]
        self._begin.setdefault(len(key), _File()).add(key, beginning, number)

    def candidates(self, field: Words) -> list[int]:
        """The numbers, ascending, of the phrases whose anchor (and pairs) the field has."""
        found = {number for _, number in self._literals.under(field.words())}
        for length, file in self._begin.items():
            under = file.under(field.beginnings(length))
            found.update(number for beginning, number in under if field.begins(beginning))
        found.update(number for part, number in self._within if field.contains(part))
        for main in field.languages:
            for language in self._inflected.get(main, ()):
                found.update(number for _, number in self._stemmed(language).under(field.words(language)))
        return sorted(number for number in found if self._has_pairs(number, field))

    def _has_pairs(self, number: int, field: Words) -> bool:
        pairs = self._pairs.get(number)
        return pairs is None or pairs <= field.pairs()

    def _stemmed(self, language: str) -> _File:
        file = self._stems.get(language)
        if file is None:
            file = _File()
            for raw, number in self._inflected[canonical(language)][language]:
                file.add(stem_token(raw, language), raw, number)
            self._stems[language] = file  # complete before other threads see it
        return file


class _File:
    """Key → what is filed under it: a text and the number of its phrase."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._filed: dict[str, list[tuple[str, int]]] = {}

    def add(self, key: str, text: str, number: int) -> None:
        self._keys.add(key)
        self._filed.setdefault(key, []).append((text, number))

    def under(self, words: Set[str]) -> list[tuple[str, int]]:
        """What is filed under any of the words. Of two sets Python walks the smaller."""
        return [one for key in self._keys & words for one in self._filed[key]]


def _pairs_of(terms: Sequence[Term], language: str) -> frozenset[Pair]:
    """The neighbours that must stand side by side: characters, which have no inflected forms."""
    return frozenset(
        (one.folded, other.folded)
        for one, other in pairwise(terms)
        if isinstance(one, Literal) and isinstance(other, Literal)
        if _is_one_character(one, language) and _is_one_character(other, language)
    )


def _is_one_character(literal: Literal, language: str) -> bool:
    # A sign such as ㍿ is four tokens and its "stem" all four: it does not compare by token.
    return is_by_character(literal.folded) and stem_token(literal.raw, language) == literal.folded


def anchor_of(terms: Sequence[Term]) -> Term:
    """The term that is probably rarest: that with the longest text to look up."""
    return max(terms, key=_weight)


def _weight(term: Term) -> int:
    if isinstance(term, Literal):
        return len(term.folded)
    return len(beginning_of(term.pattern))


def beginning_of(pattern: str) -> str:
    """The literal beginning of a wildcard; empty where it begins with `*` or `?`."""
    return _WILD.split(pattern, maxsplit=1)[0]


def longest_run(pattern: str) -> str:
    """The longest literal run of a wildcard: no word without it matches."""
    return max(_WILD.split(pattern), key=len)
