"""A head that serves two instruments: `Articles 5 of the Washington Treaty and 51 of the UN Charter`.

The second number has no noun of its own. It is a provision where a list goes on right behind the instrument
of the first and another instrument follows it, with only little words between.
"""

from __future__ import annotations

from bisect import bisect_left

from worker.citations.construction import gap_cost
from worker.citations.folding import View
from worker.citations.groups import Group, read_item
from worker.citations.mentions import Mention, MentionKind

_REACH = 60
"""Characters between a provision and the name of its instrument."""


def with_continued(read: View, groups: list[Group], mentions: list[Mention]) -> list[Group]:
    """`groups` and those that go on from them without a noun, by start; they do not overlap."""
    named = [m for m in mentions if m.kind in (MentionKind.INSTRUMENT, MentionKind.SHORT)]
    starts = [mention.start for mention in named]
    found: list[Group] = []
    for index, group in enumerate(groups):
        found.append(group)
        end = groups[index + 1].start if index + 1 < len(groups) else len(read.folded)
        while more := _next(read, found[-1], named, starts, end):
            found.append(more)
    return found


def _next(read: View, group: Group, named: list[Mention], starts: list[int], end: int) -> Group | None:
    """The provision that goes on behind the instrument of `group` and ends before `end`."""
    first = _named_after(read, group, named, starts, group.end)
    joint = group.grammar.separator.match(read.folded, first.end) if first else None
    item = read_item(read, joint.end(), group.grammar, digits_only=True) if joint else None
    if item is None or item.end > end:
        return None
    second = _named_after(read, group, named, starts, item.end)
    return Group(item.start, item.end, (item,), group.grammar) if second and second.end <= end else None


def _named_after(
    read: View, group: Group, named: list[Mention], starts: list[int], at: int
) -> Mention | None:
    """The instrument named right after `at`."""
    index = bisect_left(starts, at)
    if index == len(named) or named[index].start - at > _REACH:
        return None
    gap = read.folded[at : named[index].start]
    return named[index] if gap_cost(gap, group.grammar, frozenset()) == 0 else None
