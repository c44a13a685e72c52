"""Time, injected. Only `SystemClock` may look at the wall."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the rooms need to know of time, in seconds."""

    def now(self) -> float:
        """Seconds since the epoch, for timestamps."""
        ...

    def monotonic(self) -> float:
        """Seconds since some point, never backwards, for durations."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()


class ManualClock:
    """A clock that moves when told to; shipped so that tests need no patching."""

    def __init__(self, start: float = 1_750_000_000.0) -> None:
        self.seconds = start

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.seconds

    def monotonic(self) -> float:
        """The same seconds: this clock never steps."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Move both clocks on by `seconds`."""
        self.seconds += seconds


def rfc3339(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC, to the second: `2026-11-23T20:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(stamp: str) -> float:
    """RFC 3339 as seconds since the epoch; a stamp without a zone is in UTC. Raises ValueError for others."""
    at = datetime.fromisoformat(stamp)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
