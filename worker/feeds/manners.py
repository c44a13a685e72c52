"""When a feed may be asked again: what its server says, what the feed says, and how often it has news.

Pure: answers and moments in, a moment out. After RFC 9110 and 9111 (Retry-After, Cache-Control),
RSS 2.0 (ttl, skipHours, skipDays) and the habit of the good readers, miniflux among them, to
ask a lively feed often and a quiet one seldom.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from worker.feeds.facts import FeedFacts

DAY = 86_400.0
WEEK = 7 * DAY
LONGEST_RETRY_AFTER = WEEK
"""A server that asks for longer is asked after a week all the same."""

LONGEST_HINT = DAY
"""A feed that asks to be left alone for longer, by ttl or Cache-Control, is asked once a day all the same."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_JITTER = 0.1
_ASKED_PER_ITEM = 2.0
"""Twice as often as items come: half an interval late on average is soon enough, and costs little."""


class Pace(msgspec.Struct, frozen=True):
    """The bounds of the interval at which a feed is asked, in seconds."""

    shortest: float = 900.0
    longest: float = 4 * 3600.0


def retry_after(value: str, now: float) -> float:
    """Seconds to wait by a Retry-After header in either form; 0 when it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now if value else 0.0
        except (ValueError, TypeError, OverflowError):
            seconds = 0.0
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def fresh_for(headers: Mapping[str, str]) -> float:
    """Seconds for which Cache-Control, else Expires, calls the answer fresh; 0 when neither says so."""
    control = headers.get("cache-control", "")
    if "no-cache" in control.lower() or "no-store" in control.lower():
        return 0.0
    found = _MAX_AGE.search(control)
    life = float(found[1]) if found else _until_expires(headers)
    age = headers.get("age", "0").strip()
    spent = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    return min(max(life - spent, 0.0), LONGEST_HINT)


def _until_expires(headers: Mapping[str, str]) -> float:
    """RFC 9111, 4.2.1: Expires less Date, both of the server's clock; a date that is none has expired."""
    try:
        end, start = (parsedate_to_datetime(headers.get(name, "")) for name in ("expires", "date"))
        return end.timestamp() - start.timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def rate(before: float | None, new_items: int, seconds: float) -> float:
    """Items a second, with what was seen in the last week counting most. `seconds` since the last answer."""
    if seconds <= 0:
        return before or 0.0
    seen = new_items / seconds
    weight = 1.0 if before is None else 1.0 - math.exp(-seconds / WEEK)
    return seen * weight + (before or 0.0) * (1.0 - weight)


def first_rate(published: Sequence[str | None], now: float) -> float | None:
    """Items a second of a feed met for the first time, by its dates in the last week; None without dates."""
    moments = [datetime.fromisoformat(moment).timestamp() for moment in published if moment]
    return sum(now - WEEK <= moment <= now for moment in moments) / WEEK if moments else None


def interval(pace: Pace, items_a_second: float | None, facts: FeedFacts, headers: Mapping[str, str]) -> float:
    """Seconds until the next question: by the feed's liveliness, never less than feed and server ask for."""
    lively = pace.shortest
    if items_a_second is not None:
        lively = 1.0 / (_ASKED_PER_ITEM * items_a_second) if items_a_second > 0 else pace.longest
    wanted = min(max(lively, pace.shortest), pace.longest)
    return max(wanted, min(float(facts.interval), LONGEST_HINT), fresh_for(headers))


def backoff(pace: Pace, failures: int) -> float:
    """Seconds until a feed that failed is asked again; `failures` before this one. Once a day at least."""
    return min(pace.shortest * 2.0 ** min(failures, 20), max(DAY, pace.shortest))


def spread(seconds: float, key: str, turn: int) -> float:
    """The interval, up to a tenth longer, by chance that is the same for the same feed and turn."""
    digest = hashlib.blake2b(f"{key}\n{turn}".encode(), digest_size=4).digest()
    return seconds * (1.0 + _JITTER * int.from_bytes(digest, "big") / 2**32)


def allowed_from(moment: float, facts: FeedFacts) -> float:
    """The first moment, from this one on, outside the hours and days in which the feed is not to be asked."""
    if not facts.skip_hours and not facts.skip_days:
        return moment
    at = datetime.fromtimestamp(moment, UTC)
    for _ in range(24 * 7):
        if at.hour not in facts.skip_hours and at.weekday() not in facts.skip_days:
            return max(moment, at.timestamp())
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment
