"""A feed's bytes to articles: feedparser (this is its door) for RSS, Atom and RDF; JSON Feed beside it.

Runs in the child process only, because a feed may be an attack. Everything that leaves is plain
text, and the only links that leave are http and https.
"""

from __future__ import annotations

import calendar
import io
import re
import warnings
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from worker.article.charset import decode_text, without_mark
from worker.article.dates import to_utc
from worker.article.identity import item_id
from worker.article.plain import one_line, whole
from worker.article.sniff import Kind, sniff
from worker.errors import BadInput
from worker.feeds.alternates import alternates
from worker.feeds.entities import mended
from worker.feeds.facts import FeedFacts, read_facts
from worker.feeds.jsonfeed import looks_like_json, read_json_feed
from worker.feeds.links import enclosures_of, host, link_of
from worker.feeds.mended import mend
from worker.feeds.people import authors_of
from worker.feeds.sitemap import looks_like_sitemap, read_sitemap
from worker.feeds.words import plain, string, text_of, title_of
from worker.types import Article, DeadReason

_MOST_UNPACKED = 15 * 1024 * 1024
_MOST_NAMED = 5
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,200}\?>\s*")


class ReadFeed(NamedTuple):
    """A feed's articles in its order, how many items had neither title nor text, what it says of itself."""

    articles: list[Article]
    empty: int
    facts: FeedFacts = FeedFacts()


def read_feed(data: bytes, *, url: str | None = None, content_type: str | None = None) -> ReadFeed:
    """What is in a feed's bytes.

    Raises BadInput: not_a_feed, too_large; and whatever the parser may raise on an attack.
    """
    if data.startswith(b"\x1f\x8b"):  # `news-sitemap.xml.gz` is a file in gzip, and not sent in gzip
        data = _unpacked(data)
    if without_mark(data)[1] not in (None, "utf-8"):  # UTF-16 or UTF-32, of JSON too
        data = _as_utf8(data, None)
    if looks_like_json(data):
        return ReadFeed(*read_json_feed(data, url=url))
    if looks_like_sitemap(data):
        return ReadFeed(*read_sitemap(data, url=url))
    parsed = _parse(data, content_type)
    version, entries = string(parsed.get("version")), parsed.get("entries", [])
    if not version and not entries and sniff(data) is not Kind.FEED:
        raise BadInput(DeadReason.NOT_A_FEED, _why_not(data, parsed, url))
    feed = parsed.get("feed", {})
    articles = [_article(entry, feed, url, version) for entry in entries]
    kept = [article for article in articles if article.title or article.text]
    title = one_line(plain(feed.get("title")))[:200]
    return ReadFeed(kept, len(articles) - len(kept), read_facts(data, feed, title))


def _unpacked(data: bytes) -> bytes:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = inflate.decompress(data, _MOST_UNPACKED + 1)
    except zlib.error as error:
        raise BadInput(DeadReason.NOT_A_FEED, f"damaged gzip: {error}") from error
    if len(unpacked) > _MOST_UNPACKED:
        raise BadInput(DeadReason.TOO_LARGE, f"more than {_MOST_UNPACKED:,} bytes when unpacked")
    return unpacked


def _parse(data: bytes, content_type: str | None) -> Mapping[str, Any]:
    import feedparser

    mend(feedparser.mixin._FeedParserMixin)  # noqa: SLF001
    # The feed's address is not told: feedparser would join GUIDs to it, and make two feeds' `17` one.
    # Nor is what the server called it: which charset it is has been found out by then.
    headers = {"content-type": "application/xml; charset=utf-8"}
    data = _as_utf8(data, content_type)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A stream, never a string: feedparser opens strings as files and addresses.
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    return found


def _as_utf8(data: bytes, content_type: str | None) -> bytes:
    """The feed in UTF-8 and without a word of another charset, whatever its server and it itself claim."""
    named = _CHARSET.search(content_type or "")
    try:
        text = decode_text(data, named[1] if named else None)
    except BadInput:  # no charset fits; the parser will say what it is not
        return data
    return mended(_DECLARATION.sub("", text, count=1)).encode("utf-8", "replace")


def _why_not(data: bytes, parsed: Mapping[str, Any], url: str | None) -> str:
    if sniff(data) is Kind.HTML:
        named = alternates(data, url)
        feeds = f"; the feeds it names: {', '.join(named[:_MOST_NAMED])}"[:500] if named else ""
        return f"a web page, not a feed{feeds}"
    error = parsed.get("bozo_exception")
    because = f": {one_line(str(error))[:200]}" if error and parsed.get("bozo") else ""
    return f"neither RSS, Atom, RDF nor JSON Feed{because}"


def _article(entry: Mapping[str, Any], feed: Mapping[str, Any], url: str | None, version: str) -> Article:
    title = title_of(entry)
    text = text_of(entry)
    link = link_of(entry, url)
    published, raw = _published(entry)
    return Article(
        id=item_id(string(entry.get("id")), link, title, text, scope=url or _scope(feed)),
        url=link,
        source=one_line(plain(feed.get("title")))[:200] or host(url or feed.get("link")),
        title=title,
        text=text,
        language=_language(entry, feed),
        authors=authors_of(entry, feed, version),
        published=published,
        feed=url,
        extra=_extra(entry, url, raw if raw and not published else ""),
    )


def _extra(entry: Mapping[str, Any], base: str | None, raw_date: str) -> dict[str, Any]:
    kept = {"published_raw": raw_date[:200], "enclosures": enclosures_of(entry, base)}
    return {name: value for name, value in kept.items() if value}


def _published(entry: Mapping[str, Any]) -> tuple[str | None, str]:
    first = ""
    for name in ("published", "updated", "created"):
        raw = string(dict.get(entry, name)) if isinstance(entry, dict) else ""
        moment = to_utc(raw) or _from_struct(
            dict.get(entry, f"{name}_parsed") if isinstance(entry, dict) else None
        )
        if moment:
            return moment, raw
        first = first or raw
    return None, first


def _from_struct(moment: Any) -> str | None:
    try:
        return to_utc(calendar.timegm(moment)) if moment else None
    except (ValueError, OverflowError, TypeError):
        return None


def _language(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    stated = string(entry.get("language"))
    details = [*entry.get("content", []), entry.get("summary_detail"), entry.get("title_detail")]
    own = [string(d.get("language")) for d in details if isinstance(d, Mapping)]
    declared = next((code for code in [stated, *own, string(feed.get("language"))] if code), "")
    return whole(declared.strip())[:35] or None


def _scope(feed: Mapping[str, Any]) -> str:
    return string(feed.get("id")) or string(feed.get("link")) or string(feed.get("title"))
