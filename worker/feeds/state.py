"""What is remembered of a feed between two questions and over restarts, as the intake keeps it: JSON."""

from __future__ import annotations

import msgspec

from worker.feeds.facts import FeedFacts
from worker.feeds.novelty import Seen
from worker.feeds.websub import Subscription


class FeedState(msgspec.Struct, frozen=True, omit_defaults=True):
    """One feed. Moments are seconds since the epoch, 0 for never.

    due: when it may be asked next; asked, succeeded: when it last was, and last answered well;
    failures: in a row; error: the last of them in words; gone: it answered 410; turn: how often it was
    asked; rate: items a second; moved_to: where it permanently redirected `moved_times` in a row;
    refused: digest of the last body that could not be parsed; seen: its items; subscription: with its hub.
    """

    due: float = 0.0
    asked: float = 0.0
    succeeded: float = 0.0
    failures: int = 0
    error: str = ""
    gone: bool = False
    turn: int = 0
    rate: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    moved_times: int = 0
    refused: str = ""
    facts: FeedFacts = FeedFacts()
    seen: tuple[Seen, ...] = ()
    subscription: Subscription | None = None


_DECODER = msgspec.json.Decoder(FeedState)


def loaded(state: str | None) -> FeedState:
    """What was saved. A state that another version wrote is none: the feed is asked anew."""
    try:
        return _DECODER.decode(state) if state else FeedState()
    except msgspec.DecodeError:
        return FeedState()


def saved(state: FeedState) -> str:
    """The state as text."""
    return msgspec.json.encode(state).decode()
