"""Words of a long text by table look-up: one step for all its code points, in C.

Each code point is replaced by itself where it belongs to a word and by a space where it does not;
what is left is split at spaces. Scripts that are matched by character have clusters to find, which a
table cannot do: of a text with any of them nothing is said, and the expression cuts it.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from worker.text import ranges
from worker.text.stems import LONGEST_REMEMBERED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORTH_A_TABLE = 200
"""Code points from which the table is quicker than the expression."""

LONGEST_HASHED = 1 << 17
"""Code points of a text from which its words are not hashed: the tables of powers would be large."""

_SPACE = 0x20
_BY_CHARACTER = 0x11_0000
"""No code point: stands in the table for characters that are tokens of their own."""


class Cut:
    """One text. Both say None when a character in it is matched by itself."""

    def __init__(self, text: str) -> None:
        self._points = _points(text)
        self._edges: NDArray[np.int64] | None = None

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

        points = self._points
        if points is None:
            return None
        if self._edges is None:
            in_word = np.zeros(len(points) + 2, np.bool_)
            np.not_equal(points, _SPACE, out=in_word[1:-1])
            self._edges = (in_word[1:] != in_word[:-1]).nonzero()[0]
        return self._edges

    def hashes(self) -> NDArray[np.uint64] | None:
        """A hash of each word, the same for the same word in every text of this process; None also where
        the text or a word of it is too long.
        """
        import numpy as np

        points, edges = self._points, self.edges()
        if points is None or edges is None or len(points) >= LONGEST_HASHED:
            return None
        starts, ends = edges[::2], edges[1::2]
        if len(starts) and (ends - starts).max() > LONGEST_REMEMBERED:
            return None
        powers, inverses = _powers()
        sums = np.zeros(len(points) + 1, np.uint64)
        (points * powers[: len(points)]).cumsum(out=sums[1:])
        hashes: NDArray[np.uint64] = (sums[ends] - sums[starts]) * inverses[starts]
        return hashes


def _points(text: str) -> NDArray[np.uint32] | None:
    import numpy as np

    points = _table()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    return None if points.max(initial=0) == _BY_CHARACTER else points


@cache
def _powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The powers of a number, and of its inverse, modulo 2 ** 64. The number is odd, and nobody's to know:
    words made to collide with a word of a rule would have to be made for each process.
    """
    import numpy as np

    base = int.from_bytes(os.urandom(8)) | 1
    powers = np.ones((2, LONGEST_HASHED), np.uint64)
    powers[0, 1:], powers[1, 1:] = base, pow(base, -1, 1 << 64)
    powers.cumprod(axis=1, out=powers)
    return powers[0], powers[1]


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


def _spans(listed: str) -> list[tuple[int, int]]:
    spans = [span.partition("-") for span in listed.split()]
    return [(int(low, 16), int(high or low, 16)) for low, _, high in spans]
