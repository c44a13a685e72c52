"""Tokens: the words of a text, each with its place in the text as received.

A token is a run of letters, marks and digits. Scripts that are written without spaces, or whose
particles stick to the word (Han, Kana, Hangul, Thai, Lao, Khmer, Myanmar), give one token a
grapheme cluster, so that a term is found inside them. Digits of every script are ASCII digits
and make runs of their own kind: `๕๑` is one token, `51`.

The original is split, not the folded text, and each distinct piece is folded once and
remembered: news repeats its words, so folding costs a dictionary look-up a token, and a token's
place needs no offset map. Pieces that fold to nothing or to several tokens (½, ﷺ, ㍿) take a
slower path that keeps the places exact to the grapheme cluster.

A long text without characters of the second kind is split by a table of code points (`split`): five
times as fast as the expression, which says the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from worker.text import split
from worker.text.by_letter import fold_letters
from worker.text.classes import (
    ANY_CLUSTER,
    BY_CHARACTER,
    CLUSTER_BY_CHARACTER,
    IGNORABLE,
    VISIBLE_MARK,
    WORD_RUN,
)
from worker.text.fold import fold, folded_alone
from worker.text.stems import LONGEST_REMEMBERED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PIECE = re.compile(f"{WORD_RUN}|{CLUSTER_BY_CHARACTER}")
_CLUSTER = re.compile(ANY_CLUSTER, re.DOTALL)
_LETTERS_WITH_MARKS = re.compile(rf"(?:[^\W_]{VISIBLE_MARK}*)+")
_INVISIBLE_END = re.compile(rf"{IGNORABLE}\Z")
_BY_CHARACTER_TERM = re.compile(BY_CHARACTER)

_REMEMBERED_PIECES = 1 << 18
"""About 60 MB when full: the distinct words of some thousand articles in fifty languages."""


class _Terms(dict[str, str | None]):
    """Piece → its only term, or None when it takes the slower path."""

    def __missing__(self, piece: str) -> str | None:
        if len(self) >= _REMEMBERED_PIECES:
            self.clear()
        found = _only_term(piece)
        if len(piece) <= LONGEST_REMEMBERED:
            self[piece] = found
        return found


_TERMS = _Terms()


class Tokens:
    """The tokens of one raw string.

    terms: folded tokens in order; starts, ends: code-point offsets, so that `raw[starts[i]:ends[i]]`
    is what token i stands on; pieces: what the expression cut, a piece a token unless it takes the
    slower path. All are computed when first asked for.
    """

    __slots__ = ("_broken", "_cut", "_edges", "_ends", "_pieces", "_starts", "_terms", "_whole", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._terms: list[str] | None = None
        self._starts: list[int] | None = None
        self._ends: list[int] | None = None
        self._whole = False
        self._broken: NDArray[np.int64] | None = None
        self._edges: NDArray[np.int64] | None = None
        self._cut = split.Cut(raw) if len(raw) >= split.WORTH_A_TABLE else None
        self._pieces: list[str] | None = None

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def pieces(self) -> list[str]:
        """What the expression cuts."""
        if self._pieces is None:
            pieces = self._cut.words() if self._cut is not None else None
            self._pieces = _PIECE.findall(self.raw) if pieces is None else pieces
        return self._pieces

    @property
    def hashes(self) -> NDArray[np.uint64] | None:
        """A hash of each piece, equal for equal ones in this process; None where letters are conjoining."""
        if self._cut is None:
            self._cut = split.Cut(self.raw)
        return self._cut.hashes

    def pieces_count(self) -> int:
        """How many pieces there are."""
        hashes = self.hashes
        return len(self.pieces if hashes is None else hashes)

    def pieces_at(self, places: NDArray[np.int64]) -> list[str]:
        """Some of the pieces of a text that has hashes."""
        edges = None if self._cut is None else self._cut.edges()
        if edges is None:
            return list(map(self.pieces.__getitem__, places.tolist()))
        raw = self.raw
        starts, ends = edges[::2][places].tolist(), edges[1::2][places].tolist()
        return [raw[start:end] for start, end in zip(starts, ends, strict=True)]

    def points_and_edges(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The code points of a text that has hashes, and where its pieces start and end, in one row."""
        cut = self._cut if self._cut is not None else split.Cut(self.raw)
        edges = cut.edges()
        if edges is None:
            raise ValueError("no hashes: the expression has to cut this text")
        return cut.points, edges

    def looked_up(self, several: NDArray[np.int64] | None) -> None:
        """Told by a reader that has looked each piece up: the places of those that are not one token, if any,
        so that none needs a second look.
        """
        if several is None:
            self._whole = True
        else:
            self._broken = several

    def _is_whole(self) -> bool:
        if not self._whole:
            self._whole = None not in map(_TERMS.__getitem__, self.pieces)
        return self._whole

    @property
    def terms(self) -> list[str]:
        """The folded tokens."""
        if self._terms is None:
            terms = list(map(_TERMS.__getitem__, self.pieces))
            whole = self._whole or None not in terms
            self._terms = terms if whole else self._parted(terms)  # type: ignore[assignment]
            self._whole = whole
        return self._terms  # type: ignore[return-value]

    @property
    def starts(self) -> list[int]:
        """Where each token starts in `raw`."""
        if self._starts is None:
            self._place()
        return self._starts  # type: ignore[return-value]

    @property
    def ends(self) -> list[int]:
        """Where each token ends in `raw` (exclusive)."""
        if self._ends is None:
            self._place()
        return self._ends  # type: ignore[return-value]

    @property
    def edges(self) -> NDArray[np.int64]:
        """Where each token starts and where it ends, in one row; quicker to have than `starts` and `ends`."""
        if self._edges is None:
            cut = None
            if self._starts is None and self._cut is not None:
                cut = self._cut.edges() if self._broken is not None or self._is_whole() else None
            if cut is None:
                self._edges = _in_one_row(self.starts, self.ends)
            else:
                self._edges = cut if self._broken is None else self._parted_edges(cut, self._broken)
        return self._edges

    def starts_of_first(self, tokens: int) -> list[int]:
        """Where each of the first tokens starts."""
        if self._cut is None:
            return self.starts[:tokens]
        starts: list[int] = self.edges[: 2 * tokens : 2].tolist()
        return starts

    def _parted_edges(self, edges: NDArray[np.int64], broken: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        begins = edges[::2][broken].tolist()
        parts = [parts_of(piece) for piece in self.pieces_at(broken)]
        sizes = np.ones(len(edges) // 2, np.int64)
        sizes[broken] = 0
        parted = sizes == 0
        sizes[broken] = list(map(len, parts))
        starts, ends, parted = edges[::2].repeat(sizes), edges[1::2].repeat(sizes), parted.repeat(sizes)
        pairs = [(begin, part) for begin, each in zip(begins, parts, strict=True) for part in each]
        starts[parted] = [begin + first for begin, (_, first, _) in pairs]
        ends[parted] = [begin + last for begin, (_, _, last) in pairs]
        return _in_one_row(starts, ends)

    def _place(self) -> None:
        places = self._cut.places() if self._cut is not None else None
        if places is None:
            spans = [match.span() for match in _PIECE.finditer(self.raw)]
            places = [start for start, _ in spans], [end for _, end in spans]
        if not self._is_whole():
            places = self._parted_places(*places)
        self._starts, self._ends = places

    def _parted(self, terms: list[str | None]) -> list[str]:
        """The terms, each piece that has not just one replaced by those it has."""
        parted: list[str | None] = []
        begin = 0
        for at in _several(terms):
            parted += terms[begin:at]
            parted += [part for part, _, _ in parts_of(self.pieces[at])]
            begin = at + 1
        parted += terms[begin:]
        return parted  # type: ignore[return-value]  # None is what `_several` finds

    def _parted_places(self, starts: list[int], ends: list[int]) -> tuple[list[int], list[int]]:
        firsts: list[int] = []
        lasts: list[int] = []
        begin = 0
        for at in _several(list(map(_TERMS.__getitem__, self.pieces))):
            parts, start = parts_of(self.pieces[at]), starts[at]
            firsts += starts[begin:at]
            firsts += [start + first for _, first, _ in parts]
            lasts += ends[begin:at]
            lasts += [start + last for _, _, last in parts]
            begin = at + 1
        return firsts + starts[begin:], lasts + ends[begin:]


def _in_one_row(
    starts: Sequence[int] | NDArray[np.int64], ends: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.int64]:
    import numpy as np

    return np.array((starts, ends), np.int64).ravel("F")


def _several(terms: list[str | None]) -> list[int]:
    """The places of the pieces that are not just one token."""
    return [at for at, term in enumerate(terms) if term is None] if None in terms else []


def parts_of(piece: str) -> list[tuple[str, int, int]]:
    """The tokens of a piece of which `terms_of` says None, each with its place in the piece."""
    return _remembered_parts(piece) if len(piece) <= LONGEST_REMEMBERED else _split(piece)


def terms_of(pieces: Sequence[str]) -> list[str | None]:
    """The only term of each of these pieces, or None where it gives none or several; none is remembered."""
    terms = fold_letters(pieces)
    for at in _several(terms):
        terms[at] = _only_term(pieces[at])
    return terms


def tokenize(raw: str) -> Tokens:
    """The tokens of `raw`; any string, lone surrogates included."""
    return Tokens(raw)


def only_term(text: str) -> str | None:
    """The term of a text that is one token from end to end, else None."""
    return _TERMS[text] if _PIECE.fullmatch(text) else None


def is_by_character(term: str) -> bool:
    """Whether a folded term is of a script matched by character (Han, Thai, Hangul, …)."""
    return _BY_CHARACTER_TERM.match(term) is not None


def _only_term(piece: str) -> str | None:
    term = fold(piece)
    return term if _stands_whole(piece, term) else None


def _stands_whole(piece: str, term: str) -> bool:
    """Whether the piece is one token, none of its outer characters invisible."""
    if piece.isalnum():
        return piece.isascii() or _PIECE.fullmatch(term) is not None
    if _LETTERS_WITH_MARKS.fullmatch(piece) and _PIECE.fullmatch(term):
        # Its outer letters are seen, and so it is, with the marks behind them, from end to end.
        last = next(mark for mark in reversed(piece) if mark.isalnum())
        if folded_alone(ord(piece[0])) and folded_alone(ord(last)):
            return True
    return _split(piece) == [(term, 0, len(piece))]


def _split(piece: str) -> list[tuple[str, int, int]]:
    """The tokens of a piece's folded form, each placed on the grapheme clusters it came from."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(piece):
        form = fold(cluster.group())
        folded.append(form)
        origin.extend([_visible_span(cluster)] * len(form))
    text = fold(piece)
    if "".join(folded) != text:
        if len(piece) > LONGEST_REMEMBERED:
            # No word is that long: its clusters are folded each by itself. Else each of its tokens, which may
            # be as many as it has letters, would stand on all of it.
            text = "".join(folded)
        else:
            # Some mark looked past its cluster; nothing smaller than the piece is certain.
            origin = [(0, len(piece))] * len(text)
    return [
        (match.group(), origin[match.start()][0], origin[match.end() - 1][1])
        for match in _PIECE.finditer(text)
    ]


_remembered_parts = lru_cache(maxsize=1 << 14)(_split)


def _visible_span(cluster: re.Match[str]) -> tuple[int, int]:
    """A cluster's place without the invisible at its end, so that a quote holds what a reader sees."""
    trailing = _INVISIBLE_END.search(cluster.group(), 1)
    return cluster.start(), cluster.start() + trailing.start() if trailing else cluster.end()
