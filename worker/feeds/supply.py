"""Which feeds are to be asked: the same for ever, or as lists and fellow workers have it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from worker.feeds.ask import FeedSpec


@runtime_checkable
class Supply(Protocol):
    """The feeds to ask. The thread that asks them looks here every half second: quick, and never waits."""

    watched: bool
    """Whether the feeds can ever change."""

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
