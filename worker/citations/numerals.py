"""Numbers as law writes them: Han, Roman and spelled out. Digits of any script are folded before."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LARGEST = 999
"""No instrument we know has more articles than this that anybody spells out."""
TIMES_TEN = -10
"""The value of words that make tens of the unit before them: lima *puluh*, năm *mươi*."""

_HAN_DIGITS = {
    "〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "壱": 1, "壹": 1, "弐": 2, "貳": 2, "贰": 2, "参": 3, "參": 3, "叁": 3, "肆": 4, "伍": 5,
    "陸": 6, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "兩": 2, "两": 2,
}  # fmt: skip
_HAN_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "廿": 20, "卅": 30}
HAN = "".join(_HAN_DIGITS) + "".join(_HAN_PLACES)
"""Every character of a Han numeral."""


def han(text: str) -> int | None:
    """五十一 and 五一 are 51, 百五十一 is 151; None where the characters are no number."""
    if not any(char in _HAN_PLACES for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
            continue
        place = _HAN_PLACES[char]
        total += place if place in (20, 30) else (digit or 1) * place
        digit = 0
    return total + digit


HANGUL = "일이삼사오육칠팔구십백"
"""Sino-Korean numerals; 오십일 is 五十一."""
_HANGUL = str.maketrans(HANGUL, "一二三四五六七八九十百")


def hangul(text: str) -> int | None:
    """오십일 is 51; `text` holds letters of HANGUL only."""
    return han(text.translate(_HANGUL))


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman(text: str) -> int | None:
    """LI is 51; None for what is no well-formed Roman numeral up to CCCXCIX, and for lone L and C."""
    if not text or text in ("L", "C") or any(char not in _ROMAN for char in text):
        return None
    values = [_ROMAN[char] for char in text]
    total = sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))
    return total if 0 < total < 400 and to_roman(total) == text else None


def to_roman(number: int) -> str:
    """The Roman numeral of a number from 1 to 399."""
    steps = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    written = ""
    for value, letters in steps:
        times, number = divmod(number, value)
        written += letters * times
    return written


_HEBREW = {
    "א": 1, "ב": 2, "ג": 3, "ד": 4, "ה": 5, "ו": 6, "ז": 7, "ח": 8, "ט": 9, "י": 10, "כ": 20, "ל": 30,
    "מ": 40, "נ": 50, "ס": 60, "ע": 70, "פ": 80, "צ": 90, "ק": 100, "ר": 200, "ש": 300, "ת": 400,
}  # fmt: skip


def hebrew(text: str) -> int | None:
    """נ"א is 51, ט"ו 15, ה' 5: letters from great to small with the mark of a numeral; else None."""
    letters = text.replace('"', "").removesuffix("'")
    values = [_HEBREW.get(char, 0) for char in letters]
    falls = all(high > low or (high, low) == (400, 400) for high, low in itertools.pairwise(values))
    return sum(values) if letters and all(values) and falls else None


def _joins(total: int, value: int) -> int | None:
    """`total` with one more number word said after it; None where they make no number."""
    units, tens = total % 10, total // 10 % 10
    if value == TIMES_TEN:
        return total + (units * 9 or 10) if not tens else None
    if value == 100:
        return total * 100 if 0 < total < 10 else total + 100
    if value > 100:
        return total + value if total < 100 else None
    if value == 20 and total == 4:
        return 80
    if 10 <= value < 20 and units == 0 and tens in (2, 4, 6, 8):
        return total + value  # soixante-dix, ორმოცდათერთმეტი, berrogeita hamaika
    if value > 20 and value % 10:
        return total + value if not tens and not units else None
    if value % 10 == 0:
        return total + value if tens == 0 else None
    return total + value if units == 0 and (value < 10 or tens == 0) else None


def _add(values: Iterable[int]) -> int | None:
    """The number that units, tens and hundreds make together, in whatever order they are said."""
    total: int | None = 0
    for value in values:
        total = _joins(total, value) if total is not None else None
    return total if total is not None and 0 < total <= LARGEST else None


@dataclass(slots=True)
class NumberWords:
    """The number words of a language: exact words, stems that take endings, joining words.

    `ordinals` are the words and stems that make a number an ordinal (fifty-*first*).
    """

    exact: Mapping[str, int]
    stems: Mapping[str, int]
    joiners: frozenset[str]
    ordinals: frozenset[str] = frozenset()
    _known: dict[str, tuple[int, ...] | None] = field(default_factory=dict)

    def values(self, word: str) -> tuple[int, ...] | None:
        """The numbers a word is made of (`einundfünfzig`: 1, 50; `and`: none); None for other words."""
        if word not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()  # an unending stream must not fill memory
            self._known[word] = self._split(word)
        return self._known[word]

    def _split(self, word: str) -> tuple[int, ...] | None:
        if word in self.exact:
            return (self.exact[word],)
        if word in self.joiners:
            return ()
        stem = self._stem(word)
        if stem is not None:
            return (stem,)
        return self._compound(word) if 5 < len(word) <= 40 else None

    def _stem(self, word: str) -> int | None:
        for cut in range(len(word), 2, -1):
            if word[:cut] in self.stems:
                return self.stems[word[:cut]]
        return None

    def _compound(self, word: str) -> tuple[int, ...] | None:
        """Longest-first split into known words; at most 40 letters, so the search is small."""
        reach: list[tuple[int, ...] | None] = [()] + [None] * len(word)
        for at in range(len(word)):
            before = reach[at]
            if before is None:
                continue
            for end in range(at + 1, len(word) + 1):
                part = word[at:end]
                value = self.exact.get(part, self.stems.get(part))
                if value is None and end == len(word):
                    value = self._stem(part)
                known = reach[end]
                if value is not None and end > at + 1 and (known is None or len(known) > len(before) + 1):
                    reach[end] = (*before, value)  # the fewest words: femti-en, not fem-ti-en
                elif part in self.joiners and known is None and at:
                    reach[end] = before
        found = reach[len(word)]
        return found if found and len(found) > 1 else None

    def ordinal(self, word: str) -> bool:
        """Whether a number word is an ordinal: it, its stem or its last part stands among them."""
        ends = (word[at:] for at in range(len(word) - 1))
        return any(end[:cut] in self.ordinals for end in ends for cut in range(len(end), 2, -1))

    def unspaced(self, text: str, at: int) -> tuple[int, int] | None:
        """The number spelled without spaces from `at` on (ห้าสิบเอ็ด), and where it ends."""
        values: list[int] = []
        while len(values) < 7:
            end = next((e for e in range(min(len(text), at + 8), at, -1) if text[at:e] in self.exact), None)
            if end is None:
                break
            values.append(self.exact[text[at:end]])
            at = end
        number = _add(values) if values else None
        return (number, at) if number else None

    def number(self, words: Sequence[str]) -> int | None:
        """The number these words spell, None where they do not."""
        values: list[int] = []
        for word in words:
            part = self.values(word)
            if part is None:
                return None
            values.extend(part)
        return _add(values) if values else None
