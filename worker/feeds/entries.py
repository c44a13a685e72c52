"""A feed's bytes to articles: feedparser (this is its door) for RSS, Atom and RDF; JSON Feed beside it.

Runs in the child process only, because a feed may be an attack. Everything that leaves is plain
text, and the only links that leave are http and https.
"""

from __future__ import annotations

import calendar
import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from worker.article.charset import decode_text
from worker.article.dates import to_utc
from worker.article.fields import is_web
from worker.article.identity import content_id, guid_id, url_id
from worker.article.plain import has_markup, one_line, reduce_html, whole
from worker.errors import BadInput
from worker.feeds.facts import FeedFacts, read_facts
from worker.feeds.jsonfeed import looks_like_json, read_json_feed
from worker.feeds.sitemap import looks_like_sitemap, read_sitemap
from worker.types import Article, DeadReason

_LONGEST_AUTHOR = 1_000
_MOST_ENCLOSURES = 10
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,200}\?>\s*")
_CLOSING_TAG = re.compile(r"</[a-zA-Z][a-zA-Z0-9]{0,10}>")
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+ \((.+)\)")
_NAME_AND_ADDRESS = re.compile(r"(.+?) ?<\S+@\S+>")


class ReadFeed(NamedTuple):
    """A feed's articles in its order, how many items had neither title nor text, what it says of itself."""

    articles: list[Article]
    empty: int
    facts: FeedFacts = FeedFacts()


def read_feed(data: bytes, *, url: str | None = None, content_type: str | None = None) -> ReadFeed:
    """What is in a feed's bytes.

    Raises BadInput: not_a_feed; and whatever the parser may raise on an attack.
    """
    if looks_like_json(data):
        return ReadFeed(*read_json_feed(data, url=url))
    if looks_like_sitemap(data):
        return ReadFeed(*read_sitemap(data, url=url))
    parsed = _parse(data, content_type)
    entries = parsed.get("entries", [])
    if not parsed.get("version") and not entries:
        raise BadInput(DeadReason.NOT_A_FEED, _why_not(parsed))
    feed = parsed.get("feed", {})
    articles = [_article(entry, feed, url) for entry in entries]
    kept = [article for article in articles if article.title or article.text]
    title = one_line(plain(feed.get("title")))[:200]
    return ReadFeed(kept, len(articles) - len(kept), read_facts(data, feed, title))


def _parse(data: bytes, content_type: str | None) -> Mapping[str, Any]:
    import feedparser

    _take_authors_as_written(feedparser.mixin._FeedParserMixin)  # noqa: SLF001  # see there
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
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _take_authors_as_written(mixin: Any) -> None:
    """Keep feedparser from taking authors apart: it is quadratic in their length, and wrong on long domains.

    It has no setting for it. What an Atom feed gives as name and address comes apart already.
    """

    def sync(self: Any, key: str = "author") -> None:
        context = self._get_context()
        detail = context.get(f"{key}s", [{}])[-1]
        if not detail and isinstance(context.get(key), str):
            detail["name"] = context[key][:_LONGEST_AUTHOR]

    mixin._sync_author_detail = sync  # noqa: SLF001


def _why_not(parsed: Mapping[str, Any]) -> str:
    error = parsed.get("bozo_exception")
    because = f": {one_line(str(error))[:200]}" if error and parsed.get("bozo") else ""
    return f"neither RSS, Atom, RDF nor JSON Feed{because}"


def _article(entry: Mapping[str, Any], feed: Mapping[str, Any], url: str | None) -> Article:
    title = one_line(plain(entry.get("title")))
    text = _text(entry)
    link = _link(entry, url)
    published, raw = _published(entry)
    return Article(
        id=item_id(_string(entry.get("id")), link, title, text, scope=url or _scope(feed)),
        url=link,
        source=one_line(plain(feed.get("title")))[:200] or host(url or feed.get("link")),
        title=title,
        text=text,
        language=_language(entry, feed),
        authors=_authors(entry),
        published=published,
        feed=url,
        extra=_extra(entry, url, raw if raw and not published else ""),
    )


def item_id(guid: str, link: str | None, title: str, text: str, *, scope: str) -> str:
    """An item is known by its GUID, else its link, else its words.

    A GUID that is an address is the article's own in every feed that carries it.
    """
    by_url = url_id(guid or link or "")
    if by_url:
        return by_url
    return guid_id(scope, guid) if guid else content_id(title, text)


def plain(value: object) -> str:
    """A feed's text construct as plain text."""
    text = whole(_string(value))
    if not has_markup(text):
        return text.strip()
    reduced = reduce_html(text)
    # Tags that were all escaped once more than they should have been are tags still.
    twice = "<" not in text and _CLOSING_TAG.search(reduced) is not None
    return reduce_html(reduced) if twice else reduced


def host(url: object) -> str | None:
    """The host of an address, or None."""
    try:
        return urlsplit(_string(url)).hostname
    except ValueError:
        return None


def _text(entry: Mapping[str, Any]) -> str:
    """The fullest of the item's contents and its summary."""
    parts: Sequence[Mapping[str, Any]] = [
        *(c for c in entry.get("content", []) if isinstance(c, Mapping)),
        {"value": entry.get("summary")},
    ]
    return max((plain(part.get("value")) for part in parts), key=len)


def _extra(entry: Mapping[str, Any], base: str | None, raw_date: str) -> dict[str, Any]:
    enclosures = list(_enclosures(entry, base))[:_MOST_ENCLOSURES]
    kept = {"published_raw": raw_date[:200], "enclosures": enclosures}
    return {name: value for name, value in kept.items() if value}


def _enclosures(entry: Mapping[str, Any], base: str | None) -> Iterator[dict[str, str]]:
    """Sound, pictures and papers that come with an item: addresses and what they are said to be."""
    for link in entry.get("links", []):
        address = absolute(_string(link.get("href")), base) if link.get("rel") == "enclosure" else None
        if address:
            kind = one_line(whole(_string(link.get("type"))))[:100]
            yield {"url": address, "type": kind} if kind else {"url": address}


def _link(entry: Mapping[str, Any], base: str | None) -> str | None:
    links = [
        link.get("href") for link in entry.get("links", []) if link.get("rel", "alternate") == "alternate"
    ]
    guid = _string(entry.get("id"))
    for candidate in (entry.get("link"), *links):
        link = _string(candidate)
        if link == guid and not is_web(guid):
            continue  # feedparser takes a GUID for a link unless told that it is none
        address = absolute(link, base)
        if address:
            return address
    return None


def absolute(link: str, base: str | None) -> str | None:
    """An http(s) address for a link, or None: no other scheme leaves this room."""
    try:
        address = urljoin(base, link.strip()) if base and link else link.strip()
    except ValueError:
        return None
    return whole(address) if is_web(address) else None


def _published(entry: Mapping[str, Any]) -> tuple[str | None, str]:
    first = ""
    for name in ("published", "updated", "created"):
        raw = _string(dict.get(entry, name)) if isinstance(entry, dict) else ""
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


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    people = [person for person in entry.get("authors", []) if isinstance(person, Mapping)][:50]
    names = [_string(person.get("name")) or _string(person.get("email")) for person in people]
    cleaned = (_name(one_line(plain(name))[:_LONGEST_AUTHOR]) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _name(written: str) -> str:
    """The name in `a@b.example (Name)` and `Name <a@b.example>`; else what is written."""
    found = _ADDRESS_AND_NAME.fullmatch(written) or _NAME_AND_ADDRESS.fullmatch(written)
    return found[1] if found else written


def _language(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str | None:
    stated = _string(entry.get("language"))
    details = [*entry.get("content", []), entry.get("summary_detail"), entry.get("title_detail")]
    own = [_string(d.get("language")) for d in details if isinstance(d, Mapping)]
    declared = next((code for code in [stated, *own, _string(feed.get("language"))] if code), "")
    return whole(declared.strip())[:35] or None


def _scope(feed: Mapping[str, Any]) -> str:
    return _string(feed.get("id")) or _string(feed.get("link")) or _string(feed.get("title"))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
