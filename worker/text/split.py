"""Words of a long text by table look-up: one step for all its code points, in C.

Each code point is replaced by itself where it belongs to a word and by a space where it does not;
what is left is split at spaces. Scripts that are matched by character have clusters to find, which a
table cannot do: of a text with any of them nothing is said, and the expression cuts it. For who matches many
articles, a loop (`loops.cut`) cuts these too, with a hash of each piece.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from worker.text import ranges
from worker.text.classes import CONJOINING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORTH_A_TABLE = 200
"""Code points from which the table is quicker than the expression."""

_SPACE = 0x20
_BY_CHARACTER = 0x11_0000
"""No code point: stands in the table for characters that are tokens of their own."""


class Cut:
    """One text. Until its hashes are had, all else is None when a character in it is matched by itself."""

    def __init__(self, text: str) -> None:
        self._text = code_points(text)
        self._edges: NDArray[np.int64] | None = None
        self._hashes: NDArray[np.uint64] | None = None
        self._is_cut = False

    @cached_property
    def _points(self) -> NDArray[np.uint32] | None:
        """What belongs to words, all else spaces."""
        points = _table()[self._text]
        return None if points.max(initial=0) == _BY_CHARACTER else points

    def words(self) -> list[str] | None:
        """The runs of letters, marks and digits."""
        points = self._points
        return None if points is None else points.tobytes().decode("utf-32-le").split()

    def places(self) -> tuple[list[int], list[int]] | None:
        """Where the words start and end, in code points."""
        edges = self.edges()
        if edges is None:
            return None
        listed: list[int] = edges.tolist()
        return listed[::2], listed[1::2]

    def edges(self) -> NDArray[np.int64] | None:
        """The same in one row: a start, its end, the next start."""
        import numpy as np

        if self._edges is None:
            points = self._points
            if points is None:
                return None
            in_word = np.zeros(len(points) + 2, np.bool_)
            np.not_equal(points, _SPACE, out=in_word[1:-1])
            self._edges = (in_word[1:] != in_word[:-1]).nonzero()[0]
        return self._edges

    @property
    def points(self) -> NDArray[np.uint32]:
        """The code points of the text."""
        return self._text

    @property
    def hashes(self) -> NDArray[np.uint64] | None:
        """A hash of each piece, the same for the same in every text of this process; None where the text
        has conjoining letters.
        """
        if not self._is_cut:
            self._is_cut = True
            self._cut()
        return self._hashes

    def _cut(self) -> None:
        from worker.text import loops

        is_cut, edges, hashes = loops.cut(self._text, _classes(), hash_base())
        if is_cut:
            self._edges, self._hashes = edges, hashes


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, half surrogate pairs included."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hashes_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """The hash that each of these words would have in a text."""
    import numpy as np

    from worker.text import loops

    hashes = np.empty(len(words), np.uint64)
    ends = np.fromiter(map(len, words), np.int64, len(words)).cumsum()
    loops.hash_each(code_points("".join(words)), ends, hash_base(), hashes)
    return hashes


@cache
def hash_base() -> np.uint64:
    """Of the polynomial. Odd, and nobody's to know: words made to collide with a word of a rule would have to
    be made for each process.
    """
    import numpy as np

    return np.uint64(int.from_bytes(os.urandom(8)) | 1)


@cache
def _table() -> Any:
    """Code point → itself, a space, or `_BY_CHARACTER`. Imported here: short texts never need it."""
    import numpy as np

    table = np.full(0x11_0000, _SPACE, np.uint32)
    for low, high in _spans(ranges.WORD):
        table[low : high + 1] = np.arange(low, high + 1)
    for low, high in _spans(ranges.BY_CHARACTER):
        table[low : high + 1] = _BY_CHARACTER
    return table


@cache
def _classes() -> NDArray[np.uint8]:
    """Code point → what `loops.cut` asks of it."""
    import numpy as np

    from worker.text import loops

    classes = np.zeros(0x11_0000, np.uint8)
    for listed, kind in (
        (ranges.WORD, loops.WORD),
        (ranges.BY_CHARACTER, loops.BY_CHARACTER),
        (ranges.EXTENDING, loops.EXTENDING),
        (ranges.IGNORABLE, loops.IGNORABLE),
        (CONJOINING, loops.OTHER),
    ):
        for low, high in _spans(listed):
            classes[low : high + 1] |= kind
    return classes


def _spans(listed: str) -> list[tuple[int, int]]:
    spans = [span.partition("-") for span in listed.split()]
    return [(int(low, 16), int(high or low, 16)) for low, _, high in spans]
