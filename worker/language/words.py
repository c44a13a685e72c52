"""The vote of words: how well each language's common words explain a text.

The tables are `worker.text.frequency` (common words of 42 languages) and `data/function_words.txt` (function
words of languages it leaves out or throws together). A word scores, in a language that has it, the
logarithm of how much oftener it stands there than a word of no table would: naive Bayes over words. It is
the strongest sign on two words, where letter statistics are weakest, and costs a look-up a word.
"""

from __future__ import annotations

import math
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import add
from typing import Final

from worker.text.fold import fold
from worker.text.frequency import ARTICLE_WORDS, steps, steps_of

_TABLES: Final = tuple(
    "ar bg ca cs da de en es fa fi fr hi hu id is it lt lv mk ms nl no pl pt ro ru sk sl sr sv tl tr uk ur "
    "vi".split()
)
"""Those whose script other languages write too."""

_UNSEEN: Final = 2e-6
"""The frequency of a word that is in no table: a tenth of the rarest word inside."""

_FUNCTION_WORD: Final = math.log(0.003 / _UNSEEN)
"""A listed word stands some three times in a thousand words: between the commonest and the thirtieth."""

_MARK: Final = 4.0
"""What a word adds that only one of several neighbours writes, and takes from those that do not."""

SHARED_TABLE: Final = {"sr": ("hr", "bs"), "pt": ("gl",), "en": ("pcm",)}
"""One table counts several languages; each gets its votes, and its own marks on top."""

_BORROWED: Final = {"gl": 0.7, "pcm": 1.0, "bs": 0.1}
"""What a word of the shared table scores less in a language that it was not counted in."""

NEUTRAL: Final = 1.5
"""What any word scores in a language without a table: nobody counted, so it is neither for nor against."""


class _Separators(dict[int, str]):
    """Code point → itself where words are made of it, else a space."""

    def __missing__(self, point: int) -> str:
        self[point] = kept = chr(point) if unicodedata.category(chr(point))[0] in "LMN" else " "
        return kept


_SEPARATORS = _Separators()


def words_of(text: str) -> list[str]:
    """The folded words of a text, as `worker.text` cuts them where words are written apart.

    Places are not needed here, so the whole text is folded and split at once: a third of the cost of tokens.
    """
    return fold(text).translate(_SEPARATORS).split()


@dataclass(frozen=True, slots=True)
class WordTables:
    """Folded word → (number of language, score) of every language that has it.

    counted: how many languages, the first ones, have a frequency table, where a word that is missing
    speaks against them; neutral: a zero for each language.
    """

    languages: tuple[str, ...]
    counted: int
    neutral: list[float]
    scores: dict[str, tuple[tuple[int, float], ...]]


@dataclass(frozen=True, slots=True)
class WordVote:
    """What the words found in tables scored in each of `shape().languages`, and how many words there were.

    Languages without a frequency table are owed NEUTRAL a word on top; it is added where it is read.
    """

    found: list[float]
    words: int
    counted: int

    def score(self, at: int) -> float:
        """The score of language number `at`."""
        return self.found[at] + (0.0 if at < self.counted else NEUTRAL * self.words)

    def scores(self) -> list[float]:
        """The scores of all languages."""
        owed = NEUTRAL * self.words
        return [*self.found[: self.counted], *(score + owed for score in self.found[self.counted :])]

    def average(self, at: int) -> float:
        """What a word scored in language number `at`, in the mean."""
        return self.score(at) / max(1, self.words)

    def best(self) -> tuple[int, int, float]:
        """The numbers of the two languages with the highest scores, and the first's lead over the second."""
        scores = self.scores()
        first = scores.index(top := max(scores))
        scores[first] = -math.inf
        second = scores.index(next_best := max(scores))
        return first, second, top - next_best


def vote(terms: Sequence[str]) -> WordVote:
    """The vote of folded words, one look-up each."""
    known = _tables_with(terms)
    scores = known.neutral.copy()
    found = known.scores
    for term in terms:
        if term in found:
            for language, score in found[term]:
                scores[language] += score
    return WordVote(scores, len(terms), known.counted)


def together(votes: Sequence[WordVote]) -> WordVote:
    """The votes of several texts as that of one."""
    first, *others = votes
    scores = first.found
    for other in others:
        scores = list(map(add, scores, other.found))
    return WordVote(scores, sum(vote.words for vote in votes), first.counted)


_loading = threading.Lock()


_loaded: list[WordTables] = []


def tables() -> WordTables:
    """The tables, read when first asked for (some 80 ms)."""
    if not _loaded:
        with _loading:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]


_PATIENCE: Final = 120
"""Words that are sought in the files, those of a text in a fifth of the time that the tables take.
A command that reads one article needs no more; a worker loads the tables at its start."""

_asked: list[int] = []
"""How many words each text asked for."""


def _tables_with(words: Sequence[str]) -> WordTables:
    """The tables, or as much of them as these words ask for."""
    if _loaded:
        return _loaded[0]
    _asked.append(len(words))
    return tables() if sum(_asked) > _PATIENCE else _load(frozenset(words))


@cache
def shape() -> WordTables:
    """The tables without their words: which languages there are."""
    return _load(frozenset())


def _load(wanted: frozenset[str] | None = None) -> WordTables:
    """The tables; with `wanted`, of these words alone."""
    listed = _function_words()
    names = tuple(
        dict.fromkeys((*_TABLES, *sum(SHARED_TABLE.values(), ()), *(code for code, _, _ in listed)))
    )
    index = {code: at for at, code in enumerate(names)}
    counted = len(_TABLES) + sum(map(len, SHARED_TABLE.values()))
    found: dict[str, tuple[tuple[int, float], ...]] = {}
    for code in _TABLES:
        others = SHARED_TABLE.get(code, ())
        sharing = ((index[code], 0.0), *((index[other], _BORROWED.get(other, 0.0)) for other in others))
        if wanted is None or wanted:
            _add_table(found, steps(code) if wanted is None else steps_of(code, wanted), sharing)
    for code, neighbours, word in listed:
        if wanted is not None and word not in wanted:
            continue
        at = index[code]
        extra = (at, _MARK if neighbours or at < counted else _FUNCTION_WORD - NEUTRAL)
        against = ((index[neighbour], -_MARK) for neighbour in neighbours if neighbour in index)
        found[word] = (*found.get(word, ()), extra, *against)
    return WordTables(names, counted, [0.0] * len(names), found)


def _add_table(
    found: dict[str, tuple[tuple[int, float], ...]],
    table: Iterable[tuple[float, list[str]]],
    sharing: Sequence[tuple[int, float]],
) -> None:
    """Add one language's words, a step of shares at a time: all its words are given one row."""
    for share, words in table:
        row = tuple((at, _score(share) - less) for at, less in sharing)
        known = {word: found[word] + row for word in words if word in found}
        found.update(dict.fromkeys(words, row))
        found.update(known)


def _score(share: float) -> float:
    # The table tells the share of articles that hold the word: 1 - exp(-frequency · ARTICLE_WORDS).
    frequency = 0.02 if share >= 1 else -math.log(1 - share) / ARTICLE_WORDS
    return math.log(frequency / _UNSEEN)


@cache
def _function_words() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """(language, the neighbours a mark speaks against, folded word)."""
    text = (resources.files("worker.language") / "data" / "function_words.txt").read_text("utf-8")
    found: list[tuple[str, tuple[str, ...], str]] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            codes, _, words = line.partition(":")
            code, _, neighbours = codes.partition("<")
            folded = (fold(word.strip("'")) for word in words.split())
            found += [(code, tuple(neighbours.split()), word) for word in dict.fromkeys(folded)]
    return tuple(found)
