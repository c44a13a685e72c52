"""Feeds on the web, asked again and again, politely: new items become articles on the bus.

What a feed's server last said (ETag, Last-Modified), when it may be asked next and which items
were seen is kept by the intake, so that a restart neither asks too early nor publishes twice.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version

import msgspec

from worker.article import article_message
from worker.clock import Clock, rfc3339
from worker.errors import BadInput
from worker.feeds.fetch import Fetched, Fetcher, FetchError, FetchLimits, public_url
from worker.feeds.guard import networks
from worker.feeds.parse import FeedParser
from worker.feeds.source import DeadLetter, Notice, Notify, no_notice
from worker.ports import ARTICLES, Intake
from worker.types import Article, Message

_LONGEST_WAIT = 24 * 3600.0
"""A feed that fails is asked at least once a day."""

_LONGEST_RETRY_AFTER = 7 * 24 * 3600.0
_BATCH = 200
_OK, _NOT_MODIFIED, _GONE = 200, 304, 410


class FeedSpec(msgspec.Struct, frozen=True):
    """A feed to read. `name` overrides its title, `language` stands in for a missing one."""

    url: str
    name: str | None = None
    language: str | None = None
    interval: float = 900.0


class FeedState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of a feed. `due` in seconds since the epoch; `seen` are hashes of its last items."""

    due: float = 0.0
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    gone: bool = False
    refused: str = ""
    seen: tuple[str, ...] = ()


def user_agent(contact: str = "") -> str:
    """`tocsin/0.1.0 (+contact)`: who asks, and where to complain."""
    try:
        number = version("tocsin")
    except PackageNotFoundError:
        number = "0"
    return f"tocsin/{number} (+{contact})" if contact else f"tocsin/{number}"


class PollSource:
    """Asks each feed when it is due, one feed a call; see `Source`.

    `allow_networks` are private networks, in CIDR notation, that feeds may be fetched from.
    """

    def __init__(
        self,
        feeds: Sequence[FeedSpec],
        intake: Intake,
        *,
        clock: Clock,
        parser: FeedParser,
        dead_letter: DeadLetter,
        allow_networks: Sequence[str] = (),
        contact: str = "",
        topic: str = ARTICLES,
        notify: Notify = no_notice,
        limits: FetchLimits | None = None,
    ) -> None:
        self.name = "feeds"
        self._feeds = {_key(feed.url): feed for feed in feeds}
        self._states = {key: _loaded(intake.state(key)) for key in self._feeds}
        self._intake = intake
        self._clock = clock
        self._parser = parser
        self._dead_letter = dead_letter
        self._topic = topic
        self._notify = notify
        self._fetcher = Fetcher(
            clock=clock, user_agent=user_agent(contact), allowed=networks(allow_networks), limits=limits
        )

    def next_due(self, now: float) -> float:
        """When the next feed is due; `inf` if there is none left to ask."""
        return min((self._due(state, now) for state in self._states.values()), default=math.inf)

    def run_once(self) -> bool:
        """Ask the feed that has been due longest, if one is. Raises Outage of the intake or the parser."""
        now = self._clock.now()
        key = min(self._states, key=lambda k: self._due(self._states[k], now), default=None)
        if key is None or self._due(self._states[key], now) > now:
            return False
        feed, state = self._feeds[key], self._states[key]
        try:
            answer = self._fetcher.get(feed.url, _conditions(state))
        except FetchError as error:
            self._remember(key, self._failed(feed, state, str(error), {}))
        else:
            self._take(key, feed, state, answer)
        return True

    def close(self) -> None:
        """Close connections; the parser belongs to the caller. Idempotent."""
        self._fetcher.close()

    @staticmethod
    def _due(state: FeedState, now: float) -> float:
        if state.gone:
            return math.inf
        # Further off than anything is ever put off: the clock was set back.
        return state.due if state.due <= now + _LONGEST_RETRY_AFTER else now

    def _take(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched) -> None:
        shown = public_url(feed.url)
        later = msgspec.structs.replace(state, due=self._clock.now() + feed.interval, failures=0)
        if answer.status == _NOT_MODIFIED:
            self._notify(Notice.NOT_MODIFIED, shown, 0)
            self._remember(key, later)
        elif answer.status == _GONE:
            self._notify(Notice.GONE, f"{shown}: gone for good (410); not asked again", 0)
            self._remember(key, msgspec.structs.replace(state, gone=True))
        elif answer.status != _OK:
            self._remember(key, self._failed(feed, state, f"{shown}: HTTP {answer.status}", answer.headers))
        else:
            self._read(key, feed, later, answer)

    def _read(self, key: str, feed: FeedSpec, state: FeedState, answer: Fetched) -> None:
        """Publish what is new in the answer and remember the feed, together."""
        headers, shown = answer.headers, public_url(feed.url)
        state = msgspec.structs.replace(
            state, etag=headers.get("etag"), last_modified=headers.get("last-modified")
        )
        try:
            articles = self._parser.parse(
                answer.body,
                url=shown,
                content_type=headers.get("content-type"),
                source=feed.name,
                language=feed.language,
                fetched=rfc3339(self._clock.now()),
            )
        except BadInput as bad:
            self._refuse(key, feed, state, answer.body, bad)
            return
        seen = dict.fromkeys(_fingerprint(article) for article in articles)
        known = frozenset(state.seen)
        new = [article for article in articles if _fingerprint(article) not in known]
        state = msgspec.structs.replace(state, seen=tuple(seen), refused="")
        self._put(key, state, [article_message(a, topic=self._topic) for a in new])
        self._notify(Notice.PUBLISHED, shown, len(new))

    def _refuse(self, key: str, feed: FeedSpec, state: FeedState, body: bytes, bad: BadInput) -> None:
        """A feed that cannot be parsed is one dead letter for as long as its bytes stay the same."""
        shown = public_url(feed.url)
        digest = hashlib.sha256(body).hexdigest()[:16]
        detail = BadInput(bad.reason, f"{shown}: {bad.detail}")
        letters = [] if digest == state.refused else [self._dead_letter(body, detail, shown)]
        self._put(key, msgspec.structs.replace(state, refused=digest), letters)
        self._notify(Notice.REFUSED, detail.detail, 1)

    def _failed(self, feed: FeedSpec, state: FeedState, why: str, headers: Mapping[str, str]) -> FeedState:
        now = self._clock.now()
        self._notify(Notice.FAILED, why, 0)
        wait = min(feed.interval * 2.0 ** min(state.failures, 20), max(_LONGEST_WAIT, feed.interval))
        asked = _retry_after(headers.get("retry-after", ""), now)
        return msgspec.structs.replace(state, due=now + max(wait, asked), failures=state.failures + 1)

    def _put(self, key: str, state: FeedState, messages: list[Message]) -> None:
        for first in range(0, len(messages) - _BATCH, _BATCH):
            self._intake.put(messages[first : first + _BATCH], {})
        rest = (len(messages) - 1) // _BATCH * _BATCH if messages else 0
        self._intake.put(messages[rest:], {key: msgspec.json.encode(state).decode()})
        self._states[key] = state

    def _remember(self, key: str, state: FeedState) -> None:
        self._put(key, state, [])


def _key(url: str) -> str:
    return f"feed:{public_url(url)}"


def _loaded(state: str | None) -> FeedState:
    try:
        return msgspec.json.decode(state, type=FeedState) if state else FeedState()
    except msgspec.DecodeError:  # written by another version: the feed is asked anew
        return FeedState()


def _conditions(state: FeedState) -> dict[str, str]:
    offered = {"if-none-match": state.etag, "if-modified-since": state.last_modified}
    return {name: value for name, value in offered.items() if value}


def _fingerprint(article: Article) -> str:
    """Which item it is and what it says: a changed date or link is nothing new, changed words are."""
    words = "\0".join((article.id, article.title, article.text)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(words).hexdigest()[:12]


def _retry_after(value: str, now: float) -> float:
    """Seconds to wait by a Retry-After header in either form; 0 when it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now if value else 0.0
        except (ValueError, TypeError, OverflowError):
            seconds = 0.0
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)
