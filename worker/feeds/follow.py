"""Keeps the feeds that are asked in step with their lists, while the worker runs.

A list with a mistake in it never replaces a good one: what was in force stays, and it is said until mended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from worker.clock import Clock
from worker.errors import Outage, UsageError
from worker.feeds.ask import FeedSpec
from worker.feeds.fetch import FetchError
from worker.feeds.lists import is_address
from worker.feeds.poll import key_of
from worker.types import Reload

REMINDER_SECONDS = 60.0
WEB_SECONDS = 3600.0
"""How often a list on the web is fetched anew by itself."""

Load = Callable[[], Sequence[FeedSpec]]
"""Reads all lists. Raises UsageError for a mistake in one, FetchError or Outage when one cannot be had."""

Told = Callable[[Reload, str], None]
"""Is told how each reload ended, and again every minute while the lists are refused."""


class ListFollower:
    """A `Supply` that follows lists. `stale` and `reload` are for the thread that reloads, or any other."""

    watched = True
    ready = True

    def __init__(self, load: Load, lists: Sequence[str], told: Told, clock: Clock) -> None:
        self._load = load
        self._files = [Path(path) for path in lists if not is_address(path)]
        self._on_web = any(map(is_address, lists))
        self._told = told
        self._clock = clock
        self._one = threading.Lock()
        self._seen = self._signature()
        self._fetched = clock.monotonic()
        self._now: dict[str, FeedSpec] | None = None
        self._fresh: Sequence[FeedSpec] | None = None
        self._refusal: tuple[str, float] | None = None

    def begin(self, feeds: Sequence[FeedSpec]) -> None:
        """These are asked at first."""
        with self._one:
            self._now = {key_of(feed.url): feed for feed in feeds}
            self._fresh = feeds

    def stale(self) -> bool:
        """Whether the lists should be read again; also says again, in its time, that they are refused."""
        self._remind()
        due = self._on_web and self._clock.monotonic() - self._fetched >= WEB_SECONDS
        return due or self._signature() != self._seen

    def reload(self) -> tuple[Reload, str]:
        """Read the lists and bring what changed into force, or say why it may not."""
        with self._one:
            self._seen, self._fetched = self._signature(), self._clock.monotonic()
            if self._now is None:
                return Reload.UNCHANGED, "sources: not begun yet"
            if empty := [str(path) for path in self._files if _looks(path) and not path.stat().st_size]:
                return self._refuse(f"{', '.join(empty)}: empty; write `sources: []` if none are meant.")
            try:
                feeds = {key_of(feed.url): feed for feed in self._load()}
            except (UsageError, FetchError, Outage) as wrong:
                return self._refuse(str(wrong))
            return self._accept(self._now, feeds)

    def changed(self) -> Sequence[FeedSpec] | None:
        """The feeds, when they are others than at the last look."""
        with self._one:
            fresh, self._fresh = self._fresh, None
            return fresh

    def gone(self, key: str) -> bool:
        """Whether the feed is on no list any more."""
        return key not in (self._now or {})

    def close(self) -> None:
        """Nothing is held."""

    def _accept(self, before: Mapping[str, FeedSpec], feeds: dict[str, FeedSpec]) -> tuple[Reload, str]:
        self._refusal = None
        started, stopped = feeds.keys() - before.keys(), before.keys() - feeds.keys()
        altered = sum(feeds[key] != before[key] for key in feeds.keys() & before.keys())
        words = f"sources: {len(started)} new, {len(stopped)} removed, {altered} changed"
        if not (started or stopped or altered):
            return self._tell(Reload.UNCHANGED, words)
        self._now, self._fresh = feeds, list(feeds.values())
        return self._tell(Reload.CHANGED, words)

    def _refuse(self, words: str) -> tuple[Reload, str]:
        self._refusal = words, self._clock.monotonic()
        return self._tell(Reload.REFUSED, words)

    def _tell(self, result: Reload, words: str) -> tuple[Reload, str]:
        self._told(result, words)
        return result, words

    def _remind(self) -> None:
        refusal, now = self._refusal, self._clock.monotonic()
        if refusal is not None and now - refusal[1] >= REMINDER_SECONDS:
            self._refusal = refusal[0], now
            self._told(Reload.REFUSED, refusal[0])

    def _signature(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(map(_looks, self._files))


def _looks(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
