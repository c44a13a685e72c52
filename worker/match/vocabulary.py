"""The words that rules ask for in one scope, as numbers, and the leaves each makes true.

A *form* is a folded term, a *stem* belongs to a language; both are numbered from one counter, and
number 0 is any word no rule asks for. A word leaf is filed under its form and under its stem, a phrase
under the numbers of two neighbours (`phrases`). An article is then a row of numbers: look-ups, and no
comparison of text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.entries import Entries
from worker.match.forms import FormTable, sieve_of
from worker.match.loops import ASK, FIRST, PATTERNED, SECOND, TELLS
from worker.match.memory import SEVERAL, Memory
from worker.match.patterns import Patterns
from worker.match.phrases import NONE, Phrases, Words
from worker.match.ragged import Ragged
from worker.rules.tree import Literal
from worker.text import FieldText, document_frequency, fold, has_stemmer, stem_each, stem_token, terms_of
from worker.text.codes import canonical

REMEMBERED = 1 << 18
"""Distinct words of articles that are remembered; emptied between two articles when there are more."""


FIRST_PATTERNED = 1 << 12
"""Numbers for words that only patterns match, before room is made for more."""

MOST_MIXTURES = 1 << 10
"""Sets of languages of articles for which is remembered what they come to."""

BITS_A_PAIR = 16
"""Of the sieve of neighbours: for each pair of words of an article one or a few are looked at."""

Integers = NDArray[np.int64]


class Vocabulary:
    """The words and phrases of the leaves of one scope. Filled, then `closed`, then read."""

    def __init__(self) -> None:
        self.patterns = Patterns()
        self._forms: dict[str, int] = {}
        self._stems: dict[str, dict[str, int]] = {}
        self._read: dict[str, Entries[str]] = {}
        """Language → word as written → its number among words, counted from 1."""
        self._word_forms, self._word_stems = array("i", [0]), array("i", [NONE])
        self.word_shares = array("d", [0.0])
        self._leaves, self._leaf_words = array("i"), array("i")
        self.phrases = Phrases()
        self._own = 1
        self._next = 1
        self._words = Ragged.of_pairs(1, (), ())
        self._flags: NDArray[np.uint8] = np.zeros(2, np.uint8)
        self._matched: tuple[Integers, Integers] = np.zeros(2, np.int64), np.zeros(2, np.int64)
        """Of a number, where the leaves of the patterns it matches begin, and how many they are."""
        self._matching = array("i")
        self._keys: Integers = np.zeros(0, np.int64)
        self._table = np.zeros(1, np.int32)
        self._table_shift = np.uint64(63)
        self._phrases = self._terms = Ragged.of_pairs(1, (), ())
        self._phrase_leaves = np.zeros(0, np.int32)
        self._offsets = np.zeros(0, np.int32)
        self._term_stems = np.zeros(0, np.int32)
        self._sieve: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self._shift = np.uint64(63)
        self._known = FormTable({}, None)
        self.forms = Forms(self.forms_of, self._known)
        self._stem_memory: dict[str, Stems] = {}
        self._languages_of: dict[frozenset[str], tuple[str, ...]] = {}
        self._lately: tuple[str, ...] = ()
        """Those of the article read last."""

    # Filling

    def words(self, language: str, literals: Sequence[Literal]) -> list[int]:
        """Words of a rule, numbered; each is worked out once for a language."""
        known = self.plain_words(language)
        return [known.get(literal.raw) or self._word(language, literal) for literal in literals]

    def plain_words(self, language: str) -> Entries[str]:
        """The same by their text; one that is new must be a word that folds to itself."""
        if language not in self._read:
            self._read[language] = Entries(lambda text: self._word(language, Literal(text, text)))
        return self._read[language]

    def _word(self, language: str, literal: Literal) -> int:
        form, stem = self._number(self._forms, literal.folded), NONE
        # Without a stemmer a word is its own stem, unless it folds to several tokens.
        if has_stemmer(language) or fold(literal.raw) != literal.folded:
            stems = self._stems.setdefault(language, {})
            stem = self._number(stems, stem_token(literal.raw, language))
        word = len(self._word_forms)
        self._word_forms.append(form)
        self._word_stems.append(stem)
        self.word_shares.append(document_frequency(literal.folded, language))
        # A piece of a text that folds to several tokens is written once and read several times.
        if fold(literal.raw) == literal.folded:
            self.plain_words(language)[literal.raw] = word
        return word

    def add_word(self, leaf: int, word: int) -> None:
        """A leaf that is one word; one that is several goes to the phrases."""
        self._leaves.append(leaf)
        self._leaf_words.append(word)

    def _number(self, numbers: dict[str, int], term: str) -> int:
        number = numbers.get(term)
        if number is None:
            number = numbers[term] = self._own
            self._own += 1
        return number

    def close(self) -> None:
        """Nothing more will be added: make the sieve of pairs."""
        words = Words(
            np.asarray(self._word_forms, np.int32),
            np.asarray(self._word_stems, np.int32),
            np.asarray(self.word_shares, np.float64),
        )
        self._words = self._file_words(words)
        self._flags = np.zeros(self._own + FIRST_PATTERNED, np.uint8)
        self._forget_matched()
        self._flags[: self._own][self._words.starts[1:] > self._words.starts[:-1]] = TELLS
        self._next = self._own
        self._file_phrases(words)
        self._known = FormTable(self._forms, self.patterns.beginnings())
        self.forms = Forms(self.forms_of, self._known)
        self._stem_memory = {language: Stems(language, stems) for language, stems in self._stems.items()}
        self._read = {}
        self._word_forms, self._word_stems, self.word_shares = array("i"), array("i"), array("d")
        self._leaves, self._leaf_words = array("i"), array("i")
        self.phrases = Phrases()

    def _file_words(self, words: Words) -> Ragged:
        """The leaves that are one word, by the number of its form and by that of its stem."""
        leaves, asked = np.asarray(self._leaves, np.int32), np.asarray(self._leaf_words, np.int32)
        stems = words.stems[asked]
        keys = np.concatenate((words.forms[asked], stems[stems != NONE]))
        return Ragged.of_pairs(self._own, keys, np.concatenate((leaves, leaves[stems != NONE])))

    def _file_phrases(self, words: Words) -> None:
        filed = self.phrases.filed(words)
        self._phrases, self._phrase_leaves, self._offsets = filed.phrases, filed.leaves, filed.offsets
        self._terms, self._term_stems = filed.terms, filed.stems
        keys = filed.keys
        self._flags[keys >> 32] |= FIRST
        self._flags[keys & 0xFFFF_FFFF] |= SECOND
        self._keys = keys
        self._sieve, self._shift = sieve_of(keys.view(np.uint64), BITS_A_PAIR)
        bits = max(1, (2 * len(keys)).bit_length())
        self._table = np.zeros(1 << bits, np.int32)
        self._table_shift = np.uint64(64 - bits)
        loops.file(keys, self._table, self._table_shift)

    # Reading

    def __bool__(self) -> bool:
        """Whether it has any leaf."""
        return self._own > 1 or bool(self.patterns)

    def refresh(self) -> None:
        """Between two articles: forget words of articles when they have become too many."""
        if self.forms.words > REMEMBERED or self._next - self._own > REMEMBERED:
            self.forms = Forms(self.forms_of, self._known)
            self._next = self._own
            self._flags[: self._own] &= TELLS | FIRST | SECOND
            self._flags[self._own :] = 0
            self._forget_matched()
        for language in self._lately:
            if self._stem_memory[language].words > REMEMBERED:
                self._stem_memory[language] = Stems(language, self._stems[language])

    def _forget_matched(self) -> None:
        self._matched = np.zeros(len(self._flags), np.int64), np.zeros(len(self._flags), np.int64)
        self._matching = array("i")

    def stems_of(self, languages: frozenset[str]) -> list[Stems]:
        """Piece → number of its stem, for each language of an article that leaves are in."""
        known = self._languages_of.get(languages)
        self._lately = self._leaves_in(languages) if known is None else known
        return [self._stem_memory[language] for language in self._lately]

    def _leaves_in(self, languages: frozenset[str]) -> tuple[str, ...]:
        """Those of the languages of an article that leaves are in."""
        if len(self._languages_of) >= MOST_MIXTURES:
            self._languages_of.clear()
        main = set(map(canonical, languages))
        found = tuple(language for language in self._stem_memory if canonical(language) in main)
        self._languages_of[languages] = found
        return found

    def forms_of(self, terms: list[str]) -> list[int]:
        """The numbers of terms; one that only wildcards match is given a number of its own."""
        numbers = list(map(self._forms.get, terms, repeat(0)))
        for at, leaves in self.patterns.matching(terms) if self.patterns else ():
            number = numbers[at]
            if not number:
                number = numbers[at] = self._next
                self._next += 1
            if number >= len(self._flags):
                self._flags = _doubled(self._flags)
                self._matched = _doubled(self._matched[0]), _doubled(self._matched[1])
            self._matched[0][number], self._matched[1][number] = len(self._matching), len(leaves)
            self._matching.extend(leaves)
            self._flags[number] |= PATTERNED
        return numbers

    def sighted(
        self, channels: NDArray[np.int32], ends: Integers, moves: Integers
    ) -> tuple[NDArray[np.int32], Integers]:
        """The leaves that stand in rows of forms and of stems, and where (`loops.sight`)."""
        return loops.sight(
            channels,
            ends,
            moves,
            self._flags,
            (self._words.starts, self._words.values),
            (*self._matched, np.frombuffer(self._matching, np.int32) if self._matching else _NO_LEAVES),
            self._sieve,
            self._shift,
            (self._keys, self._table, self._table_shift, self._phrases.starts, self._phrases.values),
            (self._phrase_leaves, self._offsets, self._terms.starts, self._terms.values, self._term_stems),
        )


Array = TypeVar("Array", bound=np.generic)


def _doubled(array: NDArray[Array]) -> NDArray[Array]:
    return np.append(array, np.zeros_like(array))


_NO_LEAVES = np.zeros(0, np.int32)


class Forms(Memory):
    """Piece of an article → the number of its form, or SEVERAL; `terms`: of the terms of those."""

    def __init__(self, numbers: Callable[[list[str]], list[int]], known: FormTable) -> None:
        self._of_terms = numbers
        self._known = known
        self.terms = Memory(numbers)
        super().__init__(self._of_pieces)

    def told(self, field: FieldText, places: Integers) -> NDArray[np.int32]:
        """The numbers of new words; few have to be made strings."""
        numbers, asked = self._known.numbers(field, places)
        if asked:
            left = numbers == ASK
            numbers[left] = super().told(field, places[left])
        return numbers

    def _of_pieces(self, pieces: list[str]) -> list[int]:
        terms = terms_of(pieces)
        whole = [term for term in terms if term is not None]
        numbers = self._of_terms(whole)
        if len(whole) == len(terms):
            return numbers
        told = iter(numbers)
        return [SEVERAL if term is None else next(told) for term in terms]


class Stems(Memory):
    """Piece of an article → the number of its stem in one language."""

    def __init__(self, language: str, numbers: dict[str, int]) -> None:
        super().__init__(lambda pieces: [numbers.get(stem, 0) for stem in stem_each(pieces, language)])
