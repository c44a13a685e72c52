"""Dates of every shape to RFC 3339 in UTC, or None: a date is never a reason to lose an article.

Senders write RFC 3339, RFC 2822, ISO 8601 without a zone, seconds or milliseconds since the epoch,
and rubbish. What cannot be read is kept by the caller under `<field>_raw`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from worker.article.date_words import in_our_era, with_offset, worded

_NUMBER = re.compile(r"[+-]?\d{9,16}(?:\.\d{1,9})?")
_STAMP = re.compile(r"(?:19|20)\d{12}")
_SHORT_DATES = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y%m%dT%H%M%S%z",
    "%Y-%m-%d %H:%M %z",
    "%Y/%m/%d %H:%M:%S %z",
    "%Y-%m",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d.%m.%y %H:%M",
    "%d.%m.%y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
)
"""Day and month are told apart by the point or by a name."""

_HALF_DAYS = (
    "%b %d %Y %I:%M %p",
    "%B %d %Y %I:%M %p",
    "%d %b %Y %I:%M %p",
    "%d %B %Y %I:%M %p",
    "%B %d %Y %I %p",
    "%b %d %Y %I %p",
)
_POINTS = re.compile(r"(?<=[ap])\.m\b\.?", re.IGNORECASE)
_MINUTES = re.compile(r"\d[:.]\d\d")
_HALF_DAY = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_MIDNIGHT = re.compile(r"(?<=[T ])24(?=:00(?::00)?\b)")
_LONGEST = 80
"""No date is longer; longer strings are not looked at, so that no parser can be kept busy by one."""

# Above these a count since the epoch can only be milli- or microseconds: 1e11 s is the year 5138,
# 1e11 ms is 1973.
_MILLISECONDS = 1e11
_MICROSECONDS = 1e14


def to_utc(value: str | int | float) -> str | None:
    """The moment as `2026-11-23T20:00:00Z`, or None when `value` is no date.

    Seconds are the finest unit kept. A time without a zone is taken as UTC. Years before 1 and
    after 9999 have no RFC 3339 form and are None.
    """
    try:
        moment = _from_number(float(value)) if isinstance(value, int | float) else _from_text(value)
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _from_number(count: float) -> datetime | None:
    size = abs(count)
    seconds = count / 1e6 if size >= _MICROSECONDS else count / 1e3 if size >= _MILLISECONDS else count
    return datetime.fromtimestamp(seconds, UTC)


def _from_text(text: str) -> datetime | None:
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if _STAMP.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    if _MIDNIGHT.search(text):  # the end of the day is the start of the next
        start = _from_text(_MIDNIGHT.sub("00", text))
        return start + timedelta(days=1) if start else None
    iso = _iso(text)
    if iso is not None:
        return iso if iso.tzinfo else iso.replace(tzinfo=UTC)
    if _HALF_DAY.search(text):  # RFC 2822 knows no afternoon and would take it for the morning
        text = _POINTS.sub("m", text)
        moment = _short(text, _HALF_DAYS) or (worded(text) if _MINUTES.search(text) else None)
    else:
        text = with_offset(text)
        moment = _rfc2822(text) or _short(text, _SHORT_DATES) or worded(text)
    if moment is None:
        return None
    return in_our_era(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _iso(text: str) -> datetime | None:
    try:
        # `20261123` and `2026-W48` are ISO dates too, but eight digits are as often a number.
        return datetime.fromisoformat(text.upper()) if text[4:5] == "-" else None
    except ValueError:
        return None


def _rfc2822(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # brings sockets with it

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _short(text: str, forms: Sequence[str]) -> datetime | None:
    text = " ".join(_WEEKDAY.sub("", text).replace(",", " ").replace(". ", " ").replace(" at ", " ").split())
    for form in forms:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
