"""recognise(): from a text to its citations. Sieve, fold, find provisions, find names, judge."""

from __future__ import annotations

from worker.citations.folding import View, view
from worker.citations.grading import Judge, Verdict
from worker.citations.groups import Group, find_groups
from worker.citations.mentions import find_mentions
from worker.citations.sieve import may_cite
from worker.types import Citation

LONGEST_QUOTE = 400
"""A construction longer than this is quoted by its provision alone."""


def recognise(text: str, language: str | None = None) -> tuple[Citation, ...]:
    """All references to provisions in `text`, by start.

    `language` (a code) is a hint for words that mean different things in two languages, never a condition.
    Offsets are code points of `text`. Never raises on any text; linear in its length.
    """
    if not may_cite(text):
        return ()
    read = view(text)
    groups = find_groups(read)
    if not groups:
        return ()
    spoken = frozenset[str]().union(*(group.grammar.codes for group in groups))
    if language is not None and language in spoken:
        spoken = frozenset((language,))
    verdicts = Judge(read.folded, find_mentions(read, spoken)).verdicts(groups)
    found: list[Citation] = []
    for group, verdict in zip(groups, verdicts, strict=True):
        if not (group.counted and verdict.mention is None):
            found += _citations(read, group, verdict)
    return tuple(found)


def _citations(read: View, group: Group, verdict: Verdict) -> list[Citation]:
    """One citation for each provision of the group, over the whole construction."""
    low, high = group.start, group.end
    if verdict.mention is not None:
        wide = min(low, verdict.mention.start), max(high, verdict.mention.end)
        if wide[1] - wide[0] <= LONGEST_QUOTE:
            low, high = wide
    start, end = read.start(low), read.end(high)
    quote = read.raw[start:end]
    return [
        Citation(verdict.instrument, item.provision, verdict.grade, start, end, quote, verdict.reason)
        for item in group.items
    ]
