"""The whole text of an item whose feed gives a part of it: its page, fetched as robots.txt allows."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import msgspec

from worker.clock import Clock
from worker.errors import BadInput
from worker.feeds.fetch import Fetcher, FetchError
from worker.feeds.page import Page, PageKind
from worker.feeds.parse import FeedParser
from worker.feeds.robots import NOTHING_ALLOWED, Robots, read_robots
from worker.types import Article

MOST_PAGES = 20
"""Pages fetched for one feed at one time; a feed met for the first time may hold hundreds of items."""

KEPT = 4000
"""Characters of the other text, of feed or page, that `extra` keeps; it has room for 16 KiB in all."""

_ROBOTS_SECONDS, _MOST_ROBOTS, _ROBOTS_BYTES = 86_400.0, 5_000, 500 * 1024
_LONGEST_DELAY = 10.0
_AGENT = "tocsin"


class FullText:
    """Fills items with the text of their pages. One event loop uses it; `pause` is seconds between pages."""

    def __init__(
        self, fetcher: Fetcher, parser: FeedParser, threads: Executor, clock: Clock, pause: float = 1.0
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._threads = threads
        self._clock = clock
        self._pause = pause
        self._robots: OrderedDict[str, tuple[float, Robots]] = OrderedDict()
        self._turns: dict[str, asyncio.Lock] = {}

    async def filled(self, articles: Sequence[Article]) -> list[Article]:
        """The articles, each with `extra.page` that says what became of its page.

        Where the page has more text than the feed, it is the text, and the feed's stands in
        `extra.feed_text`; else the page's stands in `extra.page_text`. Raises Outage of the parser.
        """
        found = [await self._one(article) for article in articles[:MOST_PAGES]]
        return found + [_told(article, "left_out") for article in articles[MOST_PAGES:]]

    async def _one(self, article: Article) -> Article:
        if article.url is None:
            return _told(article, "no_address")
        host = urlsplit(article.url).netloc.lower()
        async with self._turns.setdefault(host, asyncio.Lock()):
            try:
                robots = await self._rules(article.url)
                if not robots.allows(article.url):
                    return _told(article, "robots")
                await asyncio.sleep(min(robots.delay or self._pause, _LONGEST_DELAY))
                answer = await self._fetcher.get(article.url, {"accept": "text/html, application/xhtml+xml"})
            except (FetchError, ValueError):  # ValueError: robots.txt or an address that is none
                return _told(article, "failed")
        kind = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
        if answer.status != 200 or kind not in ("text/html", "application/xhtml+xml"):
            return _told(article, "failed")
        page = await self._read(answer.body, answer.url, answer.headers.get("content-type"))
        return _told(article, "failed") if page is None else with_page(article, page)

    async def _read(self, body: bytes, url: str, content_type: str | None) -> Page | None:
        read = partial(self._parser.parse_page, body, url=url, content_type=content_type)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, read)
        except BadInput:  # it was too large, or an attack
            return None

    async def _rules(self, url: str) -> Robots:
        """The host's robots.txt, asked once a day (RFC 9309): none allows all, a failing server nothing."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), "/robots.txt", "", ""))
        kept = self._robots.get(site)
        now = self._clock.monotonic()
        if kept is not None and kept[0] > now:
            return kept[1]
        answer = await self._fetcher.get(site, {})
        if answer.status == 200:
            rules = read_robots(answer.body[:_ROBOTS_BYTES].decode("utf-8", "replace"), _AGENT)
        else:
            refused = answer.status >= 500 or answer.status == 429
            rules = NOTHING_ALLOWED if refused else Robots()
        self._robots[site] = (now + _ROBOTS_SECONDS, rules)
        if len(self._robots) > _MOST_ROBOTS:
            self._robots.popitem(last=False)
            self._turns = {host: lock for host, lock in self._turns.items() if lock.locked()}
        return rules


def with_page(article: Article, page: Page) -> Article:
    """The article with what its page holds; what no article page says is not judged."""
    if page.kind is not PageKind.ARTICLE:
        return _told(article, page.kind)
    if len(page.text) <= len(article.text):
        return _told(article, page.kind, page_text=page.text[:KEPT])
    longer = msgspec.structs.replace(article, text=page.text)
    return _told(longer, page.kind, **({"feed_text": article.text[:KEPT]} if article.text else {}))


def _told(article: Article, page: str, **texts: str) -> Article:
    return msgspec.structs.replace(article, extra={**article.extra, "page": str(page), **texts})
