"""JSON Feed (https://www.jsonfeed.org/version/1.1/) to articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from worker.article.dates import to_utc
from worker.article.identity import item_id
from worker.article.jsontext import parse_json
from worker.article.plain import one_line, whole
from worker.article.read import is_json_feed
from worker.errors import BadInput
from worker.feeds.facts import FeedFacts
from worker.feeds.links import absolute, enclosures, host
from worker.feeds.words import plain
from worker.types import Article, DeadReason


def looks_like_json(data: bytes) -> bool:
    """Whether the bytes begin as a JSON object does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_json_feed(data: bytes, *, url: str | None) -> tuple[list[Article], int, FeedFacts]:
    """The feed's articles in its order, how many items had neither title nor text, what it says of itself.

    Raises BadInput: not_a_feed, or what is wrong with the JSON.
    """
    feed = parse_json(data, max_bytes=len(data))
    if not is_json_feed(feed):
        raise BadInput(DeadReason.NOT_A_FEED, "JSON, but not a JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list):
        raise BadInput(DeadReason.NOT_A_FEED, "a JSON Feed without a list of `items`")
    here = url or _string(feed, "feed_url") or None
    articles = [_article(item, feed, here) for item in items if isinstance(item, dict)]
    kept = [article for article in articles if article.title or article.text]
    return kept, len(items) - len(kept), _facts(feed)


def _facts(feed: Mapping[str, Any]) -> FeedFacts:
    hubs = (_string(hub, "url") for hub in _objects(feed, "hubs") if _string(hub, "type").lower() == "websub")
    hub = next((absolute(address, None) for address in hubs), None)
    topic = absolute(_string(feed, "feed_url"), None)
    return FeedFacts(title=one_line(plain(_string(feed, "title")))[:200], hub=hub, topic=topic)


def _article(item: Mapping[str, Any], feed: Mapping[str, Any], url: str | None) -> Article:
    home = _string(feed, "home_page_url")
    link = absolute(_string(item, "url") or _string(item, "external_url"), url or home)
    title = one_line(plain(_string(item, "title")))
    told = _string(item, "content_text").strip(), plain(_string(item, "content_html"))
    text = max(told, key=len) or _string(item, "summary").strip()
    date = _string(item, "date_published") or _string(item, "date_modified")
    guid = item.get("id")
    published = to_utc(date)
    attached = ((each.get("url"), each.get("mime_type")) for each in _objects(item, "attachments"))
    extra = {
        "published_raw": date[:200] if not published else "",
        "enclosures": enclosures(attached, url or home),
    }
    return Article(
        id=item_id(str(guid) if isinstance(guid, str | int) else "", link, title, text, scope=url or home),
        url=link,
        source=one_line(plain(_string(feed, "title")))[:200] or host(url or home),
        title=title,
        text=text,
        language=(_string(item, "language") or _string(feed, "language"))[:35] or None,
        authors=tuple(_authors(item) or _authors(feed)),
        published=published,
        feed=url,
        extra={name: value for name, value in extra.items() if value},
    )


def _authors(thing: Mapping[str, Any]) -> list[str]:
    people = _objects(thing, "authors") or [
        person for person in [thing.get("author")] if isinstance(person, dict)
    ]
    return [name for person in people if (name := one_line(plain(_string(person, "name"))))]


def _objects(thing: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = thing.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _string(thing: Mapping[str, Any], key: str) -> str:
    value = thing.get(key)
    return whole(value) if isinstance(value, str) else ""
