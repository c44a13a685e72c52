"""What is known of each feed, for people: how it is, since when, what is wrong; and one trial question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from worker.clock import Clock, rfc3339
from worker.feeds.ask import Asking, FeedSpec, Turn
from worker.feeds.fetch import Fetcher, shown_url
from worker.feeds.guard import networks
from worker.feeds.health import health
from worker.feeds.manners import WEEK
from worker.feeds.parse import FeedParser
from worker.feeds.poll import key_of, user_agent
from worker.feeds.source import DeadLetter
from worker.feeds.state import FeedState
from worker.ports import ARTICLES
from worker.types import FeedHealth, PollResult

_AT_ONCE = 20
_STALE_SECONDS = 90 * 86_400.0


class FeedReport(msgspec.Struct, frozen=True):
    """How a feed is by what is remembered. Moments are RFC 3339; `items_a_week` None when unknown."""

    url: str
    name: str | None
    state: FeedHealth
    last_success: str | None
    next_poll: str | None
    items_a_week: float | None
    error: str | None
    failures: int
    moved_to: str | None


class Finding(msgspec.Struct, frozen=True):
    """What a trial question found: `items`, and in sentences what is wrong; empty when all is well."""

    url: str
    result: PollResult
    items: int
    newest: str | None
    problems: tuple[str, ...]


def report(spec: FeedSpec, state: FeedState) -> FeedReport:
    """What is remembered of a feed."""
    return FeedReport(
        url=shown_url(spec.url),
        name=spec.name or state.facts.title or None,
        state=health(state),
        last_success=rfc3339(state.succeeded) if state.succeeded else None,
        next_poll=rfc3339(state.due) if state.due and not state.gone else None,
        items_a_week=round(state.rate * WEEK, 1) if state.rate is not None else None,
        error=state.error or None,
        failures=state.failures,
        moved_to=shown_url(state.moved_to) if state.moved_to else None,
    )


def check(
    specs: Sequence[FeedSpec],
    *,
    parser: FeedParser,
    dead_letter: DeadLetter,
    clock: Clock,
    contact: str,
    allow_networks: Sequence[str],
    done: Callable[[int], None] = lambda _: None,
) -> list[Finding]:
    """Ask each feed once, twenty at a time; nothing is published and nothing remembered."""

    async def asked() -> list[Finding]:
        fetcher = Fetcher(user_agent=user_agent(contact), allowed=networks(allow_networks))
        asking = Asking(fetcher, parser, dead_letter, clock, ARTICLES)
        turnstile = asyncio.Semaphore(_AT_ONCE)

        async def one(spec: FeedSpec) -> Finding:
            async with turnstile:
                turn = await asking.ask(
                    key_of(spec.url), msgspec.structs.replace(spec, full_text=False), FeedState()
                )
            done(1)
            return finding(spec, turn, clock.now())

        try:
            return list(await asyncio.gather(*map(one, specs)))
        finally:
            await asking.close()

    return asyncio.run(asked())


def finding(spec: FeedSpec, turn: Turn, now: float) -> Finding:
    """What one question came to, in sentences."""
    from worker.article import decode  # light, and needed by `check` alone
    from worker.types import Record

    records = [Record(m.topic, 0, 0, m.key, m.value, m.headers) for m in turn.messages]
    articles = (
        [a for a in map(decode, records) if a is not None] if turn.notice is PollResult.PUBLISHED else []
    )
    newest = max((article.published for article in articles if article.published), default=None)
    problems: list[str] = []
    if turn.notice in (PollResult.FAILED, PollResult.REFUSED, PollResult.GONE):
        problems.append(turn.words)
    elif not articles:
        problems.append("it is a feed, but has no items with words in them")
    elif newest is None:
        problems.append("none of its items has a date that can be read")
    elif newest < rfc3339(now - _STALE_SECONDS):
        problems.append(f"its newest item is of {newest[:10]}: nobody seems to write it any more")
    if turn.state.moved_to:
        problems.append(f"it has moved for good to {shown_url(turn.state.moved_to)}: write that address")
    return Finding(shown_url(spec.url), turn.notice, len(articles), newest, tuple(problems))
