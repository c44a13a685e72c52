"""Where an item leads: its page and what comes with it. Only http and https leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from worker.article.fields import is_web
from worker.article.plain import one_line, whole
from worker.feeds.words import string

MOST_ENCLOSURES = 10
_LONGEST = 8_000
"""No browser and no server takes longer addresses, and no pattern is kept busy by one."""

_SPACES = re.compile(r"[ \t\r\n]+")
_OTHER_SCHEME = re.compile(r"(?!https?:)[^/?#]*:", re.IGNORECASE)


def absolute(link: str, base: str | None) -> str | None:
    """An http(s) address for a link, or None: no other scheme leaves this room."""
    link = link.strip()
    if len(link) > _LONGEST:
        return None
    link = _SPACES.sub(_in_one_line, link)
    if _OTHER_SCHEME.match(link):
        return None
    try:
        address = urljoin(base, link) if base and link else link
    except ValueError:
        return None
    return whole(address) if is_web(address) else None


def _in_one_line(spaces: re.Match[str]) -> str:
    """What a line's end brought into an address goes; a space within a line is meant as `%20`."""
    return "" if spaces[0].strip(" ") else spaces[0].replace(" ", "%20")


def host(url: object) -> str | None:
    """The host of an address, or None."""
    try:
        return urlsplit(string(url)).hostname
    except ValueError:
        return None


def link_of(entry: Mapping[str, Any], base: str | None) -> str | None:
    """The item's page: as it was before a counter was put in front, as the item says, or its permalink."""
    links = [
        link.get("href") for link in entry.get("links", []) if link.get("rel", "alternate") == "alternate"
    ]
    guid = string(entry.get("id"))
    about = guid if "guidislink" not in entry else None  # RDF's `about`
    permalinks = [link for link in (entry.get("permalink"), about) if is_web(string(link))]
    for candidate in (entry.get("feedburner_origlink"), entry.get("link"), *links, *permalinks):
        link = string(candidate)
        if link == guid and not is_web(guid):
            continue  # feedparser takes a GUID for a link unless told that it is none
        address = absolute(link, base)
        if address:
            return address
    return None


def enclosures_of(entry: Mapping[str, Any], base: str | None) -> list[dict[str, str]]:
    """Sound, pictures and papers that come with an item: addresses and what they are said to be."""
    found = ((link.get("href"), link.get("type")) for link in _enclosed(entry))
    return enclosures(found, base)


def enclosures(found: Iterator[tuple[object, object]], base: str | None) -> list[dict[str, str]]:
    """Address and type of each that has a web address; the first ten."""
    kept: list[dict[str, str]] = []
    for link, kind in found:
        address = absolute(string(link), base)
        if address and len(kept) < MOST_ENCLOSURES:
            named = one_line(whole(string(kind)))[:100]
            kept.append({"url": address, "type": named} if named else {"url": address})
    return kept


def _enclosed(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (link for link in entry.get("links", []) if link.get("rel") == "enclosure")
