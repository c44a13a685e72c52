"""Dates as newsrooms write them in their own tongue: words, ideographs, zones by name, the Buddhist year."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from worker.article.months import month_of

_ZONES = {
    "CET": 60, "CEST": 120, "MET": 60, "MEZ": 60, "MESZ": 120, "WET": 0, "WEST": 60, "BST": 60,
    "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "EAT": 180, "SAST": 120, "CAT": 120,
    "WAT": 60,
    "IRST": 210, "PKT": 300, "NPT": 345, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540, "HKT": 480,
    "SGT": 480, "MYT": 480, "PHT": 480, "JST": 540, "KST": 540, "AWST": 480, "ACST": 570, "AEST": 600,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""Minutes east of Greenwich. Names that several lands use (IST, AST, GST) are not here; CST is RFC 2822's."""

_ZONE = re.compile(r"\s(?:UTC|GMT)?(?:([+-])(\d{1,2}):?(\d{2})?|([A-ZМСК]{3,4}))$")
_IDEOGRAPHS = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?")
_NAME = r"([^\s\d,:/+-]{2,25}?)"
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:\.|º|er|st|nd|rd|th)?[\s-]+(?:de\s+|d['’])?{_NAME}\.?,?[\s-]+(?:de\s+|del\s+)?(\d{{4}})\b"
)
_MONTH_FIRST = re.compile(rf"(?:^|\s){_NAME}\.?\s+(\d{{1,2}}),?\s+(\d{{4}})\b")
_YEAR_FIRST = re.compile(rf"\b(\d{{4}})\.?\s+(?:m\.\s+)?{_NAME}\.?\s+(\d{{1,2}})\b")
_YEAR_THEN_DAY = re.compile(rf"\b(\d{{4}})\.\s+gada\s+(\d{{1,2}})\.?\s+{_NAME}(?:\s|,|$)")
_WORDED = ((_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy"), (_YEAR_FIRST, "ymd"), (_YEAR_THEN_DAY, "ydm"))
_MONTH_BY_NUMBER = re.compile(r"\b(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_POINTED = re.compile(r"\b(\d{4})([./])\s?(\d{1,2})\2\s?(\d{1,2})\b")
_TIME = re.compile(
    r"(午前|上午|凌晨|早上|오전|午後|下午|晚上|오후)?\s?"
    r"(?<!\d)(\d{1,2})(?:[:h時时시點点]|\.(?=\d\d(?:\D|$)))\s?(\d{2})?(?:[:.分분]\s?(\d{2})?)?\s?([ap]\.?m\b)?",
    re.IGNORECASE,
)
_AFTERNOON = frozenset({"午後", "下午", "晚上", "오후", "p"})
_BUDDHIST = 543


def with_offset(text: str) -> str:
    """The text with a zone's name, or an offset with a colon, as RFC 2822 writes offsets."""
    found = _ZONE.search(text)
    if found is None:
        return text
    if found[4]:
        minutes = _ZONES.get(found[4])
        if minutes is None:
            return text
    else:
        minutes = int(f"{found[1]}1") * (int(found[2]) * 60 + int(found[3] or 0))
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{text[: found.start()]} {sign}{minutes // 60:02}{minutes % 60:02}"


def worded(text: str) -> datetime | None:
    """A date in words of many languages, in ideographs or in numbers of one meaning; else None."""
    text = with_offset("".join(_ascii_digit(c) for c in text))
    zone = re.search(r" ([+-]\d{2})(\d{2})$", text)
    text = text[: zone.start()] if zone else text
    found = _day_of(text)
    if found is None:
        return None
    (year, month, day), end = found
    hour, minute, second = _time_of(_TIME.search(text, end) or _TIME.search(text[: max(0, end - 8)]))
    offset = (
        timedelta(minutes=int(f"{zone[1][0]}1") * (int(zone[1][1:]) * 60 + int(zone[2]))) if zone else None
    )
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset) if offset else UTC)


def _time_of(found: re.Match[str] | None) -> tuple[int, int, int]:
    if found is None:
        return 0, 0, 0
    hour, minute, second = (int(found[at] or 0) for at in (2, 3, 4))
    half = found[1] or (found[5] or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    return hour, minute, second


def in_our_era(moment: datetime) -> datetime:
    """The moment, if its year is one of the Buddhist era, in ours: no feed writes of the year 2569."""
    return moment.replace(year=moment.year - _BUDDHIST) if 2500 <= moment.year <= 2650 else moment


def _day_of(text: str) -> tuple[tuple[int, int, int], int] | None:
    """Year, month and day, and where they end."""
    found = _IDEOGRAPHS.search(text)
    if found:
        return (int(found[1]), int(found[2]), int(found[3])), found.end()
    for pattern, order in _WORDED:
        for found in pattern.finditer(text):
            parts = dict(zip(order, found.groups(), strict=True))
            month = month_of(parts["m"])
            if month:
                return (int(parts["y"]), month, int(parts["d"])), found.end()
    return _numbered(text)


def _numbered(text: str) -> tuple[tuple[int, int, int], int] | None:
    """A date in numbers, where only one of them can be the month: `3/4/2026` is two days, so it is none."""
    found = _POINTED.search(text)
    if found:
        return (int(found[1]), int(found[3]), int(found[4])), found.end()
    found = _MONTH_BY_NUMBER.search(text)
    if found:
        return (int(found[3]), int(found[2]), int(found[1])), found.end()
    found = _SLASHED.search(text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    if first > 12 or first == second:
        return (year, second, first), found.end()
    return ((year, first, second), found.end()) if second > 12 else None


def _ascii_digit(character: str) -> str:
    return character if character.isascii() else str(unicodedata.decimal(character, character))
