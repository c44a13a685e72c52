"""The words that rules ask for in one scope, as numbers, and the leaves each makes true.

A *form* is a folded term, a *stem* belongs to a language; both are numbered from one counter, and
number 0 is any word no rule asks for. A word leaf is filed under its form and under its stem, a phrase
under the numbers of two neighbours, its rarest. An article is then a row of numbers: look-ups, and no
comparison of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.patterns import Patterns
from worker.match.ragged import Ragged
from worker.rules.phrase_table import main_language
from worker.rules.tree import Literal
from worker.text import LONGEST_REMEMBERED, document_frequency, fold, has_stemmer, stem_token, term_of

REMEMBERED = 1 << 18
"""Distinct words of articles that are remembered; emptied between two articles when there are more."""

SEVERAL = -1
"""Stands for a piece that gives no term or several; its field takes the slower path."""

NONE = -1
"""The stem number of a word that is its own stem."""

_NO: list[int] = []

_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2 ** 64 over the golden ratio: Knuth's multiplicative hash."""


class Shape(NamedTuple):
    """How a phrase is told: `size` terms, of which the one at `offset` and the next are its file's key.

    forms, stems: the numbers of each term, empty where the key is the phrase, or where it has no stems.
    """

    size: int
    offset: int
    forms: list[int]
    stems: list[int]


_TWO_WORDS = Shape(2, 0, _NO, _NO)


class Read(NamedTuple):
    """A word of a rule: the numbers of its form and stem (or NONE), and the share of articles it is in."""

    form: int
    stem: int
    share: float


class Vocabulary:
    """The words and phrases of the leaves of one scope. Filled, then `closed`, then read."""

    def __init__(self) -> None:
        self.word_numbers: dict[int, tuple[int, ...]] = {}
        self.matched: dict[int, tuple[int, ...]] = {}
        self.shapes: dict[int, Shape] = {}
        self.pairs: dict[int, tuple[tuple[int, Shape], ...]] = {}
        self.patterns = Patterns()
        self._forms: dict[str, int] = {}
        self._stems: dict[str, dict[str, int]] = {}
        self._read: dict[str, dict[str, Read]] = {}
        self._own = 1
        self._next = 1
        self._words = Ragged.of_pairs(1, (), ())
        self._tells: NDArray[np.bool_] = np.zeros(2, np.bool_)
        self._sieve: NDArray[np.bool_] = np.zeros(1, np.bool_)
        self._shift = np.uint64(63)
        self.forms = _Forms(self)
        self._stem_memory: dict[str, _Stems] = {}

    # Filling

    def words(self, language: str, literals: Sequence[Literal]) -> list[Read]:
        """Words of a rule, numbered; each is worked out once for a language."""
        known = self._read.get(language)
        if known is None:
            known = self._read[language] = {}
        return [known.get(literal.raw) or self._word(known, language, literal) for literal in literals]

    def _word(self, known: dict[str, Read], language: str, literal: Literal) -> Read:
        form, stem = self._number(self._forms, literal.folded), NONE
        # Without a stemmer a word is its own stem, unless it folds to several tokens.
        if has_stemmer(language) or fold(literal.raw) != literal.folded:
            stems = self._stems.setdefault(language, {})
            stem = self._number(stems, stem_token(literal.raw, language))
        read = Read(form, stem, document_frequency(literal.folded, language))
        # A piece of a text that folds to several tokens is written once and read several times.
        if fold(literal.raw) == literal.folded:
            known[literal.raw] = read
        return read

    def add_word(self, leaf: int, word: Read) -> None:
        """A leaf that is one word."""
        self.word_numbers[leaf] = (word.form,) if word.stem == NONE else (word.form, word.stem)

    def add_phrase(self, leaf: int, words: Sequence[Read]) -> None:
        """A leaf that is several words."""
        offset, shape = 0, _TWO_WORDS
        if len(words) > 2:
            rarity = [one.share * two.share for one, two in pairwise(words)]
            offset = rarity.index(min(rarity))
            stems = [word.stem for word in words]
            inflected = any(stem != NONE for stem in stems)
            shape = Shape(len(words), offset, [word.form for word in words], stems if inflected else _NO)
        self.shapes[leaf] = shape
        one, two = words[offset], words[offset + 1]
        filed = ((leaf, shape),)
        for first in {one.form, one.stem} - {NONE} if one.stem != NONE else (one.form,):
            for second in {two.form, two.stem} - {NONE} if two.stem != NONE else (two.form,):
                key = first << 32 | second
                before = self.pairs.get(key)
                self.pairs[key] = filed if before is None else before + filed

    def _number(self, numbers: dict[str, int], term: str) -> int:
        number = numbers.get(term)
        if number is None:
            number = numbers[term] = self._own
            self._own += 1
        return number

    def close(self) -> None:
        """Nothing more will be added: make the sieve of pairs."""
        self._read = {}
        pairs = [(number, leaf) for leaf, numbers in self.word_numbers.items() for number in numbers]
        self._words = Ragged.of_pairs(self._own, (one for one, _ in pairs), (leaf for _, leaf in pairs))
        # One more: numbers given later are of words that only wildcards match.
        self._tells = np.append(self._words.starts[1:] > self._words.starts[:-1], False)
        self._next = self._own
        bits = max(6, (16 * len(self.pairs)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._sieve = np.zeros(1 << bits, np.bool_)
        keys = np.fromiter(self.pairs, np.uint64, len(self.pairs))
        self._sieve[(keys * _MIX) >> self._shift] = True
        self._stem_memory = {language: _Stems(language, stems) for language, stems in self._stems.items()}

    # Reading

    def refresh(self) -> None:
        """Between two articles: forget words of articles when they have become too many."""
        if len(self.forms) > REMEMBERED or self._next - self._own > REMEMBERED:
            self.forms = _Forms(self)
            self.matched = {}
            self._next = self._own
        for language, stems in self._stem_memory.items():
            if len(stems) > REMEMBERED:
                self._stem_memory[language] = _Stems(language, self._stems[language])

    def stems_of(self, languages: frozenset[str]) -> list[_Stems]:
        """Piece → number of its stem, for each language of an article (main codes) that leaves are in."""
        return [stems for code, stems in self._stem_memory.items() if main_language(code) in languages]

    def form(self, term: str) -> int:
        """The number of a term; one that only wildcards match is given a number of its own."""
        number = self._forms.get(term, 0)
        found = self.patterns.matching(term) if self.patterns else ()
        if not found:
            return number
        if not number:
            number = self._next
            self._next += 1
        self.matched[number] = found
        return number

    def words_of(self, numbers: NDArray[np.int64]) -> list[int]:
        """The word leaves that these numbers make true."""
        return self._words.listed(numbers[self._tells[np.minimum(numbers, self._own)]].tolist())

    def neighbours(
        self, first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> list[tuple[int, tuple[tuple[int, Shape], ...]]]:
        """Where a word and the next are the key of phrases: the place, and the phrases."""
        keys = (first[:-1] << 32) | second[1:]
        places = np.flatnonzero(self._sieve[(keys.view(np.uint64) * _MIX) >> self._shift])
        look = self.pairs.get
        return [
            (at, phrases)
            for at, key in zip(places.tolist(), keys[places].tolist(), strict=True)
            if (phrases := look(key)) is not None
        ]


class _Forms(dict[str, int]):
    """Piece of an article → the number of its form, or SEVERAL."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.terms = _Terms(vocabulary)

    def __missing__(self, piece: str) -> int:
        term = term_of(piece)
        number = SEVERAL if term is None else self.terms[term]
        if len(piece) <= LONGEST_REMEMBERED:
            self[piece] = number
        return number


class _Terms(dict[str, int]):
    """Folded term → the number of its form."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._form = vocabulary.form

    def __missing__(self, term: str) -> int:
        number = self._form(term)
        if len(term) <= LONGEST_REMEMBERED:
            self[term] = number
        return number


class _Stems(dict[str, int]):
    """Piece of an article → the number of its stem in one language."""

    def __init__(self, language: str, numbers: dict[str, int]) -> None:
        self._language = language
        self._numbers = numbers

    def __missing__(self, piece: str) -> int:
        number = self._numbers.get(stem_token(piece, self._language), 0)
        if len(piece) <= LONGEST_REMEMBERED:
            self[piece] = number
        return number
