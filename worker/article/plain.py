"""Markup to the text a reader sees: nothing that comes in is ever markup afterwards.

One pass of lxml's event parser: linear in the input, no tree, so nesting of any depth costs
nothing. Scripts and styles vanish, blocks become lines, white space collapses.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# `title`, not `head`: a head that is not written out is opened by the parser and closed late.
_HIDDEN = frozenset(
    "script style template noscript iframe object title svg math textarea select datalist button video audio "
    "canvas progress meter rp rt rtc".split()
)
"""No part of the sentence: code, pictures, controls, what stands in for a film, how a word is read aloud."""

_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_PARAGRAPHS = frozenset(
    "p div article section header footer main aside nav ul ol dl menu table form h1 h2 h3 h4 h5 h6 hgroup "
    "blockquote pre figure figcaption hr body html details summary address fieldset legend center".split()
)
_LINES = frozenset({"br", "li", "tr", "dt", "dd", "option", "caption"})
_CELLS = frozenset({"td", "th"})


def whole(text: str) -> str:
    """`text` with lone surrogates as U+FFFD, so that it can be written as UTF-8."""
    return text if text.isascii() else _SURROGATE.sub("�", text)


def one_line(text: str) -> str:
    """`text` on one line: every run of white space one space, none at the ends."""
    return " ".join(text.split())


def has_markup(text: str) -> bool:
    """Whether `text` holds what looks like a tag or a character reference."""
    return bool(_MARKUP.search(text))


def reduce_html(markup: str) -> str:
    """The text of an HTML document or fragment, a line each paragraph. Never raises; linear in time."""
    from lxml import etree  # type: ignore[import-untyped]

    if not markup.strip():
        return ""
    try:
        return str(etree.fromstring(whole(markup).encode(), _parser()))
    except (
        etree.LxmlError,
        ValueError,
        AssertionError,
    ):  # nothing to parse but comments or control characters
        _OWN.__dict__.clear()
        return one_line(_MARKUP.sub(" ", whole(markup)))


_OWN = threading.local()


def _parser() -> Any:
    """The thread's parser: lxml looks long at the target of a new one."""
    from lxml import etree

    if not hasattr(_OWN, "parser"):
        _OWN.parser = etree.HTMLParser(target=_Reader(), huge_tree=True, encoding="utf-8")
    return _OWN.parser


class _Reader:
    """lxml's parser target: collects visible text line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.hidden = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.hidden:
            self.hidden += 1
        elif tag in _HIDDEN or "hidden" in attributes or _INVISIBLE.search(attributes.get("style", "")):
            self.hidden = 1
        elif tag in _CELLS:
            self.line.append(" ")
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._break()

    def end(self, tag: str) -> None:
        if self.hidden:  # libxml2 ends whatever it starts
            self.hidden -= 1
        elif tag in _PARAGRAPHS:
            self._break()

    def data(self, text: str) -> None:
        if not self.hidden:
            self.line.append(text)

    def comment(self, _text: str) -> None:
        """Comments are not seen by readers."""

    def close(self) -> str:
        self._break()
        lines, self.lines, self.hidden = self.lines, [], 0
        return "\n".join(lines)

    def _break(self) -> None:
        text = _SPACES.sub(" ", "".join(self.line)).strip(" ")
        self.line = []
        if text:
            self.lines.append(text)
