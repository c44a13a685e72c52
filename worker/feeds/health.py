"""How a feed is, in one word and in a sentence, for the metrics and for the people who mend lists."""

from __future__ import annotations

from collections.abc import Mapping

from worker.feeds.state import FeedState
from worker.types import FeedHealth


def health(state: FeedState) -> FeedHealth:
    """The one word for a feed's state."""
    if state.gone:
        return FeedHealth.GONE
    if state.refused and state.failures:
        return FeedHealth.REFUSED
    if state.failures:
        return FeedHealth.FAILING
    return FeedHealth.OK if state.asked else FeedHealth.NEVER_ASKED


class Ward:
    """Counts the feeds of each state while they change."""

    def __init__(self) -> None:
        self._of: dict[str, FeedHealth] = {}
        self._counts = dict.fromkeys(FeedHealth, 0)

    def note(self, key: str, state: FeedState) -> None:
        """A feed has this state now."""
        now, before = health(state), self._of.get(key)
        if before is not None:
            self._counts[before] -= 1
        self._of[key] = now
        self._counts[now] += 1

    def forget(self, key: str) -> None:
        """A feed is asked no more."""
        before = self._of.pop(key, None)
        if before is not None:
            self._counts[before] -= 1

    @property
    def counts(self) -> Mapping[FeedHealth, int]:
        """How many feeds are in each state; every state is there."""
        return self._counts
