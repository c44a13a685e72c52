"""Keeps the watches in force in step with their files: built beside the running ones, swapped in one move.

A bad file never replaces a good one: what was in force stays, the metric says so until it is mended,
and the log repeats it. A reload rings nothing anew, because no article is judged again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from worker.clock import Clock
from worker.errors import UsageError
from worker.logs import logger
from worker.metrics import Metrics
from worker.types import Reload
from worker.watchlist import Library, Revision

if TYPE_CHECKING:
    from worker.match import Cost, Matcher

REMINDER_SECONDS = 60.0
"""How often the log repeats that the watch-lists on disk are not good."""

log = logger("tocsin.reload")


@dataclass(frozen=True, slots=True)
class Reloaded:
    """How a reload ended, and what to tell whoever asked."""

    result: Reload
    words: str


class Follower(Protocol):
    """Something else that follows files: the lists of sources."""

    def stale(self) -> bool:
        """Whether it should reload by itself."""
        ...

    def reload(self) -> tuple[Reload, str]:
        """Reload, and how it ended in a word and in a sentence."""
        ...


@dataclass(slots=True)
class Reloader:
    """Follows a library. `current` and `install` read and replace the matcher of the pipeline.

    `approve` raises UsageError for watches that must not come into force. `reload` may be called from
    any thread: one reload at a time.
    """

    library: Library
    current: Callable[[], Matcher]
    install: Callable[[Matcher], None]
    approve: Callable[[Revision], None]
    metrics: Metrics
    clock: Clock
    follower: Follower | None = None
    _asked: threading.Event = field(default_factory=threading.Event)
    _one: threading.Lock = field(default_factory=threading.Lock)
    _refusal: str | None = None
    _said: float = 0.0

    def ask(self) -> None:
        """Reload as soon as may be; safe in a signal handler."""
        self._asked.set()

    def run(self, stop: threading.Event, interval: float) -> None:
        """Follow the files until stopped, looking every `interval` seconds and when asked."""
        while not stop.is_set():
            if self._asked.wait(interval):
                self._asked.clear()
                if not stop.is_set():
                    self.reload()
            else:
                if self.library.changed():
                    self._reload_watchlists()
                if self.follower is not None and self.follower.stale():
                    self.follower.reload()
            self.compact()
            self._remind()

    def reload(self) -> Reloaded:
        """Bring what changed on disk into force, or say why it may not. Never raises for a bad file."""
        done = self._reload_watchlists()
        if self.follower is None:
            return done
        result, words = self.follower.reload()
        both = {done.result, result}
        worst = next(each for each in (Reload.REFUSED, Reload.CHANGED, Reload.UNCHANGED) if each in both)
        return Reloaded(worst, f"{done.words}{words}\n")

    def _reload_watchlists(self) -> Reloaded:
        with self._one:
            try:
                revision = self.library.refresh(self.approve)
            except UsageError as wrong:
                return self._refuse(str(wrong))
            if revision:
                self.install(self.current().revise(revision.added, revision.removed))
            return self._accept(revision)

    def compact(self) -> None:
        """Make one index of what changes have left beside it, when that is worth the time."""
        with self._one:
            if self.current().should_compact:
                self.install(self.current().compacted())

    def slowest(self, most: int) -> list[Cost]:
        """The watches in force that have cost the most since they came into force, dearest first."""
        return self.current().slowest(most)

    def _accept(self, revision: Revision) -> Reloaded:
        self._refusal = None
        result = Reload.CHANGED if revision else Reload.UNCHANGED
        self.metrics.reloads.labels(result=result).inc()
        self.metrics.show_watchlists({listed.id: len(listed.watches) for listed in revision.watchlists})
        self.metrics.watchlist_load_success.set(1)
        self.metrics.watchlist_load_timestamp.set(self.clock.now())
        if revision:
            log.info("watch-lists reloaded", change=str(revision))
        return Reloaded(result, f"{revision}\n")

    def _refuse(self, words: str) -> Reloaded:
        self.metrics.reloads.labels(result=Reload.REFUSED).inc()
        self.metrics.watchlist_load_success.set(0)
        self._refusal, self._said = words, self.clock.monotonic()
        log.error("watch-lists refused; those loaded before stay in force", errors=words)
        return Reloaded(Reload.REFUSED, f"refused; what was in force stays in force\n{words}\n")

    def _remind(self) -> None:
        words = self._refusal
        if words is not None and self.clock.monotonic() - self._said >= REMINDER_SECONDS:
            self._said = self.clock.monotonic()
            log.error("watch-lists on disk are still refused", errors=words)
