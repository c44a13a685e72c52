"""Feeds on the web, asked again and again, politely: new items become articles on the bus.

Thousands at a time: one event loop fetches, a child process parses, and what came back in one turn is
published and remembered together. When a feed may be asked again, what its server last said and which
items were seen is kept by the intake, so that a restart neither asks too early nor publishes twice.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from worker.clock import Clock
from worker.errors import Outage
from worker.feeds.ask import Asking, FeedSpec, Turn
from worker.feeds.fetch import Fetcher, FetchLimits, public_url
from worker.feeds.guard import networks
from worker.feeds.health import Ward
from worker.feeds.hosts import Hosts
from worker.feeds.manners import DAY, LONGEST_RETRY_AFTER
from worker.feeds.parse import FeedParser
from worker.feeds.source import DeadLetter, Notify, no_notice
from worker.feeds.state import FeedState, loaded, saved
from worker.ports import ARTICLES, Intake
from worker.types import FeedHealth, Message

__all__ = ["FeedSpec", "PollSource", "key_of", "user_agent"]

Show = Callable[[Mapping[FeedHealth, int]], None]
"""Is shown how many feeds are in each state, whenever that changes."""

_BATCH = 200
_TURN_SECONDS = 0.25
_FURTHEST = LONGEST_RETRY_AFTER + DAY
"""Nothing is ever put off further; what stands further off was written before the clock was set back."""


class PollSource:
    """Asks each feed when it is due, up to `connections` at a time; see `Source`.

    `allow_networks` are private networks, in CIDR notation, that feeds may be fetched from; `show` is
    shown how many feeds are in each state.
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
        connections: int = 50,
        hosts: Hosts | None = None,
        show: Show = lambda _: None,
        page_pause: float = 1.0,
    ) -> None:
        self.name = "feeds"
        self._feeds = {key_of(feed.url): feed for feed in feeds}
        self._intake = intake
        self._clock = clock
        self._notify = notify
        self._connections = connections
        self._hosts = hosts or Hosts()
        fetcher = Fetcher(
            user_agent=user_agent(contact),
            allowed=networks(allow_networks),
            limits=limits,
            connections=connections,
        )
        self._asking = Asking(fetcher, parser, dead_letter, clock, topic, page_pause)
        self._loop = asyncio.Runner()
        self._show = show
        self._ward = Ward()
        self._calendar = [(self._admit(key), key) for key in self._feeds]
        show(self._ward.counts)
        heapq.heapify(self._calendar)
        self._waiting: deque[str] = deque()
        self._asked: dict[asyncio.Task[Turn], str] = {}
        self._unsettled: list[Turn] = []
        self._outage: Outage | None = None
        self._closed = False

    def _admit(self, key: str) -> float:
        """When a feed is due by what is remembered of it."""
        state = loaded(self._intake.state(key))
        self._ward.note(key, state)
        return _due(state, self._clock.now())

    def next_due(self, now: float) -> float:
        """When the next feed is due, now while any is being asked; `inf` if there is none left to ask."""
        if self._asked or self._waiting or self._unsettled:
            return now
        if not self._calendar:
            return math.inf
        due = self._calendar[0][0]
        # Further off than anything is ever put off: the clock was set back.
        return due if due == math.inf or due <= now + _FURTHEST else now

    def run_once(self) -> bool:
        """Ask what is due and publish what came back. Raises Outage of the intake or the parser."""
        self._settle()
        done = self._loop.run(self._turn())
        self._unsettled += done
        self._settle()
        outage, self._outage = self._outage, None
        if outage is not None:
            raise outage
        return bool(done)

    def close(self) -> None:
        """Give up what is being asked and close connections; the parser belongs to the caller. Idempotent."""
        for task in self._asked:
            task.cancel()
        self._asked.clear()
        if not self._closed:
            self._closed = True
            self._loop.run(self._asking.close())
            self._loop.close()

    async def _turn(self) -> list[Turn]:
        """Begin to ask what may be asked, and wait a moment for what comes back."""
        self._begin(self._clock.now())
        if not self._asked:
            if self._waiting:  # for their hosts
                await asyncio.sleep(self._hosts.pause / 2)
            return []
        done, _ = await asyncio.wait(self._asked, timeout=_TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return [turn for task in done if (turn := self._ended(task)) is not None]

    def _ended(self, task: asyncio.Task[Turn]) -> Turn | None:
        key = self._asked.pop(task)
        self._hosts.leave(self._feeds[key].url, self._clock.monotonic())
        try:
            return task.result()
        except Outage as outage:  # of the parser; the feed is not to blame
            self._waiting.append(key)
            self._outage = outage
            return None

    def _begin(self, now: float) -> None:
        while self._calendar and (
            self._calendar[0][0] <= now or now + _FURTHEST < self._calendar[0][0] < math.inf
        ):
            self._waiting.append(heapq.heappop(self._calendar)[1])
        for _ in range(len(self._waiting)):
            if len(self._asked) >= self._connections:
                return
            key = self._waiting.popleft()
            if self._hosts.enter(self._feeds[key].url, self._clock.monotonic()):
                state = loaded(self._intake.state(key))
                task = self._loop.get_loop().create_task(self._asking.ask(key, self._feeds[key], state))
                self._asked[task] = key
            else:
                self._waiting.append(key)

    def _settle(self) -> None:
        """Publish and remember what came back; what an outage leaves behind is settled next time."""
        while self._unsettled:
            batch, messages = self._batch()
            for first in range(0, len(messages) - _BATCH, _BATCH):
                self._intake.put(messages[first : first + _BATCH], {})
            rest = (len(messages) - 1) // _BATCH * _BATCH if messages else 0
            self._intake.put(messages[rest:], {turn.key: saved(turn.state) for turn in batch})
            del self._unsettled[: len(batch)]
            for turn in batch:
                heapq.heappush(self._calendar, (_due(turn.state, self._clock.now()), turn.key))
                self._ward.note(turn.key, turn.state)
                self._notify(turn.notice, turn.words, turn.count)
            self._show(self._ward.counts)

    def _batch(self) -> tuple[list[Turn], list[Message]]:
        """As many of the turns as make one transaction: at least one, however much it brought."""
        batch: list[Turn] = []
        messages: list[Message] = []
        for turn in self._unsettled:
            if batch and len(messages) + len(turn.messages) > _BATCH:
                break
            batch.append(turn)
            messages += turn.messages
        return batch, messages


def user_agent(contact: str = "") -> str:
    """`tocsin/0.1.0 (+contact)`: who asks, and where to complain."""
    try:
        number = version("tocsin")
    except PackageNotFoundError:
        number = "0"
    return f"tocsin/{number} (+{contact})" if contact else f"tocsin/{number}"


def key_of(url: str) -> str:
    """Under which name the intake remembers the feed of this address."""
    return f"feed:{public_url(url)}"


def _due(state: FeedState, now: float) -> float:
    if state.gone:
        return math.inf
    return state.due if state.due <= now + _FURTHEST else now
