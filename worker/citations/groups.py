"""Provisions as they stand in a text: a noun with one number, a list or a range, not yet of any instrument.

Each noun is read once, forwards or backwards as its languages do, never past what an earlier noun took; so
the work is proportional to the text however often a noun or a number repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import regex

from worker.citations.folding import View
from worker.citations.grammar import DIGITS, Grammar, grammar
from worker.citations.languages import NumberPlace
from worker.citations.nouns import NounHit, by_character, find_nouns
from worker.citations.numerals import HAN, HANGUL, NumberWords, han, hangul, hebrew, roman

LONGEST_RANGE = 60
"""Articles a range is told out to; of a longer one only the ends are given."""
MOST_TOLD = 5_000
"""Provisions of a text after which ranges are given by their ends: a text must not grow without bound."""
MOST_LISTED = 240
"""Provisions under one noun; no law lists more, and what grows beyond is no list."""

_ROMAN = regex.compile(r"[IVXLC]{1,9}(?![\p{L}\p{M}\d])")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*")
_BETWEEN_WORDS = regex.compile(r"[ \t\n\u00a0-]{0,3}")
_HEBREW = regex.compile(r"[א-ת]{1,3}\"[א-ת](?![א-ת])|[א-ת]'(?![א-ת])")
_HANGUL = regex.compile(rf"제\s?([{HANGUL}]{{1,6}})\s?$")
_HAN = regex.compile(rf"[{HAN}]{{1,7}}")
_BACK = 48
"""Characters looked at before a noun for one number with its mark and filler words."""


@dataclass(frozen=True, slots=True)
class Item:
    """One provision of a group, at `start:end` of the folded text; `told`: out of the middle of a range."""

    provision: str
    start: int
    end: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Provisions under one noun, at `start:end` of the folded text.

    `counted`: the number may merely count things (五十一条 without 第), so only an instrument right beside
    it makes it a citation. `within`: where alone the instrument stands, if between the number and the noun
    (51-asis JT Chartijos straipsnis). `taken`: which earlier group is taken up ("the same article").
    """

    start: int
    end: int
    items: tuple[Item, ...]
    grammar: Grammar
    counted: bool = False
    taken: int | None = None
    within: tuple[int, int] | None = None


def _number_of(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() else han(digits)


def _parts(folded: str, at: int, spoken: Grammar) -> tuple[list[str], int]:
    """Paragraphs and letters after a number: `(4)`, `para. 1`, `第4款`."""
    parts: list[str] = []
    while len(parts) < 4:
        found = spoken.part.match(folded, at)
        if found is None:
            break
        part = next(group for group in found.groups() if group is not None)
        number = han(part) if _HAN.fullmatch(part) else None
        parts.append(str(number) if number is not None else part)
        at = found.end()
    return parts, at


def _finish(folded: str, number: int, start: int, at: int, spoken: Grammar) -> Item | None:
    """The item of a number that ends at `at`: marks, letters and paragraphs after it taken in."""
    if spoken.reject.match(folded, at):
        return None
    ordinal = spoken.ordinal.match(folded, at)
    if ordinal:
        at = ordinal.end()
    letter = None if ordinal else spoken.letter.match(folded, at)
    if letter and letter.end() > at:
        mark = letter[0].strip(" -()^")
        joint = "" if len(mark) == 1 and mark.isalpha() else " "
        return Item(f"{number}{joint}{mark.upper() if len(mark) == 1 else mark}", start, letter.end())
    parts, at = _parts(folded, at, spoken)
    return Item(".".join([str(number), *parts]), start, at)


def _spelled(folded: str, at: int, spoken: Grammar) -> tuple[int, int] | None:
    """The number spelled out from `at` on, and where it ends; in the language that reads most."""
    read = (
        _spelled_in(folded, at, words) if spoken.spaced else words.unspaced(folded, at)
        for words in spoken.numbers_spelled
    )
    return max((found for found in read if found), key=lambda found: found[1], default=None)


def _spelled_in(folded: str, at: int, known: NumberWords) -> tuple[int, int] | None:
    words: list[str] = []
    ends: list[int] = []
    while len(words) < 7:
        word = _WORD.match(folded, at)
        if word is None or known.values(word[0]) is None:
            break
        words.append(word[0])
        ends.append(word.end())
        gap = _BETWEEN_WORDS.match(folded, word.end())
        at = gap.end() if gap else word.end()
    for count in range(len(words), 0, -1):
        if known.values(words[count - 1]):  # a joining word ends no number
            number = known.number(words[:count])
            return (number, ends[count - 1]) if number else None
    return None


def read_item(view: View, at: int, spoken: Grammar, *, digits_only: bool) -> Item | None:
    """A number in any writing at `at`; lists begun in digits go on so (`Article 51 – UN`: French un)."""
    folded = view.folded
    digits = DIGITS.match(folded, at)
    if digits:
        return _finish(folded, int(digits[1]), at, digits.end(), spoken)
    if digits_only:
        return None
    raw_at = view.start(at)
    numeral = _ROMAN.match(view.raw, raw_at)
    if numeral and (number := roman(numeral[0])):
        return _finish(folded, number, at, at + len(numeral[0]), spoken)
    letters = _HEBREW.match(folded, at)
    if letters and "he" in spoken.codes and (number := hebrew(letters[0])):
        return _finish(folded, number, at, letters.end(), spoken)
    if found := _spelled(folded, at, spoken):
        return Item(str(found[0]), at, found[1])
    return None


def _range(first: Item, last: Item, told: int) -> list[Item]:
    """The items of `first`–`last`, both ends included; only the ends where `told` others leave no room."""
    low, high = first.provision, last.provision.split(".")[0]
    if (
        told + LONGEST_RANGE > MOST_LISTED
        or not (low.isdigit() and high.isdigit())
        or not int(low) < int(high) <= int(low) + LONGEST_RANGE
    ):
        return [first, last]
    between = [
        Item(str(number), first.start, last.end, told=True) for number in range(int(low) + 1, int(high))
    ]
    return [first, *between, last]


def _forward(view: View, hit: NounHit, spoken: Grammar) -> Group | None:
    """Noun first: `Articles 2(4), 39–42 and 51`."""
    folded = view.folded
    gap = spoken.gap.match(folded, hit.end)
    item = read_item(view, gap.end() if gap else hit.end, spoken, digits_only=False)
    if item is None or (hit.short and not folded[item.start].isdigit() and folded[hit.end - 1] != "."):
        return None
    # dit artikel (51 reacties): a bracket that does not close says nothing certain
    apart = "(" in folded[hit.end : item.start] and folded[item.end : item.end + 1] == " "
    items = [item]
    at = item.end
    digits_only = folded[item.start].isdigit()
    while len(items) < MOST_LISTED:
        joint = spoken.until.match(folded, at)
        until = joint is not None
        if joint is None:
            joint = spoken.separator.match(folded, at)
        after = read_item(view, joint.end(), spoken, digits_only=digits_only) if joint else None
        if joint is None or after is None or (until and " " in joint[0] and not _rises(items[-1], after)):
            break
        if until and not _rises(items[-1], after):
            items[-1] = Item(f"{items[-1].provision}-{after.provision}", items[-1].start, after.end)
        else:
            items[-1:] = _range(items[-1], after, len(items)) if until else [items[-1], after]
        at = after.end
    return Group(hit.start, at, tuple(items), spoken, counted=apart)


def _rises(low: Item, high: Item) -> bool:
    first, last = low.provision.split(".")[0], high.provision.split(".")[0]
    return not (first.isdigit() and last.isdigit()) or int(first) < int(last)


def _spelled_backward(folded: str, hit: NounHit, floor: int, spoken: Grammar) -> tuple[Item, bool] | None:
    """A number spelled out in the words right before the noun, and whether it is an ordinal."""
    if not spoken.numbers_spelled:
        return None
    words = list(_WORD.finditer(folded, max(floor, hit.start - 70), hit.start))
    if not words or folded[words[-1].end() : hit.start].strip(" \n-"):
        return None
    read = (_backward_in(folded, hit, words, known) for known in spoken.numbers_spelled)
    return min((found for found in read if found), key=lambda found: found[0].start, default=None)


def _backward_in(
    folded: str, hit: NounHit, words: list[regex.Match[str]], known: NumberWords
) -> tuple[Item, bool] | None:
    first = len(words)
    while first > 0 and known.values(words[first - 1][0]) is not None:
        if first < len(words) and folded[words[first - 1].end() : words[first].start()].strip(" -\n"):
            break
        first -= 1
    for begin in range(first, len(words)):
        number = known.number([word[0] for word in words[begin:]])
        if number:
            return Item(str(number), words[begin].start(), hit.end), known.ordinal(words[-1][0])
    return None


def _around_name(folded: str, hit: NounHit, floor: int, spoken: Grammar) -> Group | None:
    """An ordinal with words between it and the noun, among which the instrument must stand."""
    if spoken.between is None:
        return None
    low = max(floor, hit.start - _BACK - 24)
    found = spoken.between.search(folded, low, hit.start)
    if found is not None:
        number, start, end = int(found["num"]), found.start(), found.end()
    else:
        words = list(_WORD.finditer(folded, low, hit.start))
        if not words or folded[words[-1].end() : hit.start].strip() or hit.start - words[-1].end() > 2:
            return None
        spelled = _ordinal_of(words[:-1][-6:], spoken)
        if spelled is None:
            return None
        number, start, end = spelled
    item = Item(str(number), start, end)
    return Group(start, hit.end, (item,), spoken, within=(end, hit.start))


def _ordinal_of(words: list[regex.Match[str]], spoken: Grammar) -> tuple[int, int, int] | None:
    """The last ordinal spelled out among `words`: its number, start and end."""
    for known in spoken.numbers_spelled:
        for last in range(len(words) - 1, -1, -1):
            if not known.ordinal(words[last][0]) or not known.values(words[last][0]):
                continue
            for first in range(max(0, last - 2), last + 1):
                number = known.number([word[0] for word in words[first : last + 1]])
                if number:
                    return number, words[first].start(), words[last].end()
    return None


def _sub(written: str | None) -> list[str]:
    """The paragraph written right at a number before its noun: `2(4).` and `2/4.` madde."""
    return [written.strip(" ()./")] if written else []


def _backward(view: View, hit: NounHit, floor: int, spoken: Grammar, *, marked: bool) -> Group | None:
    """Number first: `51. maddesi`, `第51条`, `2. ja 51. artikkel`; `marked`: only with an ordinal's mark."""
    folded = view.folded
    found = spoken.backward.search(folded, max(floor, hit.start - _BACK), hit.start)
    if found is None and (written := _HANGUL.search(folded, max(floor, hit.start - 8), hit.start)):
        return Group(
            written.start(), hit.end, (Item(str(hangul(written[1])), written.start(), hit.end),), spoken
        )
    if found is None:
        item, ordinal = _spelled_backward(folded, hit, floor, spoken) or (None, False)
        if item is None or (marked and not ordinal):
            return None
        return Group(item.start, hit.end, (item,), spoken, counted=spoken.counted and not ordinal)
    is_marked = bool(found["mark"] or found["lead"])
    number = _number_of(found["num"])
    if number is None or (marked and not is_marked) or _rejected(folded, hit.end, spoken):
        return None
    letter, own = (found["letter"] or "").strip("-/").upper(), _sub(found["sub"])
    follows = folded[hit.end : hit.end + 1]  # 第51条の2, 제51조의2
    branch = spoken.letter.match(folded, hit.end) if not letter and by_character(follows or " ") else None
    if branch and branch.end() > hit.end:
        last = Item(f"{number} {branch[0]}", found.start(), branch.end())
    else:
        parts, end = ([], hit.end) if letter else _parts(folded, hit.end, spoken)
        last = Item(".".join([f"{number}{letter}", *own, *parts]), found.start(), end)
    items, start = _earlier(folded, last, floor, spoken)
    counts = spoken.counted and not is_marked and not spoken.certain.match(folded, hit.end)
    return Group(start, last.end, tuple(items), spoken, counted=counts)


def _rejected(folded: str, at: int, spoken: Grammar) -> bool:
    """Whether what follows a noun of an unspaced script makes another word of it: 条約, 51조 원."""
    return by_character(folded[at - 1]) and spoken.reject.match(folded, at) is not None


def _earlier(folded: str, last: Item, floor: int, spoken: Grammar) -> tuple[list[Item], int]:
    """The numbers listed before `last`, back to `floor`."""
    items, start = [last], last.start
    while len(items) < MOST_LISTED:
        more = spoken.backward_more.search(folded, max(floor, start - _BACK), start)
        if more is None:
            break
        number = _number_of(more["num"])
        if number is None:
            break
        letter = (more["letter"] or "").strip("-/").upper()
        item = Item(".".join([f"{number}{letter}", *_sub(more["sub"])]), more.start(), more.end())
        items[:1] = (
            _range(item, items[0], len(items)) if more["to"] and _rises(item, items[0]) else [item, items[0]]
        )
        start = more.start()
    return items, start


def _read(view: View, hit: NounHit, floor: int) -> Group | None:
    spoken = grammar(hit.codes)
    if spoken.numbers is NumberPlace.BEFORE:
        return (
            _backward(view, hit, floor, spoken, marked=False)
            or _forward(view, hit, spoken)
            or _around_name(view.folded, hit, floor, spoken)
        )
    if spoken.numbers is NumberPlace.BOTH:
        gap = spoken.gap.match(view.folded, hit.end)
        paragraph = spoken.paragraph_next.match(view.folded, gap.end() if gap else hit.end)
        before = _backward(view, hit, floor, spoken, marked=True)
        if before and not any(char.isdigit() for char in view.folded[before.start : hit.start]):
            # частини першої статті 51: the ordinal in words is the paragraph's
            after = _forward(view, hit, spoken)
            before = before if after is None or not view.folded[after.end - 1].isdigit() else after
        return (
            before
            or (None if paragraph else _forward(view, hit, spoken))
            or _backward(view, hit, floor, spoken, marked=False)
            or (_forward(view, hit, spoken) if paragraph else None)
        )
    after = _forward(view, hit, spoken)
    before = None if after else _backward(view, hit, floor, spoken, marked=True)
    return after or (replace(before, counted=True) if before else None)


def _taken_up(folded: str, hit: NounHit, groups: list[Group]) -> Group | None:
    """`the same article`, `ledit article`: the provision cited last, at a noun without a number."""
    spoken = grammar(hit.codes)
    if not groups or spoken.same is None or len(groups[-1].items) != 1:
        return None
    found = spoken.same.search(folded, max(groups[-1].end, hit.start - _BACK), hit.start)
    if found is None:
        return None
    item = Item(groups[-1].items[0].provision, found.start(), hit.end)
    taken = len(groups) - 1 if groups[-1].taken is None else groups[-1].taken
    return Group(found.start(), hit.end, (item,), spoken, taken=taken)


def _ahead(view: View, group: Group, floor: int) -> Group:
    """`paragraph 4 of Article 2` is 2.4: a paragraph before the noun goes to a single number after it."""
    if len(group.items) != 1 or not group.items[0].provision.isdigit():
        return group
    found = group.grammar.ahead.search(view.folded, max(floor, group.start - _BACK), group.start)
    if found is None:
        return group
    part = found["a"] or found["b"]
    item = Item(f"{group.items[0].provision}.{part}", found.start(), group.end)
    return Group(found.start(), group.end, (item,), group.grammar, group.counted)


def find_groups(view: View) -> list[Group]:
    """All provisions of a text, by start; groups never overlap."""
    groups: list[Group] = []
    floor = 0
    told = 0
    for hit in find_nouns(view.folded):
        if hit.start < floor:
            continue
        group = _read(view, hit, floor)
        if group is not None:
            group = replace(_ahead(view, group, floor), counted=group.counted or hit.initial)
            told += len(group.items)
            if told > MOST_TOLD:
                group = replace(group, items=tuple(item for item in group.items if not item.told))
            groups.append(group)
            floor = group.end
        elif taken := _taken_up(view.folded, hit, groups):
            groups.append(taken)
            floor = taken.end
    return groups
