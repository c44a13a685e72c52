"""One question to one feed: fetched, read, and what it comes to as a value; nothing is published here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from worker.article import article_message
from worker.clock import Clock, rfc3339
from worker.errors import BadInput
from worker.feeds import manners
from worker.feeds.facts import FeedFacts
from worker.feeds.fetch import Fetched, Fetcher, FetchError, public_url, shown_url
from worker.feeds.fulltext import FullText
from worker.feeds.manners import Pace
from worker.feeds.novelty import KEPT, novel
from worker.feeds.parse import FeedParser
from worker.feeds.source import DeadLetter, Notice
from worker.feeds.state import FeedState
from worker.feeds.subscribe import Subscriber
from worker.feeds.websub import Subscription
from worker.types import ONLY_WATCHLISTS, SOURCE_TAGS, Article, Message

_MOVED_AFTER = 3
"""So many permanent redirects in a row are believed; one may be a slip of the server's."""

_PARSERS = 2
_OK, _NOT_MODIFIED, _GONE = 200, 304, 410


class FeedSpec(msgspec.Struct, frozen=True):
    """A feed to read. `name` overrides its title, `language` stands in for a missing one.

    headers: sent to the feed's own host, and to no other that it may redirect to. watchlists: the only
    lists its articles are judged by, empty for all; it travels, as `tags` do, in the article's `extra`.
    full_text: fetch the page of each new item.
    """

    url: str
    name: str | None = None
    language: str | None = None
    pace: Pace = Pace()
    headers: Mapping[str, str] = {}
    tags: tuple[str, ...] = ()
    watchlists: tuple[str, ...] = ()
    full_text: bool = False

    def marked(self, article: Article) -> Article:
        """The article with what its feed wants known of it, and no secret of the feed's address."""
        marks = {SOURCE_TAGS: list(self.tags), ONLY_WATCHLISTS: list(self.watchlists)}
        extra = {**article.extra, **{name: value for name, value in marks.items() if value}}
        return msgspec.structs.replace(article, extra=extra, feed=article.feed and shown_url(article.feed))


def key_of(url: str) -> str:
    """Under which name the intake remembers the feed of this address."""
    return f"feed:{public_url(url)}"


class Turn(msgspec.Struct, frozen=True):
    """What asking one feed came to: what to publish, what to remember, what to tell."""

    key: str
    state: FeedState
    messages: tuple[Message, ...]
    notice: Notice
    words: str
    count: int = 0


class Asking:
    """Asks feeds. One event loop uses it; parsing happens on threads of its own."""

    def __init__(
        self,
        fetcher: Fetcher,
        parser: FeedParser,
        dead_letter: DeadLetter,
        clock: Clock,
        topic: str,
        page_pause: float = 1.0,
        subscriber: Subscriber | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._subscriber = subscriber
        self._parser = parser
        self._dead_letter = dead_letter
        self._clock = clock
        self._topic = topic
        self._threads = ThreadPoolExecutor(_PARSERS, "parse")
        self._full_text = FullText(fetcher, parser, self._threads, clock, page_pause)

    async def close(self) -> None:
        """Close connections and threads; the parser belongs to the caller. Idempotent."""
        await self._fetcher.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, key: str, feed: FeedSpec, state: FeedState) -> Turn:
        """What asking this feed comes to, failure included. Raises Outage when no parser can be started."""
        now = self._clock.now()
        state = msgspec.structs.replace(state, turn=state.turn + 1, asked=now)
        address = state.moved_to if state.moved_to and state.moved_times >= _MOVED_AFTER else feed.url
        try:
            answer = await self._fetcher.get(address, _conditions(state), feed.headers, feed.url)
        except FetchError as error:
            return self._failed(key, feed, state, str(error), {})
        state = _moved(state, answer)
        if answer.status == _NOT_MODIFIED:
            return await self._unchanged(key, feed, state, answer)
        if answer.status == _GONE:
            words = f"{shown_url(feed.url)}: gone for good (410); not asked again"
            return Turn(key, msgspec.structs.replace(state, gone=True, error=words), (), Notice.GONE, words)
        if answer.status != _OK:
            words = f"{shown_url(feed.url)}: HTTP {answer.status}"
            return self._failed(key, feed, state, words, answer.headers)
        return await self._read(key, feed, state, answer)

    async def pushed(
        self, key: str, feed: FeedSpec, state: FeedState, body: bytes, content_type: str | None
    ) -> Turn:
        """What a hub's push comes to. One without words is a hint to ask. Raises Outage of the parser."""
        now = self._clock.now()
        if not body.strip():
            return Turn(
                key, msgspec.structs.replace(state, due=now), (), Notice.NOT_MODIFIED, shown_url(feed.url)
            )
        try:
            articles, _ = await self._parsed(feed, body, content_type)
        except BadInput as bad:
            shown = shown_url(feed.url)
            detail = BadInput(bad.reason, f"{shown}, pushed by its hub: {bad.detail}")
            letter = self._dead_letter(body, detail, shown)
            asked = msgspec.structs.replace(state, due=now)
            return Turn(key, asked, (letter,), Notice.REFUSED, detail.detail, 1)
        news, seen = novel(articles, state.seen, kept=max(KEPT, len(state.seen)))
        state = msgspec.structs.replace(state, seen=seen, subscription=_trusted(state, trusted=True))
        return await self._published(key, feed, state, news)

    async def _parsed(
        self, feed: FeedSpec, body: bytes, content_type: str | None
    ) -> tuple[list[Article], FeedFacts]:
        parse = partial(
            self._parser.parse_with_facts,
            body,
            url=public_url(feed.url),
            content_type=content_type,
            source=feed.name,
            language=feed.language,
            fetched=rfc3339(self._clock.now()),
        )
        return await asyncio.get_running_loop().run_in_executor(self._threads, parse)

    async def _published(self, key: str, feed: FeedSpec, state: FeedState, news: Sequence[Article]) -> Turn:
        if feed.full_text:
            news = await self._full_text.filled(news)
        messages = tuple(article_message(feed.marked(article), topic=self._topic) for article in news)
        return Turn(key, state, messages, Notice.PUBLISHED, shown_url(feed.url), len(news))

    async def _read(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched) -> Turn:
        try:
            articles, facts = await self._parsed(feed, answer.body, answer.headers.get("content-type"))
        except BadInput as bad:
            return self._refuse(key, feed, state, answer, bad)
        news, seen = novel(articles, state.seen)
        missed = bool(news) and state.subscription is not None
        state = msgspec.structs.replace(
            self._well(feed, state, answer, facts, articles if not state.succeeded else news), seen=seen
        )
        if missed:  # the hub should have told us
            state = msgspec.structs.replace(state, subscription=_trusted(state, trusted=False))
        state = await self._subscribed(key, feed, state, answer)
        return await self._published(key, feed, state, news)

    async def _subscribed(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched) -> FeedState:
        if self._subscriber is None:
            return state
        state = await self._subscriber.kept(key, state, answer)
        return rested(feed, state, self._clock.now())

    async def leave(self, state: FeedState) -> None:
        """End the feed's subscription, if it has one. Never raises for a hub."""
        if self._subscriber is not None and state.subscription is not None:
            await self._subscriber.leave(state.subscription)

    async def _unchanged(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched) -> Turn:
        state = self._well(feed, state, answer, state.facts, ())
        state = await self._subscribed(key, feed, state, answer)
        return Turn(key, state, (), Notice.NOT_MODIFIED, shown_url(feed.url))

    def _well(
        self,
        feed: FeedSpec,
        state: FeedState,
        answer: Fetched,
        facts: FeedFacts,
        items: Sequence[Article],
    ) -> FeedState:
        """The state after a good answer: asked again at its pace, and no failures any more."""
        now = self._clock.now()
        rate = manners.first_rate([article.published for article in items], now)
        if state.succeeded:
            rate = manners.rate(state.rate, len(items), now - state.succeeded)
        wait = manners.interval(feed.pace, rate, facts, answer.headers)
        due = manners.allowed_from(now + manners.spread(wait, feed.url, state.turn), facts)
        kept = answer.status == _NOT_MODIFIED
        return msgspec.structs.replace(
            state,
            due=due,
            succeeded=now,
            failures=0,
            error="",
            rate=rate,
            facts=facts,
            refused=state.refused if kept else "",
            etag=answer.headers.get("etag", state.etag if kept else None),
            last_modified=answer.headers.get("last-modified", state.last_modified if kept else None),
        )

    def _refuse(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched, bad: BadInput) -> Turn:
        """A feed that cannot be parsed is one dead letter for as long as its bytes stay the same."""
        shown = shown_url(feed.url)
        digest = hashlib.sha256(answer.body).hexdigest()[:16]
        detail = BadInput(bad.reason, f"{shown}: {bad.detail}")
        letters = () if digest == state.refused else (self._dead_letter(answer.body, detail, shown),)
        failed = self._failed(key, feed, state, detail.detail, answer.headers).state
        failed = msgspec.structs.replace(
            failed,
            refused=digest,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )
        return Turn(key, failed, letters, Notice.REFUSED, detail.detail, 1)

    def _failed(
        self, key: str, feed: FeedSpec, state: FeedState, why: str, headers: Mapping[str, str]
    ) -> Turn:
        now = self._clock.now()
        asked = manners.retry_after(headers.get("retry-after", ""), now)
        wait = manners.spread(manners.backoff(feed.pace, state.failures), feed.url, state.turn)
        state = msgspec.structs.replace(
            state, due=now + max(wait, asked), failures=state.failures + 1, error=why[:500]
        )
        if state.failures >= _MOVED_AFTER:  # perhaps it has moved back
            state = msgspec.structs.replace(state, moved_to=None, moved_times=0)
        return Turn(key, state, (), Notice.FAILED, why)


def rested(feed: FeedSpec, state: FeedState, now: float) -> FeedState:
    """The state asked as seldom as a hub that can be trusted allows: at the longest interval."""
    held = state.subscription
    if held is None or not held.live(now) or not held.trusted:
        return state
    wait = manners.spread(feed.pace.longest, feed.url, state.turn)
    due = min(now + wait, max(held.renew_at(), now))
    return msgspec.structs.replace(state, due=max(state.due, due))


def _trusted(state: FeedState, *, trusted: bool) -> Subscription | None:
    held = state.subscription
    return held if held is None else msgspec.structs.replace(held, trusted=trusted)


def _moved(state: FeedState, answer: Fetched) -> FeedState:
    """Learn a permanent redirect once it was met often enough; an address already learnt is asked itself."""
    if answer.moved is None:
        learnt = state.moved_times >= _MOVED_AFTER
        return state if learnt else msgspec.structs.replace(state, moved_to=None, moved_times=0)
    times = state.moved_times + 1 if answer.moved == state.moved_to else 1
    return msgspec.structs.replace(state, moved_to=answer.moved, moved_times=times)


def _conditions(state: FeedState) -> dict[str, str]:
    offered = {"if-none-match": state.etag, "if-modified-since": state.last_modified}
    return {name: value for name, value in offered.items() if value}
