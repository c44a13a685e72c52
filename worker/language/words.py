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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, count, repeat
from typing import TYPE_CHECKING, Any, Final

import msgspec

from worker.text.fold import fold
from worker.text.frequency import ARTICLE_WORDS, by_share, shares_of

if TYPE_CHECKING:
    from worker.language.compiled_votes import CompiledVotes

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

_BORROWED: Final = {"gl": 0.3, "pcm": 1.0, "bs": 0.1}
"""What a word of the shared table scores less in a language that it was not counted in."""

NEUTRAL: Final = 1.5
"""What any word scores in a language without a table: nobody counted, so it is neither for nor against."""


_BREAK: Final = ord("\n")


class _Separators(dict[int, str]):
    """Code point → itself where words are made of it or a piece ends, else a space."""

    def __missing__(self, point: int) -> str:
        kept = chr(point) if point == _BREAK or unicodedata.category(chr(point))[0] in "LMN" else " "
        if kept == " " and not fold(chr(point)):  # soft hyphens and joiners stand inside of words
            kept = ""
        self[point] = kept
        return kept


IN_CONTEXT: Final = "\uffff"
"""A noncharacter before what folds by its neighbours: marks, and letters that melt into others."""


class _Folded(_Separators):
    """Code point → as in `_Separators`, folded; what folds by its neighbours has IN_CONTEXT before it."""

    def __missing__(self, point: int) -> str:
        kept = super().__missing__(point)
        if kept and kept not in " \n":
            folded = fold(kept)
            self[point] = kept = IN_CONTEXT + kept if any(map(_melts, kept + folded)) else folded
        return kept


def _melts(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or "\u1100" <= character <= "\u11ff"


_SEPARATORS = _Separators()
_FOLDED = _Folded()


def folded_letter(letter: str) -> str:
    """What a letter folds to, a space for what is no letter; IN_CONTEXT in front where it folds by its
    neighbours.
    """
    return _FOLDED[ord(letter)]


def written_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return text.translate(_SEPARATORS).split()


def folded_words(text: str) -> list[list[str]]:
    """The folded words of each line, as `worker.text` cuts them where words are written apart.

    Places are not needed here, so the whole text is folded and split at once: a third of the cost of tokens.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.translate(_FOLDED)
    if IN_CONTEXT in text:
        return [list(map(_SETTLED.__getitem__, line.split())) for line in text.split("\n")]
    return [line.split() for line in text.split("\n")]


_MOST_KEPT: Final = 50_000


class _Settled(dict[str, str]):
    """Word with IN_CONTEXT in it → the folded word. It costs more than all the rest of a text, and news
    repeats its words: so many are kept, then all are forgotten.
    """

    def __missing__(self, word: str) -> str:
        folded = fold(word.replace(IN_CONTEXT, ""))
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = folded
        return folded


_SETTLED = _Settled()


@dataclass(frozen=True, slots=True)
class Shape:
    """Which languages are voted on: their codes in one order, the place of each, and how many of them, the
    first ones, have a frequency table, where a word that is missing speaks against them.
    """

    languages: tuple[str, ...]
    place: dict[str, int]
    counted: int


@cache
def shape() -> Shape:
    """The languages of all votes of words."""
    borrowers = [borrower for group in SHARED_TABLE.values() for borrower in group]
    names = tuple(dict.fromkeys((*_TABLES, *borrowers, *(code for code, _, _ in _function_words()))))
    return Shape(names, {name: at for at, name in enumerate(names)}, len(_TABLES) + len(borrowers))


@dataclass(frozen=True, slots=True)
class WordTables:
    """What each word says of each language: `row_of` its row in `scores`, rows by languages, in UNITs.

    Words that say the same share a row.
    """

    row_of: dict[str, int]
    scores: Any


UNIT: Final = 0.1
"""Scores are whole numbers of this much: their sum is the same in whatever order they are added, and a table
of bytes is quicker to read from."""

_MOST: Final = 127


class WordVotes(msgspec.Struct, frozen=True):
    """What the words of some pieces of a text scored in each of the languages of `shape()`.

    found: for each piece the languages' scores, in UNITs, of words in tables; total: of all pieces together;
    bests: the place of each piece's highest; words: how many there were in each piece, and all_words in all.
    Languages without a frequency table, from number `counted` on, are owed NEUTRAL a word on top; it is
    added where it is read. two_best: the places of the two highest of all, and how far they are apart.
    """

    found: Any
    total: Any
    bests: list[int]
    words: list[int]
    all_words: int
    counted: int
    two_best: tuple[int, int, float]

    def known(self, at: int) -> float:
        """What the words of all pieces scored in language number `at` by its table alone."""
        return float(self.total[at]) * UNIT

    def scores(self) -> list[float]:
        """The scores of all languages, of all pieces together: a list of its own."""
        scores = [float(score) * UNIT for score in self.total]
        due = NEUTRAL * self.all_words
        scores[self.counted :] = [score + due for score in scores[self.counted :]]
        return scores

    def score(self, piece: int, at: int) -> float:
        """The score of a piece in language number `at`."""
        return float(self.found[piece][at]) * UNIT + (
            0.0 if at < self.counted else NEUTRAL * self.words[piece]
        )


def owed(words: int) -> int:
    """What so many words owe a language that nobody counted, in UNITs."""
    return round(NEUTRAL / UNIT) * words


def two_best(scores: Sequence[float]) -> tuple[int, int, float]:
    """The places of the highest score and of the next, and how far they are apart; of equals, the first."""
    left = list(scores)
    top = max(left)
    best = left.index(top)
    left[best] = -math.inf
    next_best = max(left)
    return best, left.index(next_best), top - next_best


def votes(text: str) -> WordVotes:
    """The votes of the words of each line of a text, one look-up each."""
    in_files = not _loaded and len(_asked) < _PATIENCE
    # Taken before it is looked whether another thread has compiled them, which empties them afterwards.
    known = None if in_files else tables()
    if _compiled:
        return _compiled[0].votes(text)
    pieces = folded_words(text)
    found = _found_in_files(pieces) if known is None else _found_in_tables(known, pieces)
    counts, counted = list(map(len, pieces)), shape().counted
    all_words = sum(counts)
    due = owed(all_words)
    total = found[1]
    best, second, lead = two_best([*total[:counted], *(score + due for score in total[counted:])])
    return WordVotes(*found, counts, all_words, counted, (best, second, lead * UNIT))


def _found_in_tables(
    known: WordTables, pieces: Sequence[Sequence[str]]
) -> tuple[Any, list[float], list[int]]:
    import numpy as np

    nothing = known.row_of[""]
    rows = list(map(known.row_of.get, chain.from_iterable(pieces), repeat(nothing)))
    said = known.scores.take(rows, axis=0).astype(np.float32)
    # Whole numbers: no order changes their sums.
    if len(pieces) == 1:
        total = (np.ones(len(rows), dtype=np.float32) @ said).tolist()
        return [total], total, [total.index(max(total))]
    belongs = np.zeros((len(pieces) + 1, len(rows)), dtype=np.float32)
    belongs[-1] = 1.0
    start = 0
    for piece, terms in enumerate(pieces):
        belongs[piece, start : start + len(terms)] = 1.0
        start += len(terms)
    *found, total_row = belongs @ said
    return found, total_row.tolist(), [int(piece.argmax()) for piece in found]


def _found_in_files(pieces: Sequence[Sequence[str]]) -> tuple[Any, list[float], list[int]]:
    rows = rows_of(frozenset(term for terms in pieces for term in terms))
    _asked.append(len(rows))
    nothing = [0] * len(shape().languages)
    found = [
        list(map(sum, zip(nothing, *(rows[term] for term in terms if term in rows), strict=True)))
        for terms in pieces
    ]
    return found, list(map(sum, zip(*found, strict=True))), [piece.index(max(piece)) for piece in found]


_PATIENCE: Final = 3
"""Texts whose words alone are read from the files, each in a tenth of the time that the tables take. A
command that reads one article needs no more; a worker loads the tables at its start."""

_asked: list[int] = []
"""How many words of each of them were found."""

_loading = threading.Lock()


_loaded: list[WordTables] = []
_compiled: list[CompiledVotes] = []


def compile_votes() -> None:
    """From now on have words looked up and added by loops, in a third of the time: for who has many texts."""
    if not _compiled:
        from worker.language.compiled_votes import CompiledVotes

        known = tables()
        _compiled.append(CompiledVotes(known.row_of, known.scores, shape().counted))
        _loaded[0] = WordTables({}, known.scores)  # the words themselves are not needed any more


def tables() -> WordTables:
    """The tables, read when first asked for (some 80 ms)."""
    if not _loaded:
        with _loading:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]


def rows_of(wanted: frozenset[str]) -> dict[str, list[int]]:
    """What the tables say of those of a few words that are in them: the languages' scores, in UNITs."""
    place = shape().place
    rows: dict[str, list[int]] = defaultdict(lambda: [0] * len(place))
    for code, word, share in shares_of(wanted, _TABLES):
        for each in (code, *SHARED_TABLE.get(code, ())):
            rows[word][place[each]] = _units(_score(share), each)
    for word, at, score in _listed(each for each in _function_words() if each[2] in wanted):
        rows[word][at] += score
    return {word: [max(-_MOST, min(_MOST, score)) for score in row] for word, row in rows.items()}


def _units(says: float, code: str) -> int:
    """The score of a word of a table in one of the languages it counts."""
    return round((says - _BORROWED.get(code, 0.0)) / UNIT)


def _listed(words: Iterable[tuple[str, tuple[str, ...], str]]) -> Iterator[tuple[str, int, int]]:
    """(word, number of a language, what its being listed adds to the score there) of function words."""
    place, counted = shape().place, shape().counted
    for code, neighbours, word in words:
        marks = neighbours or place[code] < counted
        yield word, place[code], round((_MARK if marks else _FUNCTION_WORD - NEUTRAL) / UNIT)
        for neighbour in neighbours:
            if neighbour in place:
                yield word, place[neighbour], -round(_MARK / UNIT)


def _load() -> WordTables:
    """The tables. Words of one table share a row for each share of articles; those of several have rows of
    their own.
    """
    import numpy as np

    listed = _function_words()
    place = shape().place
    number, words, of_level, levels = _read_tables()
    for _, _, word in listed:
        number.setdefault(word, len(number))
    times = np.bincount(words, minlength=len(number))  # the empty word: none, so that it has a row of zeros
    own = times != 1
    own[[number[word] for _, _, word in listed]] = True
    rows = np.cumsum(own) - 1 + len(levels)
    alone = ~own[words]
    rows[words[alone]] = of_level[alone]
    scores = np.zeros((len(levels) + int(own.sum()), len(place)), dtype=np.int16)
    score_of_level = [_score(share) for _, share in levels]
    table_of_level = np.array([table for table, _ in levels], dtype=np.intp)
    for table, code in enumerate(_TABLES):
        ours = np.flatnonzero(table_of_level == table)
        shared = own[words] & (of_level >= ours[0]) & (of_level <= ours[-1])
        into = np.concatenate([ours, rows[words[shared]]])
        for each in (code, *SHARED_TABLE.get(code, ())):
            says = np.array([_units(score_of_level[level], each) for level in ours], dtype=np.int16)
            scores[into, place[each]] = np.concatenate([says, says[of_level[shared] - ours[0]]])
    for word, at, score in _listed(listed):
        scores[rows[number[word]], at] += score
    row_of = dict(zip(number, rows[list(number.values())].tolist(), strict=True))
    return WordTables(row_of, scores.clip(-_MOST, _MOST).astype(np.int8))


def _read_tables() -> tuple[dict[str, int], Any, Any, list[tuple[int, float]]]:
    """The words numbered; of each word of each table its number and its level; the levels.

    A level is (table, share of articles).
    """
    import numpy as np

    number: dict[str, int] = defaultdict(count(1).__next__, {"": 0})
    words: list[int] = []
    sizes: list[int] = []
    levels: list[tuple[int, float]] = []
    for table, code in enumerate(_TABLES):
        for share, tokens in by_share(code):
            words += map(number.__getitem__, tokens)
            sizes.append(len(tokens))
            levels.append((table, share))
    return dict(number), np.array(words, dtype=np.intp), np.repeat(np.arange(len(levels)), sizes), levels


def _score(share: float) -> float:
    # The table tells the share of articles that hold the word: 1 - exp(-frequency · ARTICLE_WORDS).
    frequency = 0.02 if share >= 1 else -math.log(1 - share) / ARTICLE_WORDS
    return math.log(frequency / _UNSEEN)


@cache
def _function_words() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """(language, the neighbours a mark speaks against, folded word)."""
    found: list[tuple[str, tuple[str, ...], str]] = []
    text = (resources.files("worker.language") / "data" / "function_words.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            codes, _, words = line.partition(":")
            code, _, neighbours = codes.partition("<")
            folded = (fold(word.strip("'")) for word in words.split())
            found += [(code, tuple(neighbours.split()), word) for word in dict.fromkeys(folded)]
    return tuple(found)
