"""Folding of many words at once, where each letter folds by itself: one step over all code points, in C.

Most letters and digits fold to one other, whatever stands beside them. What a table has says the same as
`fold`, one at a time; it is filled as letters are met. Of words with others (marks, ligatures)
it says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from worker.text.classes import WORD_RUN
from worker.text.fold import folded_alone
from worker.text.split import code_points

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LETTER = re.compile(WORD_RUN)
_BREAK = ord("\n")
_OTHER = "\uffff"
"""A noncharacter: what does not fold to one letter or digit of a word."""

_UNKNOWN = 0x11_0000


def fold_letters(words: Sequence[str]) -> list[str | None]:
    """`fold` of each of the words, none with a line break in it, where that is one letter for each letter
    and a run of them; else None.
    """
    if not words:
        return []
    # Nothing composes across a line break.
    text = unicodedata.normalize("NFC", "\n".join(words))
    points, table = code_points(text), folds_of_letters()
    folded = table[points]
    if folded.max(initial=0) == _UNKNOWN:
        for point in set(points[folded == _UNKNOWN].tolist()):
            table[point] = _letter(point)
        folded = table[points]
    told = folded.tobytes().decode("utf-32-le")
    if _OTHER not in told:
        return told.split("\n")  # type: ignore[return-value]  # a list of str alone
    return [None if _OTHER in word else word for word in told.split("\n")]


def _letter(point: int) -> int:
    folded = folded_alone(point)
    return ord(folded if folded and len(folded) == 1 and _LETTER.fullmatch(folded) else _OTHER)


@cache
def folds_of_letters() -> NDArray[np.uint32]:
    """Letter → what it folds to by itself, from U+FFFF on no letter of the common scripts; filled as words
    are folded.
    """
    import numpy as np

    table = np.full(0x11_0000, _UNKNOWN, np.uint32)
    table[_BREAK] = _BREAK
    return table
