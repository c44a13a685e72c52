"""Feeds on the web, asked again and again, politely: new items become articles on the bus.

Thousands at a time: one event loop fetches, a child process parses, and what came back in one turn is
published and remembered together. When a feed may be asked again, what its server last said and which
items were seen is kept by the intake, so that a restart neither asks too early nor publishes twice.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

import msgspec

from worker.clock import Clock
from worker.errors import Outage
from worker.feeds.ask import Asking, FeedSpec, Turn, key_of, rested
from worker.feeds.calendar import Calendar
from worker.feeds.callback import Desk, Push, Word
from worker.feeds.fetch import Fetcher, FetchLimits
from worker.feeds.guard import networks
from worker.feeds.health import Ward
from worker.feeds.hosts import Hosts
from worker.feeds.manners import DAY, LONGEST_RETRY_AFTER
from worker.feeds.parse import FeedParser
from worker.feeds.source import DeadLetter, Notify, no_notice
from worker.feeds.state import FeedState, loaded, saved
from worker.feeds.subscribe import Subscriber
from worker.feeds.supply import FixedSupply, Supply
from worker.ports import ARTICLES, Intake
from worker.types import FeedHealth, Message

__all__ = ["FeedSpec", "PollSource", "key_of", "user_agent"]

Show = Callable[[Mapping[FeedHealth, int]], None]
"""Is shown how many feeds are in each state, whenever that changes."""

_BATCH = 200
_TURN_SECONDS = 0.25
_LOOK_SECONDS = 0.5
"""How often is looked whether a hub has called, or whether there are other feeds to ask."""

_FURTHEST = LONGEST_RETRY_AFTER + DAY
"""Nothing is ever put off further; what stands further off was written before the clock was set back."""


class PollSource:
    """Asks each feed when it is due, up to `connections` at a time; see `Source`.

    `feeds` may change while it runs: then they come from a Supply. With `desk` and `callback`, the public
    address at which the desk is served, feeds that offer a hub are subscribed to.

    `allow_networks` are private networks, in CIDR notation, that feeds may be fetched from; `show` is
    shown how many feeds are in each state.
    """

    def __init__(
        self,
        feeds: Sequence[FeedSpec] | Supply,
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
        desk: Desk | None = None,
        callback: str = "",
    ) -> None:
        self.name = "feeds"
        self._supply = feeds if isinstance(feeds, Supply) else FixedSupply(feeds)
        self._feeds: dict[str, FeedSpec] = {}
        self._desk = desk
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
        subscriber = Subscriber(fetcher, desk, callback, clock) if desk is not None else None
        self._asking = Asking(fetcher, parser, dead_letter, clock, topic, page_pause, subscriber)
        self._loop = asyncio.Runner()
        self._show = show
        self._ward = Ward()
        self._calendar = Calendar()
        self._waiting: deque[str] = deque()
        self._asked: dict[asyncio.Task[Turn], str] = {}
        self._pushed: set[asyncio.Task[Turn]] = set()
        self._leaving: list[FeedState] = []
        self._unsettled: list[Turn] = []
        self._outage: Outage | None = None
        self._closed = False
        self._restock()

    def _restock(self) -> None:
        """Take up what the supply brings: new feeds start, removed ones stop, changed ones go on changed."""
        fresh = self._supply.changed()
        if fresh is None:
            return
        feeds = {key_of(feed.url): feed for feed in fresh}
        for key in self._feeds.keys() - feeds.keys():
            self._drop(key)
        for key, feed in feeds.items():
            known, self._feeds[key] = self._feeds.get(key), feed
            if known is None:
                self._calendar.set(key, self._admit(key))
            elif known.pace != feed.pace and key not in self._busy():
                self._calendar.set(key, self._sooner(key, feed))
        self._show(self._ward.counts)

    def _drop(self, key: str) -> None:
        """Stop asking a feed; what is remembered of it stays, should it come back."""
        feed = self._feeds.pop(key)
        self._calendar.drop(key)
        self._ward.forget(key)
        for task in [task for task, asked in self._asked.items() if asked == key]:
            task.cancel()
            del self._asked[task]
            if task not in self._pushed:
                self._hosts.leave(feed.url, self._clock.monotonic())
            self._pushed.discard(task)
        if key in self._waiting:
            self._waiting.remove(key)
        state = loaded(self._intake.state(key))
        if self._desk is not None and state.subscription is not None and self._supply.gone(key):
            self._leaving.append(state)
            self._intake.put([], {key: saved(msgspec.structs.replace(state, subscription=None))})

    def _busy(self) -> set[str]:
        """The feeds whose state something in flight will write."""
        return {*self._asked.values(), *self._waiting, *(turn.key for turn in self._unsettled)}

    def _sooner(self, key: str, feed: FeedSpec) -> float:
        """When a feed with another pace is due: not later than its longest interval after the last answer."""
        state = loaded(self._intake.state(key))
        due = _due(state, self._clock.now())
        return due if state.failures or state.gone else min(due, state.asked + feed.pace.longest)

    def _admit(self, key: str) -> float:
        """When a feed is due by what is remembered of it."""
        state = loaded(self._intake.state(key))
        self._ward.note(key, state)
        if self._desk is not None and state.subscription is not None:
            self._desk.know(key, state.subscription)
        return _due(state, self._clock.now())

    def next_due(self, now: float) -> float:
        """When the next feed is due, now while any is being asked; `inf` if there is none left to ask."""
        if self._asked or self._waiting or self._unsettled or not self._supply.ready:
            return now
        due = self._calendar.next()
        # Further off than anything is ever put off: the clock was set back.
        due = due if due == math.inf or due <= now + _FURTHEST else now
        watched = self._desk is not None or self._supply.watched
        return min(due, now + _LOOK_SECONDS) if watched else due

    def run_once(self) -> bool:
        """Ask what is due and publish what came back. Raises Outage of the intake or the parser."""
        self._settle()
        self._restock()
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
        self._supply.close()
        if self._desk is not None:
            self._desk.closes()
        if not self._closed:
            self._closed = True
            self._loop.run(self._asking.close())
            self._loop.close()

    async def _turn(self) -> list[Turn]:
        """Begin to ask what may be asked, and wait a moment for what comes back."""
        for state in self._leaving:
            await self._asking.leave(state)
        self._leaving.clear()
        self._take_calls()
        self._begin(self._clock.now())
        if not self._asked:
            if self._waiting:  # for their hosts
                await asyncio.sleep(self._hosts.pause / 2)
            elif not self._supply.ready:
                await asyncio.sleep(_TURN_SECONDS)
            return []
        done, _ = await asyncio.wait(self._asked, timeout=_TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return [turn for task in done if (turn := self._ended(task)) is not None]

    def _ended(self, task: asyncio.Task[Turn]) -> Turn | None:
        key = self._asked.pop(task)
        was_pushed = task in self._pushed
        self._pushed.discard(task)
        if not was_pushed:
            self._hosts.leave(self._feeds[key].url, self._clock.monotonic())
        try:
            return task.result()
        except Outage as outage:  # of the parser; the feed is not to blame, and what was pushed is asked for
            self._calendar.drop(key)
            self._waiting.append(key)
            self._outage = outage
            return None

    def _begin(self, now: float) -> None:
        busy = set(self._asked.values())
        for key in self._calendar.due(now, now + _FURTHEST):
            if key not in busy:  # else it is being worked on, and set anew when that has ended
                self._waiting.append(key)
        for _ in range(len(self._waiting)):
            if len(self._asked) >= self._connections:
                return
            key = self._waiting.popleft()
            if self._hosts.enter(self._feeds[key].url, self._clock.monotonic()):
                state = loaded(self._intake.state(key))
                self._start(key, self._asking.ask(key, self._feeds[key], state))
            else:
                self._waiting.append(key)

    def _start(self, key: str, work: Coroutine[None, None, Turn]) -> asyncio.Task[Turn]:
        task = self._loop.get_loop().create_task(work)
        self._asked[task] = key
        return task

    def _take_calls(self) -> None:
        """Work on what hubs brought, except where something in flight would write over it."""
        if self._desk is None:
            return
        busy, later = self._busy(), []
        for call in self._desk.take():
            if call.key in busy:
                later.append(call)
                continue
            state = loaded(self._intake.state(call.key))
            held = state.subscription
            token = call.token if isinstance(call, Push) else call.subscription.token
            if call.key not in self._feeds or held is None or held.token != token:
                continue
            busy.add(call.key)
            feed = self._feeds[call.key]
            if isinstance(call, Word):
                self._note(call, feed, state)
            else:
                work = self._asking.pushed(call.key, feed, state, call.body, call.content_type)
                self._pushed.add(self._start(call.key, work))
        self._desk.put_back(later)

    def _note(self, word: Word, feed: FeedSpec, state: FeedState) -> None:
        """Remember what a hub said, and ask less often, or as often as ever, because of it."""
        state = msgspec.structs.replace(state, subscription=word.subscription)
        state = rested(feed, state, self._clock.now())
        self._intake.put([], {word.key: saved(state)})
        self._calendar.set(word.key, _due(state, self._clock.now()))

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
                if turn.key in self._feeds:
                    self._calendar.set(turn.key, _due(turn.state, self._clock.now()))
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


def _due(state: FeedState, now: float) -> float:
    if state.gone:
        return math.inf
    return state.due if state.due <= now + _FURTHEST else now
