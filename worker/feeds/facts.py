"""What a feed says of itself: how often to ask for it, when not to, and where it pushes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_SKIP_HOURS = re.compile(rb"<skipHours\b[^>]{0,200}>(.{0,4000}?)</skipHours", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(rb"<skipDays\b[^>]{0,200}>(.{0,4000}?)</skipDays", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour\b[^>]{0,200}>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(rb"<day\b[^>]{0,200}>\s*([a-z]{6,9})\s*<", re.IGNORECASE)
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_HEAD = 256 * 1024


class FeedFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a feed declares about itself.

    interval: seconds that it asks to be left alone (RSS `ttl`, `sy:updatePeriod`), 0 when it says
    nothing; skip_hours: hours of the day in UTC, skip_days: 0 for Monday, in which not to ask; hub and
    topic: the WebSub hub and the address to subscribe to.
    """

    title: str = ""
    interval: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hub: str | None = None
    topic: str | None = None


def read_facts(data: bytes, feed: Mapping[str, Any], title: str) -> FeedFacts:
    """The facts in feedparser's account of a feed; of skipped hours it keeps one, so the bytes are asked."""
    head = data[:_HEAD]
    return FeedFacts(
        title=title,
        interval=max(_ttl(feed), _update_period(feed)),
        skip_hours=_hours(head),
        skip_days=_days(head),
        hub=_link(feed, "hub"),
        topic=_link(feed, "self"),
    )


def _ttl(feed: Mapping[str, Any]) -> int:
    """RSS 2.0: minutes that the channel may be cached."""
    return _number(feed.get("ttl")) * 60


def _update_period(feed: Mapping[str, Any]) -> int:
    """https://web.resource.org/rss/1.0/modules/syndication/: a period and how often in it."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0)
    return period // max(1, _number(feed.get("sy_updatefrequency")) or 1)


def _number(value: object) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _hours(head: bytes) -> tuple[int, ...]:
    block = _SKIP_HOURS.search(head)
    found = {int(hour) % 24 for hour in _HOUR.findall(block[1])} if block else set()
    return tuple(sorted(found)) if len(found) < 24 else ()  # all hours would be never: a mistake


def _days(head: bytes) -> tuple[int, ...]:
    block = _SKIP_DAYS.search(head)
    named = {day.lower() for day in _DAY.findall(block[1])} if block else set()
    found = tuple(at for at, day in enumerate(_DAYS) if day in named)
    return found if len(found) < len(_DAYS) else ()


def _link(feed: Mapping[str, Any], relation: str) -> str | None:
    for link in feed.get("links", []):
        href = link.get("href") if isinstance(link, Mapping) and link.get("rel") == relation else None
        if isinstance(href, str) and href.lower().startswith(("http://", "https://")):
            return href
    return None
