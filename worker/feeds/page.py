"""A web page's bytes to the text of its article, or what it is instead. Runs in the child process only."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from worker.article import article_from_html
from worker.errors import BadInput

_LEAST = 200
_SHORT = 1200
_PAYWALL = re.compile(
    rb"\"isAccessibleForFree\"\s{0,20}:\s{0,20}\"?(?:false|https?://schema\.org/False)\b", re.IGNORECASE
)
_CONSENT_ADDRESS = re.compile(
    r"^consent\.|^(?:cmp|privacy-mgmt)\.|/(?:consent|collectconsent|cookie-?wall)\b", re.IGNORECASE
)
_CONSENT_WORD = re.compile(
    r"\b(?:cookies?|consent|zustimm\w+|einwillig\w+|consenti\w+|partners|accept all)\b", re.IGNORECASE
)
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
    try:
        article = article_from_html(_decoded(data, content_type), url=url)
    except BadInput:  # nothing in it, or nothing that can be read
        return Page(PageKind.EMPTY)
    if _asks_consent(url or "", article.text):
        return Page(PageKind.CONSENT)
    if _PAYWALL.search(data):  # schema.org's own word for it, which search engines ask of publishers
        return Page(PageKind.PAYWALL)
    if "extraction" in article.extra or len(article.text) < _LEAST:
        return Page(PageKind.EMPTY)
    return Page(PageKind.ARTICLE, article.text)


def _decoded(data: bytes, content_type: str | None) -> bytes | str:
    named = _CHARSET.search(content_type or "")
    try:
        return data.decode(named[1]) if named else data
    except (LookupError, UnicodeDecodeError):  # the header is wrong; the bytes are asked
        return data


def _asks_consent(url: str, text: str) -> bool:
    parts = urlsplit(url)
    if _CONSENT_ADDRESS.search(parts.hostname or "") or _CONSENT_ADDRESS.search(parts.path):
        return True
    return len(text) < _SHORT and len(_CONSENT_WORD.findall(text)) >= 3  # one such word is no wall
