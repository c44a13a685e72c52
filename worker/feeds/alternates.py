"""The feeds that a web page names as its own: `<link rel=alternate type=application/rss+xml href=…>`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from urllib.parse import urljoin

from worker.feeds.listed import Wrong, web_address

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
)
_HEAD = 512 * 1024
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_BASE = re.compile(r"<base\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NO_FEED = re.compile(r"/wp-json/|oembed", re.IGNORECASE)
"""What WordPress names as its alternate in JSON is no feed."""


def alternates(page: bytes, url: str | None) -> list[str]:
    """The addresses that a page gives as its feeds, in its order; `url` is the page's."""
    head = page[:_HEAD].decode("utf-8", "replace")
    base = next((_attributes(each).get("href", "") for each in _BASE.findall(head)), "")
    here = _joined(url or "", base)
    found = []
    for attributes in map(_attributes, _LINK.findall(head)):
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        address = attributes.get("href", "").strip()
        if "alternate" not in attributes.get("rel", "").lower().split() or kind not in FEED_TYPES:
            continue
        if not _NO_FEED.search(address):
            found.append(_joined(here, address))
    return list(web(found))


def web(urls: Sequence[str]) -> Iterator[str]:
    """Those that are web addresses, each once."""
    for url in dict.fromkeys(urls):
        try:
            yield web_address(url)
        except Wrong:
            continue


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _attributes(written: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(written)}
