"""The part of a text that is looked at: short, and chosen to represent it.

Links, addresses, handles, numbers and mark-up say nothing of the language and are dropped. A long
text is sampled at its start, in its middle and near its end, so that a byline, a cookie notice or a
quoted paragraph does not speak for all of it.
"""

from __future__ import annotations

import re
from typing import Final

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|[\w.+-]*@[\w.-]+|#\w+|<[^<>]{1,200}>")
_NUMBERS = re.compile(r"[\d_]+")
_FURNITURE = 60
_SENTENCE_ENDS = frozenset(".!?…。！？؟।")

_LONGEST_REST = 20
"""A cut is made before a word unless the word is longer than this, or there are no spaces."""

PLACES: Final = 3
"""Start, middle, near the end."""


def cleaned(text: str, characters: int) -> str:
    """The first words of a text, without what is no word, at most so many characters."""
    # Twice as much is looked through, so that links and numbers cost none of it.
    read = text[: 2 * characters]
    # To seek five signs is quicker than the pattern.
    if "://" in read or "www." in read or "@" in read or "#" in read or "<" in read:
        read = _ADDRESSES.sub(" ", read)
    words = " ".join(_NUMBERS.sub(" ", read).split())
    if len(words) <= characters:
        return words
    whole, space, _ = words[: characters + 1].rpartition(" ")  # half a word is another word
    return whole if space and len(whole) > characters - _LONGEST_REST else words[:characters]


def pieces(text: str, characters: int) -> list[str]:
    """Up to PLACES pieces of the text, together at most so many characters, in their order.

    A text hardly longer than that is one piece. Each later piece begins with a whole word.
    """
    if len(text) <= 2 * characters:
        return [cleaned(text, characters)]
    each = characters // PLACES
    # Whole lines without a sentence's end are menus and captions. The head of an article, where they
    # stand, is looked at without them unless nothing else is there.
    head = text[: 4 * each]
    prose = _without_furniture(head) if "\n" in head else head
    taken = [cleaned(prose if len(prose) > 2 * each else head, each)]
    for at in range(1, PLACES):
        start = len(text) * at // PLACES
        piece = text[start : start + 2 * each + 30]
        _, space, rest = piece.partition(" ")
        taken.append(cleaned(rest if space and len(rest) > each else piece, each))
    return taken


def _without_furniture(text: str) -> str:
    return "\n".join(
        line for line in text.split("\n") if len(line) > _FURNITURE or line[-1:] in _SENTENCE_ENDS
    )
