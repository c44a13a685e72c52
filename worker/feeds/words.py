"""An item's words as its readers see them: text constructs to plain text, and the fullest of several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from worker.article.plain import has_markup, one_line, reduce_html, whole

_CLOSING_TAG = re.compile(r"</[a-zA-Z][a-zA-Z0-9]{0,10}>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ALL_MARKUP = re.compile(r"\s*<[a-zA-Z][^<>]{0,2000}>.*</[a-zA-Z][a-zA-Z0-9]{0,10}>\s*", re.DOTALL)
_NOT_IN_TEXT = dict.fromkeys(
    [*(code for code in range(32) if chr(code) not in "\t\n\r"), *range(0x7F, 0xA0)], None
)
"""Control characters: XML has no place for them, and a terminal obeys them."""

_WHOLE_TEXT = ("encoded", "full-text", "fulltext")
"""How the names of elements with the whole text end: `content:encoded` in no namespace, Yandex's."""

_NO_WORDS = ("image/", "audio/", "video/", "font/", "model/")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}[A-Za-z0-9+/\s]*={0,2}")


def plain(value: object) -> str:
    """A feed's text construct as plain text."""
    text = whole(string(value)).translate(_NOT_IN_TEXT)
    if not has_markup(text):
        return text.strip()
    if "<" not in text:  # nothing but references: its lines are its own
        text = _REFERENCE.sub(lambda found: unescape(found[0]), text).replace("\u00a0", " ").strip()
        return reduce_html(text) if _CLOSING_TAG.search(text) else text
    reduced = reduce_html(text)
    # Tags that were all escaped once more than they should have been are tags still.
    return reduce_html(reduced) if _ALL_MARKUP.fullmatch(reduced) else reduced


def title_of(entry: Mapping[str, Any]) -> str:
    """The item's headline on one line; a picture's stands in."""
    return one_line(plain(entry.get("title"))) or one_line(plain(entry.get("media_title")))


def text_of(entry: Mapping[str, Any]) -> str:
    """The fullest of the item's contents and its summary; what is said of a picture stands in."""
    return max(map(plain, _texts(entry)), key=len, default="") or plain(entry.get("media_description"))


def _texts(entry: Mapping[str, Any]) -> Iterator[object]:
    for content in entry.get("content", []):
        if isinstance(content, Mapping) and _has_words(content):
            yield content.get("value")
    yield entry.get("summary")
    yield from (value for name, value in entry.items() if name.endswith(_WHOLE_TEXT))


def _has_words(content: Mapping[str, Any]) -> bool:
    """Whether an Atom content is text, and no picture or paper that came in base64."""
    kind = string(content.get("type")).lower()
    packed = kind.startswith("application/") and _BASE64.fullmatch(string(content.get("value")).strip())
    return not packed and not kind.startswith(_NO_WORDS)


def string(value: object) -> str:
    """The value if it is a text, else none."""
    return value if isinstance(value, str) else ""
