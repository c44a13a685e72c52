"""A history: its pieces, when each was, and which of them a back-test looks at."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from worker.clock import rfc3339
from worker.errors import BadInput
from worker.types import Article

DAY = 10
"""Characters of the date in an RFC 3339 time."""


class Piece(msgspec.Struct, frozen=True):
    """One message or one article of a file. `found` None: a tombstone; `at`: its time on the bus, or None."""

    found: Article | BadInput | None
    at: float | None = None


class LeftOut(StrEnum):
    """Why an article of the history was not judged."""

    OUTSIDE = "outside"
    UNDATED = "undated"


class Window(msgspec.Struct, frozen=True):
    """From which day to which, both included, as `2026-11-24` in UTC; None: no bound."""

    since: str | None = None
    until: str | None = None

    def leaves_out(self, day: str | None) -> LeftOut | None:
        """Why an article of this day is not looked at, or None when it is."""
        if self.since is None and self.until is None:
            return None
        if day is None:
            return LeftOut.UNDATED
        early = self.since is not None and day < self.since
        late = self.until is not None and day > self.until
        return LeftOut.OUTSIDE if early or late else None


EVERY_DAY = Window()


def when_of(article: Article, at: float | None) -> str | None:
    """When an article was, as RFC 3339: published, else fetched, else put on the bus, else None."""
    return article.published or article.fetched or (rfc3339(at) if at else None)


def day_of(when: str | None) -> str | None:
    """The day of a time in UTC: `2026-11-24`."""
    return None if when is None else when[:DAY]
