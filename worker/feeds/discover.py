"""The feeds of a site, from any of its addresses: itself, its links, the usual paths, its news sitemaps."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from urllib.parse import urljoin

import msgspec

from worker.errors import BadInput
from worker.feeds.alternates import alternates, web
from worker.feeds.fetch import Fetched, Fetcher, FetchError, shown_url
from worker.feeds.parse import FeedParser
from worker.feeds.sitemap import is_of_news, sitemaps_of

COMMON_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds/posts/default",
    "/news-sitemap.xml",
)
_MOST = 12
_MOST_INDEXES = 3
_HEAD = 512 * 1024
_SITEMAP = re.compile(r"^sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Discovered(msgspec.Struct, frozen=True):
    """A feed that was found, asked and read."""

    url: str
    title: str | None
    items: int
    language: str | None


async def discover(url: str, fetcher: Fetcher, parser: FeedParser) -> list[Discovered]:
    """The feeds of the site at `url`, best first; empty when there is none. Raises FetchError, BadInput.

    What the page links is asked; only when nothing of it is a feed, the usual paths and news sitemaps are.
    """
    answer = await _got(url, fetcher)
    own = _read(answer, parser)
    if own is not None:
        return [own]
    linked = await _feeds_of(alternates(answer.body, answer.url), fetcher, parser)
    if linked:
        return linked
    for path in COMMON_PATHS:
        found = await _feeds_of([urljoin(answer.url, path)], fetcher, parser)
        if found:
            return found
    robots = await _asked(urljoin(answer.url, "/robots.txt"), fetcher)
    return await _news_of(_sitemaps(robots), fetcher, parser) if robots else []


def _sitemaps(robots: Fetched) -> list[str]:
    named = _SITEMAP.findall(robots.body[:_HEAD].decode("utf-8", "replace"))
    return sorted(web(named), key=lambda url: not is_of_news(url))


async def _feeds_of(urls: Sequence[str], fetcher: Fetcher, parser: FeedParser) -> list[Discovered]:
    found = []
    for url in urls[:_MOST]:
        answer = await _asked(url, fetcher)
        feed = _read(answer, parser) if answer is not None else None
        if feed is not None:
            found.append(feed)
        await asyncio.sleep(0)
    return found


async def _news_of(sitemaps: Sequence[str], fetcher: Fetcher, parser: FeedParser) -> list[Discovered]:
    """The news sitemaps among these, and among those that an index among these names."""
    found = await _feeds_of(sitemaps, fetcher, parser)
    for url in () if found else sitemaps[:_MOST_INDEXES]:
        index = await _asked(url, fetcher)
        named = sitemaps_of(index.body) if index else []
        found += await _feeds_of(list(filter(is_of_news, named)), fetcher, parser)
    return found


async def _got(url: str, fetcher: Fetcher) -> Fetched:
    answer = await fetcher.get(url, {})
    if answer.status != 200:
        raise FetchError(f"{shown_url(url)}: HTTP {answer.status}")
    return answer


async def _asked(url: str, fetcher: Fetcher) -> Fetched | None:
    try:
        return await _got(url, fetcher)
    except FetchError:  # a guess that was wrong
        return None


def _read(answer: Fetched, parser: FeedParser) -> Discovered | None:
    try:
        articles, facts = parser.parse_with_facts(
            answer.body, url=answer.url, content_type=answer.headers.get("content-type")
        )
    except BadInput:  # a page, not a feed
        return None
    language = next((article.language for article in articles if article.language), None)
    title = facts.title or next((article.source for article in articles if article.source), None)
    return Discovered(answer.moved or answer.url, title, len(articles), language)
