"""Character references as feeds misuse them, made such that any XML parser reads them."""

from __future__ import annotations

import re
from html.entities import html5

_SURROGATES = re.compile(
    r"(?:&#(?:[xX]0{0,4}[dD][89a-fA-F][0-9a-fA-F]{2}|0{0,4}5(?:5[2-9]|6[0-9]|7[0-3])[0-9]{2});)+"
)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([a-zA-Z][a-zA-Z0-9]{1,31};)")
_MARKUP = frozenset("<>&\"'")


def mended(text: str) -> str:
    """The text with HTML's names and halves of characters as the characters that are meant.

    A document type whose entities are elsewhere makes a parser drop names in silence, and `&#55357;&#56832;`
    is a picture in JavaScript's numbers, at which it stops.
    """
    if "&" not in text:
        return text
    return _NAMED.sub(_by_name, _SURROGATES.sub(_joined, text) if "&#" in text else text)


def _joined(found: re.Match[str]) -> str:
    numbers = _REFERENCE.findall(found[0])
    codes = (int(hexadecimal, 16) if hexadecimal else int(decimal) for hexadecimal, decimal in numbers)
    return "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _by_name(found: re.Match[str]) -> str:
    meant = html5.get(found[1], "")
    return meant if meant and not _MARKUP.intersection(meant) else found[0]
