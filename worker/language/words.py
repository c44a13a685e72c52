"""The vote of words: how well each language's common words explain a text.

The tables are `worker.text.frequency` (common words of 42 languages) and `data/function_words.txt` (function
words of languages it leaves out or throws together). A word scores, in a language that has it, the
logarithm of how much oftener it stands there than a word of no table would: naive Bayes over words. It is
the strongest sign on two words, where letter statistics are weakest, and costs some 20 µs a sample.
"""

from __future__ import annotations

import heapq
import math
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from worker.text.fold import fold
from worker.text.frequency import ARTICLE_WORDS, frequencies, frequencies_of

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
"""What a word adds that one of three written forms of a shared table has for itself."""

SHARED_TABLE: Final = {"sr": ("hr", "bs")}
"""One table counts three languages; each gets its votes, and its own marks on top."""

NEUTRAL: Final = 1.5
"""What any word scores in a language without a table: nobody counted, so it is neither for nor against."""

ALONE: Final = 2
"""Articles whose words are looked up in the tables as they lie, for half the cost of reading them whole:
whoever asks about one article waits for it, and whoever asks about many soon has them read."""


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


_Rows = dict[str, tuple[tuple[int, float], ...]]
"""Folded word → (number of language, score) of every language that has it."""


@dataclass(frozen=True, slots=True)
class WordTables:
    """The languages, by number.

    counted: numbers of the languages with a frequency table, where a word that is missing speaks against
    them; uncounted: the others; neutral: a zero for each; listed: (code, function word).
    """

    languages: tuple[str, ...]
    counted: frozenset[int]
    uncounted: tuple[int, ...]
    neutral: list[float]
    listed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WordVote:
    """Score of each of `tables().languages`, and how many words were looked up."""

    scores: list[float]
    words: int

    def average(self, at: int) -> float:
        """What a word scored in language number `at`, in the mean."""
        return self.scores[at] / max(1, self.words)

    def best(self) -> tuple[int, float]:
        """The number of the language with the highest score, and its lead over the next."""
        first, second = heapq.nlargest(2, self.scores)
        return self.scores.index(first), first - second


def votes(texts: Sequence[Sequence[str]]) -> list[WordVote]:
    """The votes of the parts of one article, each given as its folded words; numbers are no words."""
    rows = _rows_for(texts)
    return [_vote(terms, rows) for terms in texts]


def _vote(terms: Sequence[str], rows: _Rows) -> WordVote:
    known = tables()
    scores = known.neutral.copy()
    words = 0
    found = rows.get
    for term in terms:
        if term.isdigit():
            continue
        words += 1
        for language, score in found(term, ()):
            scores[language] += score
    for at in known.uncounted:
        scores[at] = scores[at] + NEUTRAL * words
    return WordVote(scores, words)


def together(votes: Sequence[WordVote]) -> WordVote:
    """The votes of several texts as that of one."""
    if len(votes) == 1:
        return votes[0]
    return WordVote(
        [sum(row) for row in zip(*(vote.scores for vote in votes), strict=True)],
        sum(vote.words for vote in votes),
    )


_loading = threading.Lock()
_alone = iter(range(ALONE))


def warm() -> None:
    """Read the tables whole (some 80 ms), so that no article waits for them."""
    with _loading:
        _all_rows()


def _rows_for(texts: Sequence[Sequence[str]]) -> _Rows:
    with _loading:
        if _all_rows.cache_info().currsize or next(_alone, None) is None:
            return _all_rows()
    return scores_of(frozenset(term for terms in texts for term in terms))


@cache
def tables() -> WordTables:
    """The languages that have words."""
    listed = tuple(_function_words())
    names = tuple(dict.fromkeys((*_TABLES, "hr", "bs", *(code for code, _ in listed))))
    index = {code: at for at, code in enumerate(names)}
    counted = frozenset(index[code] for code in (*_TABLES, "hr", "bs"))
    uncounted = tuple(at for at in range(len(names)) if at not in counted)
    return WordTables(names, counted, uncounted, [0.0] * len(names), listed)


@cache
def _all_rows() -> _Rows:
    return scores_of(None)


def scores_of(only: frozenset[str] | None) -> _Rows:
    """The rows of all words, or of these alone: both ways give a word the same."""
    known = tables()
    index = {code: at for at, code in enumerate(known.languages)}
    found: _Rows = {}
    for code in _TABLES:
        sharing = (index[code], *(index[other] for other in SHARED_TABLE.get(code, ())))
        _add_table(found, frequencies(code) if only is None else frequencies_of(only, code), sharing)
    for code, word in known.listed:
        if only is None or word in only:
            at = index[code]
            extra = (at, _MARK if at in known.counted else _FUNCTION_WORD - NEUTRAL)
            found[word] = (*found.get(word, ()), extra)
    return found


def _add_table(found: _Rows, shares: Mapping[str, float], sharing: Sequence[int]) -> None:
    """Add one language's words. Shares come in steps, so that few distinct rows are made and shared."""
    rows = {share: tuple((at, _score(share)) for at in sharing) for share in set(shares.values())}
    for word, share in shares.items():
        row = rows[share]
        found[word] = found[word] + row if word in found else row


def _score(share: float) -> float:
    # The table tells the share of articles that hold the word: 1 - exp(-frequency · ARTICLE_WORDS).
    frequency = 0.02 if share >= 1 else -math.log(1 - share) / ARTICLE_WORDS
    return math.log(frequency / _UNSEEN)


def _function_words() -> Iterator[tuple[str, str]]:
    text = (resources.files("worker.language") / "data" / "function_words.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, _, words = line.partition(":")
            folded = (fold(word.strip("'")) for word in words.split())
            yield from ((code, word) for word in dict.fromkeys(folded))
