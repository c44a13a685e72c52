"""The form in which the recogniser reads a text, and the way back to the text as received.

Nearly every character folds to exactly one character, so positions stay what they were; only code
points that stand for nothing on their own (combining accents, harakat, zero-width and bidi
controls, soft hyphens) are left out, and for those few the way back is a bisection.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

# Combining accents, Hebrew points (not maqaf), Arabic harakat and tatweel, Thai/Arabic marks stay;
# then everything default-ignorable that web pages put inside words and numbers, and lone surrogates.
_DROPPED = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640"
    r"\u06d6-\u06ed\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\ud800-\udfff\U000e0000-\U000e01ef"
)
DROP = re.compile(f"[{_DROPPED}]")
_SHORT_I = {"и": "й", "И": "й", "у": "ў", "У": "ў"}

_PUNCTUATION = {
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "′": "'", "՚": "'", "‛": "'", "ʹ": "'",
    "＇": "'", "׳": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "״": '"', "″": '"', "＂": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "－": "-", "־": "-", "﹣": "-",
    "～": "~", "〜": "~", "∼": "~", "，": ",", "﹐": ",", "٫": ".", "．": ".", "：": ":", "；": ";",
}  # fmt: skip
_LETTERS = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ı": "i", "İ": "i", "I": "i", "ё": "е", "ѐ": "е", "ѝ": "и",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ۀ": "ه", "ة": "ه",
    "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ئ": "ي", "ؤ": "و", "ٴ": " ",
}  # fmt: skip
_KEPT = "йїўЙЇЎ"


def _fold_one(char: str) -> str:
    """The single character `char` folds to; itself where no single one exists."""
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    if char in _LETTERS:
        return _LETTERS[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if unicodedata.category(char) == "No" or char in "ºª":
        return char  # 51¹ is an article of its own, not 511; 51º an ordinal
    if char.isspace():
        return "\n" if char in "\n\r\v\f\x85\u2028\u2029" else " "
    lowered = char.lower()
    if lowered in _LETTERS:
        return _LETTERS[lowered]
    if lowered in _KEPT or not lowered:
        return lowered or char
    base = unicodedata.normalize("NFKD", lowered)
    marks_only = all(unicodedata.combining(mark) for mark in base[1:])
    if marks_only and base and unicodedata.name(base[0], "").startswith(("LATIN", "GREEK", "CYRILLIC")):
        return _LETTERS.get(base[0], base[0])
    folded = unicodedata.normalize("NFKC", lowered)
    return folded if len(folded) == 1 else (lowered if len(lowered) == 1 else char)


class _FoldTable(dict[int, str]):
    """Folds of the characters met so far; bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        folded = _fold_one(chr(code))
        self[code] = folded
        return folded


_TABLE = _FoldTable()
_SAME: set[str] = set()
"""Characters met so far that fold to themselves: most of a text's, which need not be asked again."""
_FEW = 80
"""Distinct characters that change, beyond which a lookup for each character is no slower."""


@dataclass(frozen=True, slots=True)
class View:
    """A text as the recogniser reads it: `folded`, and where each of its characters came from.

    `raw` is the text as received. `gaps` holds, per left-out code point, the position in `folded`
    before which it stood; empty when nothing was left out.
    """

    raw: str
    folded: str
    gaps: tuple[int, ...] = ()

    def start(self, position: int) -> int:
        """Offset in `raw` of the folded character at `position`."""
        return position + bisect_right(self.gaps, position) if self.gaps else position

    def end(self, position: int) -> int:
        """Offset in `raw` just after the folded character before `position`."""
        return self.start(position - 1) + 1 if self.gaps and position else position


def _folded(text: str) -> str:
    """`text` with each character folded, one to one.

    Few of the distinct characters of a text change, and replacing those one by one is several times as fast
    as looking each character up; pure ASCII is looked up fastest.
    """
    if text.isascii():
        return text.translate(_TABLE)
    met = set(text) - _SAME
    changed = {char: folded for char in met if (folded := _TABLE[ord(char)]) != char}
    _SAME.update(met - changed.keys())
    if len(changed) > _FEW or not changed.keys().isdisjoint(changed.values()):
        return text.translate(_TABLE)
    for char, folded in changed.items():
        text = text.replace(char, folded)
    return text


def view(text: str) -> View:
    """Fold `text` for recognition. Linear in its length; never raises."""
    if DROP.search(text) is None:
        return View(text, _folded(text))
    pieces: list[str] = []
    gaps: list[int] = []
    last = 0
    for dropped in DROP.finditer(text):
        at = dropped.start()
        piece = text[last:at]
        if dropped[0] == "\u0306" and piece and piece[-1] in _SHORT_I:
            piece = piece[:-1] + _SHORT_I[piece[-1]]
        pieces.append(piece)
        gaps.append(at - len(gaps))
        last = at + 1
    pieces.append(text[last:])
    return View(text, _folded("".join(pieces)), tuple(gaps))


def fold(word: str) -> str:
    """The folded form of a word of the data files, the same as in texts."""
    return word.translate(_TABLE) if DROP.search(word) is None else view(word).folded


def fold_all(words: Iterable[str]) -> list[str]:
    """`fold` of each word, none of which has a line break in it: at once, a quarter of the time."""
    return fold("\n".join(words)).split("\n")


_SKIMMED = (
    ("ё", "е"),
    ("ی", "ي"),
    ("ى", "ي"),
    ("ک", "ك"),
    ("ة", "ه"),
    ("أ", "ا"),
    ("إ", "ا"),
    ("ہ", "ه"),
    ("’", "'"),
)


def dropped() -> tuple[str, ...]:
    """Every character that DROP matches and UTF-8 can write."""
    codes = (*range(0x00AD, 0x0700), *range(0x2000, 0x2070), *range(0xFE00, 0xFF00), *range(0xE0000, 0xE01F0))
    return tuple(char for char in map(chr, codes) if DROP.match(char))


def skim(text: str) -> str:
    """A cheap part of the folding, for the sieve: case, left-out code points, letters written two ways."""
    return skim_quickly(text if text.isascii() else DROP.sub("", text))


def skim_quickly(text: str) -> str:
    """The same with the left-out code points still in: to look for them takes longer than all the rest."""
    if text.isascii():
        return text.lower()
    skimmed = text.replace("İ", "i").replace("I", "i").lower()
    for letter, plain in _SKIMMED:
        skimmed = skimmed.replace(letter, plain)
    return skimmed
