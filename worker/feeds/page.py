"""A web page's bytes to the text of its article, or what it is instead. Runs in the child process only."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from worker.article import article_from_html, reduce_html
from worker.article.charset import decode_text
from worker.errors import BadInput

_LEAST = 200
_PERHAPS_CUT = 1500
"""What was extracted and is shorter may have lost the wall's words: the whole page is asked for them."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)


class PageKind(StrEnum):
    """What a fetched page is. Only the text of an `article` is judged."""

    ARTICLE = "article"
    PAYWALL = "paywall"
    CONSENT = "consent"
    EMPTY = "empty"


class Page(msgspec.Struct, frozen=True):
    """A page: what it is, and its article's text if it is one."""

    kind: PageKind
    text: str = ""


def read_page(data: bytes, *, url: str | None, content_type: str | None) -> Page:
    """The article in a page. Never raises for a page without one."""
    from worker.feeds.walls import asks_consent, doubts_us, is_paid  # long expressions, for the child alone

    markup = _decoded(data, content_type)
    try:
        article = article_from_html(markup, url=url)
    except BadInput:  # nothing in it, or nothing that can be read
        return Page(PageKind.EMPTY)
    seen = article.text
    if len(seen) < _PERHAPS_CUT:
        seen = max(seen, reduce_html(decode_text(markup) if isinstance(markup, bytes) else markup), key=len)
    if asks_consent(url or "", article.text if len(article.text) >= _LEAST else seen):
        return Page(PageKind.CONSENT)
    if is_paid(data, seen):
        return Page(PageKind.PAYWALL)
    if "extraction" in article.extra or len(article.text) < _LEAST or doubts_us(seen):
        return Page(PageKind.EMPTY)
    return Page(PageKind.ARTICLE, article.text)


def _decoded(data: bytes, content_type: str | None) -> bytes | str:
    named = _CHARSET.search(content_type or "")
    try:
        return data.decode(named[1]) if named else data
    except (LookupError, UnicodeDecodeError):  # the header is wrong; the bytes are asked
        return data
