"""From what an operator wrote to what is asked: lists read or fetched, secrets resolved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from worker.errors import Outage, UsageError
from worker.feeds.fetch import Fetcher, FetchError, FetchLimits, public_url, shown_url
from worker.feeds.guard import networks
from worker.feeds.listed import Listed
from worker.feeds.lists import MAX_BYTES, Fetch, Sources, load_sources, secret_headers
from worker.feeds.manners import Pace
from worker.feeds.poll import FeedSpec, user_agent
from worker.ports import Intake


def spec_of(source: Listed, pace: Pace) -> FeedSpec:
    """What is asked for a listed source; an interval of its own is kept whatever its liveliness."""
    own = Pace(source.interval, source.interval) if source.interval else pace
    return FeedSpec(
        url=source.url,
        name=source.name,
        language=source.language,
        pace=own,
        headers=secret_headers(source),
        tags=source.tags,
        watchlists=source.watchlists,
        full_text=source.full_text,
    )


def specs_of(sources: Iterable[Listed], poll_seconds: float) -> list[FeedSpec]:
    """What is asked for all of them. Raises UsageError that names every reference that leads nowhere."""
    pace = Pace(poll_seconds, max(poll_seconds, Pace().longest))
    found: list[FeedSpec] = []
    problems: list[str] = []
    for source in sources:
        try:
            found.append(spec_of(source, pace))
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))
    return found


def list_fetcher(contact: str, allow_networks: Sequence[str]) -> Fetch:
    """Fetches a list of sources from the web, under the guard that feeds are fetched under."""

    def fetch(url: str) -> bytes:
        return asyncio.run(_fetched(url, contact, allow_networks))

    return fetch


async def _fetched(url: str, contact: str, allow_networks: Sequence[str]) -> bytes:
    fetcher = Fetcher(
        user_agent=user_agent(contact), allowed=networks(allow_networks), limits=FetchLimits(bytes=MAX_BYTES)
    )
    try:
        answer = await fetcher.get(url, {})
    finally:
        await fetcher.close()
    if answer.status != 200:
        raise FetchError(f"{shown_url(url)}: HTTP {answer.status}")
    return answer.body


def remembering(fetch: Fetch, intake: Intake, warn: Callable[[str], None]) -> Fetch:
    """As `fetch`, but what was fetched last stands in while the list's server does not answer.

    Raises Outage when it never did: the caller tries again.
    """

    def fetched(url: str) -> bytes:
        key = f"list:{public_url(url)}"
        try:
            data = fetch(url)
        except FetchError as error:
            kept = intake.state(key)
            if kept is None:
                raise Outage(f"the list of sources cannot be fetched: {error}") from error
            warn(f"{error}; the list as it was fetched last is used")
            return kept.encode("utf-8", "surrogateescape")
        intake.put([], {key: data.decode("utf-8", "replace")})
        return data

    return fetched


def load(
    feeds: Sequence[str],
    lists: Sequence[str],
    *,
    contact: str,
    allow_networks: Sequence[str],
    intake: Intake | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> Sources:
    """The sources of these settings. Raises UsageError, FetchError, or with an intake Outage."""
    fetch = list_fetcher(contact, allow_networks)
    return load_sources(feeds, lists, remembering(fetch, intake, warn) if intake is not None else fetch)
