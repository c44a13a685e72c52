"""Which feeds are to be asked: the same for ever, or as lists and fellow workers have it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from worker.feeds.ask import FeedSpec, key_of


@runtime_checkable
class Supply(Protocol):
    """The feeds to ask. The thread that asks them looks here every half second: quick, and never waits."""

    watched: bool
    """Whether the feeds can ever change."""

    @property
    def ready(self) -> bool:
        """Whether it is known by now which feeds are to be asked."""
        ...

    def changed(self) -> Sequence[FeedSpec] | None:
        """The feeds from now on, all of them; None while they are as they were. Raises Outage."""
        ...

    def gone(self, key: str) -> bool:
        """Whether a feed that went was taken off the lists, and not only given to another worker."""
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...


class FixedSupply:
    """The same feeds for ever."""

    watched = False
    ready = True

    def __init__(self, feeds: Sequence[FeedSpec]) -> None:
        self._feeds: Sequence[FeedSpec] | None = feeds

    def changed(self) -> Sequence[FeedSpec] | None:
        """The feeds at the first look, then None."""
        feeds, self._feeds = self._feeds, None
        return feeds

    def gone(self, _key: str) -> bool:
        """Nothing ever goes."""
        return True

    def close(self) -> None:
        """Nothing is held."""


class Division(Protocol):
    """Which sources are this worker's, among all workers; see `worker.bus.kafka_division`."""

    @property
    def ready(self) -> bool:
        """Whether that is known by now."""
        ...

    def stamp(self) -> int:
        """Another number whenever it has changed."""
        ...

    def seen(self, stamp: int) -> None:
        """Nothing is asked any more that was not ours at this stamp."""
        ...

    def mine(self, key: str) -> bool:
        """Whether the source of this key is ours."""
        ...

    def close(self) -> None:
        """Leave it to the others. Idempotent."""
        ...


class SharedSupply:
    """The share of another supply's feeds that a division gives this worker."""

    watched = True

    def __init__(self, whole: Supply, division: Division) -> None:
        self._whole = whole
        self._division = division
        self._all: dict[str, FeedSpec] = {}
        self._stamp: int | None = None

    @property
    def ready(self) -> bool:
        """Whether the division knows our share."""
        return self._division.ready

    def changed(self) -> Sequence[FeedSpec] | None:
        """Our share, when lists or fellow workers have changed it; None while it is as it was."""
        fresh, stamp = self._whole.changed(), self._division.stamp()
        if fresh is not None:
            self._all = {key_of(feed.url): feed for feed in fresh}
        elif stamp == self._stamp:
            self._division.seen(stamp)  # by the second look whoever asks has dropped what had to go
            return None
        self._stamp = stamp
        return [feed for key, feed in self._all.items() if self._division.mine(key)]

    def gone(self, key: str) -> bool:
        """Whether a feed that went is on no list any more."""
        return key not in self._all

    def close(self) -> None:
        """Leave the division."""
        self._division.close()
        self._whole.close()
