"""Dates as newsrooms write them in their own tongue: month names, zones by name, the Buddhist year."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = (
    "jan янв січ сту ene gen oca sty led ιαν يناير جانفي ינואר ม.ค มกรา",
    "feb fev fév февр фев лют şub sub lut úno φεβ فبراير فيفري شباط פברואר ก.พ กุมภา",
    "mar mär mrt maa мар бер mars bře μαρ مارس آذار מרץ מרס มี.ค มีนา",
    "apr avr abr апр кві kwi nis dub απρ أبريل ابريل أفريل نيسان אפריל เม.ย เมษา",
    "may mai mei maj mag май мая мае тра kvě μαϊ μαι مايو ماي أيار מאי พ.ค พฤษภา",
    "jun juin giu июн чер haz cze červen ιουν يونيو جوان حزيران יוני มิ.ย มิถุนา",
    "jul juil lug июл лип tem lip červene ιουλ يوليو جويلية تموز יולי ก.ค กรกฎา",
    "aug ago aoû aou agu ağu авг сер sie srp αυγ أغسطس اغسطس أوت آب אוגוסט ส.ค สิงหา",
    "sep set сен вер eyl wrz září σεπ سبتمبر أيلول ספטמבר ก.ย กันยา",
    "oct okt ott out окт жов eki paź říj οκτ أكتوبر اكتوبر אוקטובר ต.ค ตุลา",
    "nov noy ноя нояб лис kas lis νοε نوفمبر נובמבר พ.ย พฤศจิ",
    "dec déc dez dic des дек гру ara gru pro δεκ ديسمبر דצמבר ธ.ค ธันวา",
)
"""The beginnings of each month's names, as nouns and as they stand in dates."""

_BEGINNINGS = {
    unicodedata.normalize("NFKD", word).casefold(): number
    for number, words in enumerate(_MONTHS, 1)
    for word in words.split()
}
_LONGEST = max(map(len, _BEGINNINGS))

_ZONES = {
    "CET": 60, "CEST": 120, "MET": 60, "MEZ": 60, "MESZ": 120, "WET": 0, "WEST": 60, "BST": 60,
    "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "EAT": 180, "SAST": 120, "CAT": 120,
    "WAT": 60,
    "IRST": 210, "PKT": 300, "NPT": 345, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540, "HKT": 480,
    "SGT": 480, "MYT": 480, "PHT": 480, "JST": 540, "KST": 540, "AWST": 480, "ACST": 570, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""Minutes east of Greenwich. Names that several lands use (IST, CST, AST, GST) are not here."""

_ZONE = re.compile(r"\s(?:UTC|GMT)?(?:([+-])(\d{1,2}):?(\d{2})?|([A-ZМСК]{3,4}))$")
_IDEOGRAPHS = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+)?([^\s\d,:/+-]{2,25}?)\.?,?\s+(?:de\s+)?(\d{4})\b"
)
_MONTH_FIRST = re.compile(r"(?:^|\s)([^\s\d,:/+-]{2,25}?)\.?\s+(\d{1,2}),?\s+(\d{4})\b")
_TIME = re.compile(r"\b(\d{1,2})(?:[:h時时시]|\.(?=\d\d(?:\D|$)))\s?(\d{2})?(?:[:.分분]\s?(\d{2})?)?")
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
    """A date with its month in words of many languages, or in ideographs; None when it is none."""
    text = with_offset("".join(_ascii_digit(c) for c in text))
    zone = re.search(r" ([+-]\d{2})(\d{2})$", text)
    text = text[: zone.start()] if zone else text
    found = _day_of(text)
    if found is None:
        return None
    (year, month, day), end = found
    time = _TIME.search(text, end) or _TIME.search(text[: max(0, end - 12)])
    hour, minute, second = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
    offset = (
        timedelta(minutes=int(f"{zone[1][0]}1") * (int(zone[1][1:]) * 60 + int(zone[2]))) if zone else None
    )
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset) if offset else UTC)


def in_our_era(moment: datetime) -> datetime:
    """The moment, if its year is one of the Buddhist era, in ours: no feed writes of the year 2569."""
    return moment.replace(year=moment.year - _BUDDHIST) if 2500 <= moment.year <= 2650 else moment


def _day_of(text: str) -> tuple[tuple[int, int, int], int] | None:
    found = _IDEOGRAPHS.search(text)
    if found:
        return (int(found[1]), int(found[2]), int(found[3])), found.end()
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        for found in pattern.finditer(text):
            year, name, day = (found[at] for at in order)
            month = _month(name)
            if month:
                return (int(year), month, int(day)), found.end()
    return None


def _month(name: str) -> int | None:
    folded = unicodedata.normalize("NFKD", name).casefold()
    for length in range(min(len(folded), _LONGEST), 1, -1):
        if folded[:length] in _BEGINNINGS:
            return _BEGINNINGS[folded[:length]]
    return None


def _ascii_digit(character: str) -> str:
    return character if character.isascii() else str(unicodedata.decimal(character, character))
