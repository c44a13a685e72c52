"""Character classes for the standard `re`, from the generated ranges.

`re` looks a code point of the basic plane up in a bitmap, but walks a list for one beyond it; so a
class is given as two, and the second is tried only behind a look-ahead.
"""

from __future__ import annotations

import re

from worker.text import ranges


def _escape(span: str) -> str:
    low, _, high = span.partition("-")
    first, last = re.escape(chr(int(low, 16))), re.escape(chr(int(high or low, 16)))
    return f"{first}-{last}"


def _basic(spans: str) -> str:
    return "".join(_escape(span) for span in spans.split() if len(span.partition("-")[0]) <= 4)


def _beyond(spans: str) -> str:
    return "".join(_escape(span) for span in spans.split() if len(span.partition("-")[0]) > 4)


def one_of(spans: str) -> str:
    """A pattern for one character of these ranges."""
    return rf"(?:[{_basic(spans)}]|(?=[\U00010000-\U0010FFFF])[{_beyond(spans)}])"


WORD_RUN = rf"(?:[{_basic(ranges.WORD)}]++|(?=[\U00010000-\U0010FFFF])[{_beyond(ranges.WORD)}])++"
"""A run of letters, marks and digits of the scripts that are matched by word; possessive, since
giving letters back would try every way to part a word, which is exponential in its length."""

CONJOINING = "1100-11FF A960-A97C D7B0-D7FB"
"""Letters of Hangul that make syllables with their neighbours."""

_VOWELS = r"[\u1160-\u11A7\uD7B0-\uD7C6]+"
_HANGUL = (
    rf"(?:[\u1100-\u115F\uA960-\uA97C]+{_VOWELS}|[\uAC00-\uD7A3]|{_VOWELS})[\u11A8-\u11FF\uD7CB-\uD7FB]*"
)
"""A syllable, whole or in its letters. A final consonant behind anything else stands for itself."""
# A soft hyphen or a bidi control does not part a letter from its mark: folding drops it.
_EXTENDING = rf"(?:{one_of(ranges.IGNORABLE)}*{one_of(ranges.EXTENDING)})*"

BY_CHARACTER = one_of(ranges.BY_CHARACTER)
CLUSTER_BY_CHARACTER = rf"(?:{_HANGUL}|{BY_CHARACTER}){_EXTENDING}"
"""A grapheme cluster of the scripts that are matched by character (after Unicode's UAX #29)."""

IGNORABLE = rf"{one_of(ranges.IGNORABLE)}+"

VISIBLE_MARK = rf"(?:(?!{IGNORABLE}){one_of(ranges.EXTENDING)})"
"""What belongs to the character before, and is seen."""

ANY_CLUSTER = rf"(?:{_HANGUL}|.)(?:{one_of(ranges.EXTENDING)}|{IGNORABLE})*+"
"""Any grapheme cluster and the invisible behind it, near enough to place the parts of an unusual piece."""
