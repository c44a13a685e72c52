"""The algebra of spans: what NEAR, PRE, NOT NEAR, SENTENCE, PARAGRAPH and ATLEAST mean.

A span is a run of tokens in one field; it remembers the occurrences it was made of, so that evidence
falls out of the algebra and is never worked out a second time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from worker.rules.occurrences import BudgetExceeded, Occurrence
from worker.rules.tree import Leaf, Proximity

MAX_STEPS = 500_000
"""Pairs looked at for one rule and article: about a second, where an article takes a millisecond."""


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Tokens `first` to `last` (exclusive); made of an occurrence of a leaf, or of other spans."""

    first: int
    last: int
    leaf: Leaf | None = None
    occurrence: Occurrence | None = None
    parts: tuple[Span, ...] = ()


class Budget:
    """How much work is left for one rule and one article; `expired` says when its time is over too."""

    def __init__(self, steps: int = MAX_STEPS, expired: Callable[[], bool] | None = None) -> None:
        self.left = steps
        self._expired = expired

    def spend(self, steps: int) -> None:
        """Take from the budget. Raises BudgetExceeded when nothing is left, or the time is over."""
        self.left -= steps
        self.look()
        if self.left < 0:
            raise BudgetExceeded("spans", "its proximities make too many pairs of words in this article")

    def look(self) -> None:
        """Look at the clock. Raises BudgetExceeded when the time is over."""
        if self._expired is not None and self._expired():
            raise BudgetExceeded("rule_seconds", "its time was over")


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those on the same tokens made one."""
    table: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        table.setdefault((span.first, span.last), []).append(span)
    return [
        same[0] if len(same) == 1 else Span(first, last, parts=tuple(same))
        for (first, last), same in sorted(table.items(), key=lambda item: item[0])
    ]


def near(left: Sequence[Span], right: Sequence[Span], distance: int, budget: Budget) -> list[Span]:
    """Pairs in either order, not overlapping, with at most `distance` tokens between."""
    return merged([*_followed(left, right, distance, budget), *_followed(right, left, distance, budget)])


def pre(left: Sequence[Span], right: Sequence[Span], distance: int, budget: Budget) -> list[Span]:
    """Pairs with the left first."""
    return merged(_followed(left, right, distance, budget))


def _followed(before: Sequence[Span], after: Sequence[Span], distance: int, budget: Budget) -> list[Span]:
    firsts = [span.first for span in after]
    found: list[Span] = []
    for one in before:
        low, high = bisect_left(firsts, one.last), bisect_right(firsts, one.last + distance)
        budget.spend(1 + high - low)
        found += [_pair(one, other) for other in after[low:high]]
    return found


def not_near(left: Sequence[Span], right: Sequence[Span], distance: int, budget: Budget) -> list[Span]:
    """Spans of the left with none of the right that near; overlapping is as near as can be."""
    budget.spend(len(left) + len(right))
    firsts = [span.first for span in right]
    # The furthest end among all that start up to here: one look tells whether any reaches us.
    reach: list[int] = []
    for span in right:
        reach.append(max(span.last, reach[-1] if reach else -1))
    kept: list[Span] = []
    for one in left:
        upto = bisect_right(firsts, one.last + distance)
        if not upto or reach[upto - 1] < one.first - distance:
            kept.append(one)
    return kept


def together(
    left: Sequence[Span], right: Sequence[Span], numbers: Sequence[int], budget: Budget
) -> list[Span]:
    """Pairs that stand in one sentence or paragraph; `numbers` gives each token's."""
    by_number: dict[int, list[Span]] = {}
    for span in right:
        number = _number(span, numbers)
        if number is not None:
            by_number.setdefault(number, []).append(span)
    found: list[Span] = []
    for one in left:
        number = _number(one, numbers)
        others = by_number.get(number, []) if number is not None else []
        budget.spend(1 + len(others))
        found += [_pair(one, other) for other in others]
    return merged(found)


def _number(span: Span, numbers: Sequence[int]) -> int | None:
    """The sentence a span stands in, or None when it spans two."""
    if not numbers:
        return 0
    last = len(numbers) - 1
    first_in = numbers[min(span.first, last)]
    return first_in if first_in == numbers[min(max(span.first, span.last - 1), last)] else None


def _pair(one: Span, other: Span) -> Span:
    return Span(min(one.first, other.first), max(one.last, other.last), parts=(one, other))


def non_overlapping(spans: Iterable[Span]) -> int:
    """The most spans that can be chosen without two overlapping: always the one that ends first."""
    count, free_from = 0, 0
    for span in sorted(spans, key=lambda span: (span.last, span.first)):
        if span.first >= free_from:
            count, free_from = count + 1, span.last
    return count


def combine(
    kind: Proximity, distance: int, left: Sequence[Span], right: Sequence[Span], budget: Budget
) -> list[Span]:
    """NEAR, PRE or NOT NEAR."""
    operation = {Proximity.NEAR: near, Proximity.PRE: pre, Proximity.NOT_NEAR: not_near}[kind]
    return operation(left, right, distance, budget)


def occurrences_in(spans: Iterable[Span]) -> list[tuple[Leaf, Occurrence]]:
    """The occurrences that some spans were made of, with their leaves."""
    seen: set[int] = set()
    found: list[tuple[Leaf, Occurrence]] = []
    waiting = list(spans)
    while waiting:
        span = waiting.pop()
        if id(span) in seen:
            continue
        seen.add(id(span))
        if span.leaf is not None and span.occurrence is not None:
            found.append((span.leaf, span.occurrence))
        waiting.extend(span.parts)
    return found
