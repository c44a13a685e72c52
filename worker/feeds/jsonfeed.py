"""JSON Feed (https://www.jsonfeed.org/version/1.1/) to articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from worker.article.dates import to_utc
from worker.article.jsontext import parse_json
from worker.article.plain import one_line, reduce_html, whole
from worker.article.read import is_json_feed
from worker.errors import BadInput
from worker.types import Article, DeadReason


def looks_like_json(data: bytes) -> bool:
    """Whether the bytes begin as a JSON object does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_json_feed(data: bytes, *, url: str | None) -> tuple[list[Article], int]:
    """The feed's articles in its order, and how many items had neither title nor text.

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
    return kept, len(items) - len(kept)


def _article(item: Mapping[str, Any], feed: Mapping[str, Any], url: str | None) -> Article:
    from worker.feeds.entries import absolute, host, item_id

    home = _string(feed, "home_page_url")
    link = absolute(_string(item, "url") or _string(item, "external_url"), url or home)
    title = one_line(_string(item, "title"))
    text = (
        _string(item, "content_text")
        or reduce_html(_string(item, "content_html"))
        or _string(item, "summary")
    )
    date = _string(item, "date_published") or _string(item, "date_modified")
    guid = item.get("id")
    published = to_utc(date)
    return Article(
        id=item_id(str(guid) if isinstance(guid, str | int) else "", link, title, text, scope=url or home),
        url=link,
        source=one_line(_string(feed, "title"))[:200] or host(url or home),
        title=title,
        text=text,
        language=(_string(item, "language") or _string(feed, "language"))[:35] or None,
        authors=tuple(_authors(item) or _authors(feed)),
        published=published,
        feed=url,
        extra={"published_raw": date[:200]} if date and not published else {},
    )


def _authors(thing: Mapping[str, Any]) -> Iterable[str]:
    people = thing.get("authors") or [thing.get("author")]
    named = (
        [_string(person, "name") for person in people if isinstance(person, dict)]
        if isinstance(people, list)
        else []
    )
    return [one_line(name) for name in named if name.strip()]


def _string(thing: Mapping[str, Any], key: str) -> str:
    value = thing.get(key)
    return whole(value) if isinstance(value, str) else ""
