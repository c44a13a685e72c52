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
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count
from typing import Any, Final

from worker.text.fold import fold
from worker.text.frequency import ARTICLE_WORDS, by_share, by_share_of

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


_IN_CONTEXT: Final = "\uffff"
"""A noncharacter before what folds by its neighbours: marks, and letters that melt into others."""


class _Folded(_Separators):
    """Code point → as in `_Separators`, folded; what folds by its neighbours has _IN_CONTEXT before it."""

    def __missing__(self, point: int) -> str:
        kept = super().__missing__(point)
        if kept and kept not in " \n":
            folded = fold(kept)
            self[point] = kept = _IN_CONTEXT + kept if any(map(_melts, kept + folded)) else folded
        return kept


def _melts(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or "\u1100" <= character <= "\u11ff"


_SEPARATORS = _Separators()
_FOLDED = _Folded()


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
    if _IN_CONTEXT in text:
        return [list(map(_SETTLED.__getitem__, line.split())) for line in text.split("\n")]
    return [line.split() for line in text.split("\n")]


_MOST_KEPT: Final = 50_000


class _Settled(dict[str, str]):
    """Word with _IN_CONTEXT in it → the folded word. It costs more than all the rest of a text, and news
    repeats its words: so many are kept, then all are forgotten.
    """

    def __missing__(self, word: str) -> str:
        folded = fold(word.replace(_IN_CONTEXT, ""))
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = folded
        return folded


_SETTLED = _Settled()


@dataclass(frozen=True, slots=True)
class WordTables:
    """What each word says of each language.

    place: of each language; counted: how many languages, the first ones, have a frequency table, where a
    word that is missing speaks against them; row_of: a word's row in `scores`; scores: in UNITs, of each
    language. Words that say the same share a row.
    """

    languages: tuple[str, ...]
    place: dict[str, int]
    counted: int
    row_of: dict[str, int]
    scores: Any


UNIT: Final = 0.1
"""Scores are whole numbers of this much: their sum is the same in whatever order they are added, and a table
of bytes is quicker to read from."""


@dataclass(frozen=True, slots=True)
class WordVotes:
    """What the words of some pieces of a text scored in each of `tables().languages`.

    found: pieces by languages, in UNITs, of words in tables; words: how many there were in each piece.
    Languages without a frequency table are owed NEUTRAL a word on top; it is added where it is read.
    """

    found: Any
    words: tuple[int, ...]
    counted: int

    @property
    def all_words(self) -> int:
        """The words of all pieces."""
        return sum(self.words)

    def known(self, at: int) -> float:
        """What the words of all pieces scored in language number `at` by its table alone."""
        return float(sum(self.found[:, at].tolist())) * UNIT

    def scores(self) -> Any:
        """The scores of all languages, of all pieces together: a vector of its own."""
        import numpy as np

        scores = np.add.reduce(self.found, axis=0, dtype=np.float64) * UNIT
        scores[self.counted :] += NEUTRAL * self.all_words
        return scores

    def score(self, piece: int, at: int) -> float:
        """The score of a piece in language number `at`."""
        return float(self.found[piece, at]) * UNIT + (
            0.0 if at < self.counted else NEUTRAL * self.words[piece]
        )


def votes(pieces: Sequence[Sequence[str]]) -> WordVotes:
    """The votes of the words of each piece, as `folded_words` gives them, one look-up each."""
    import numpy as np

    known = _tables_with(pieces)
    row_of = known.row_of.get
    rows: list[int] = []
    starts = []
    for terms in pieces:
        starts.append(len(rows))
        rows.append(known.row_of[""])  # no piece is without a row
        rows += [row for row in map(row_of, terms) if row is not None]
    said = known.scores.take(rows, axis=0).astype(np.float32)
    found = np.add.reduceat(said, starts, axis=0)
    return WordVotes(found, tuple(map(len, pieces)), known.counted)


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
"""Words that are sought in the files, those of a text in a fraction of the time that the tables take. A
command that reads one article needs no more; a worker loads the tables at its start."""

_asked: list[int] = []
"""How many words each text asked for."""


def _tables_with(pieces: Sequence[Sequence[str]]) -> WordTables:
    """The tables, or as much of them as these words ask for."""
    if _loaded:
        return _loaded[0]
    wanted = frozenset(term for terms in pieces for term in terms)
    _asked.append(sum(map(len, pieces)))
    return tables() if sum(_asked) > _PATIENCE else _load(wanted)


def shape() -> WordTables:
    """The tables with or without their words: which languages there are, and in what order."""
    return _loaded[0] if _loaded else _empty()


@cache
def _empty() -> WordTables:
    return _load(frozenset())


def _load(wanted: frozenset[str] | None = None) -> WordTables:
    """The tables; with `wanted`, of these words alone.

    Words of one table share a row for each share of articles; those of several have rows of their own.
    """
    import numpy as np

    listed = _function_words()
    borrowers = [borrower for group in SHARED_TABLE.values() for borrower in group]
    names = tuple(dict.fromkeys((*_TABLES, *borrowers, *(code for code, _, _ in listed))))
    counted = len(_TABLES) + len(borrowers)
    if wanted is not None:
        listed = tuple(each for each in listed if each[2] in wanted)
    number, words, of_level, levels = _read_tables(wanted)
    for _, _, word in listed:
        number.setdefault(word, len(number))
    times = np.bincount(words, minlength=len(number))  # the empty word: none, so that it has a row of zeros
    own = times != 1
    own[[number[word] for _, _, word in listed]] = True
    rows = np.cumsum(own) - 1 + len(levels)
    alone = ~own[words]
    rows[words[alone]] = of_level[alone]
    scores = np.zeros((len(levels) + int(own.sum()), len(names)), dtype=np.int16)
    place = {name: at for at, name in enumerate(names)}
    score_of_level = np.array([_score(share) for _, share in levels])
    table_of_level = np.array([table for table, _ in levels], dtype=np.intp)
    for table, code in enumerate(_TABLES):
        ours = np.flatnonzero(table_of_level == table)
        if not len(ours):
            continue  # none of its words is wanted
        shared = own[words] & (of_level >= ours[0]) & (of_level <= ours[-1])
        into = np.concatenate([ours, rows[words[shared]]])
        says = np.concatenate([score_of_level[ours], score_of_level[of_level[shared]]])
        for each in (code, *SHARED_TABLE.get(code, ())):
            scores[into, place[each]] = np.rint((says - _BORROWED.get(each, 0.0)) / UNIT)
    for code, neighbours, word in listed:
        row = rows[number[word]]
        mark = _MARK if neighbours or place[code] < counted else _FUNCTION_WORD - NEUTRAL
        scores[row, place[code]] += round(mark / UNIT)
        for neighbour in neighbours:
            if neighbour in place:
                scores[row, place[neighbour]] -= round(_MARK / UNIT)
    row_of = dict(zip(number, rows[list(number.values())].tolist(), strict=True))
    return WordTables(names, place, counted, row_of, scores.clip(-127, 127).astype(np.int8))


def _read_tables(
    wanted: frozenset[str] | None,
) -> tuple[dict[str, int], Any, Any, list[tuple[int, float]]]:
    """The words numbered; of each word of each table its number and its level; the levels.

    A level is (table, share of articles).
    """
    import numpy as np

    number: dict[str, int] = defaultdict(count(1).__next__, {"": 0})
    words: list[int] = []
    sizes: list[int] = []
    levels: list[tuple[int, float]] = []
    for table, code in enumerate(_TABLES):
        for share, tokens in by_share(code) if wanted is None else by_share_of(code, wanted):
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
