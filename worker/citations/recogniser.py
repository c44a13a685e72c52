"""recognise(): from a text to its citations. Sieve, fold, find provisions, find names, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from worker.citations.folding import View, view
from worker.citations.nouns import by_character
from worker.citations.sieve import may_cite
from worker.types import Citation

if TYPE_CHECKING:
    from worker.citations.grading import Verdict
    from worker.citations.groups import Group

LIST_REACH = 60
"""Characters within which a plain number goes on from the provision before it (第2条4項…51条)."""
UNMISTAKABLE = 3
"""Weight of a subject's words by which a number that may only count things is a provision: 51조 … 자위권."""
LONGEST_QUOTE = 400
"""A construction longer than this is quoted by its provision alone."""


def recognise(text: str, language: str | None = None) -> tuple[Citation, ...]:
    """All references to provisions in `text`, by start.

    `language` (a code) is a hint for words that mean different things in two languages, never a condition.
    Offsets are code points of `text`. Never raises on any text; linear in its length.
    """
    if not may_cite(text):
        return ()
    # Imported for the few texts that may cite: their long expressions take a tenth of a second.
    from worker.citations.continued import with_continued
    from worker.citations.grading import Judge
    from worker.citations.groups import find_groups
    from worker.citations.mentions import find_mentions

    read = view(text)
    groups = find_groups(read)
    if not groups:
        return ()
    spoken = frozenset[str]().union(*(group.grammar.codes for group in groups))
    if language is not None and language in spoken:
        spoken = frozenset((language,))
    mentions = find_mentions(read, spoken)
    groups = with_continued(read, groups, mentions)
    verdicts = Judge(read, mentions).verdicts(groups)
    found: list[Citation] = []
    last: tuple[Group, Verdict] | None = None
    for group, verdict in zip(groups, verdicts, strict=True):
        if group.within is not None and verdict.mention is None:
            continue
        if group.counted and verdict.mention is None and not _goes_on(read, last, group, verdict):
            continue
        last = group, verdict
        found += _citations(read, group, verdict)
    return tuple(found)


def _goes_on(read: View, last: tuple[Group, Verdict] | None, group: Group, verdict: Verdict) -> bool:
    """Whether a number that may only count things follows closely on a provision of the same instrument.

    Only in scripts without spaces, which leave out 第 the second time; there the subject may tell too.
    """
    if verdict.weight >= UNMISTAKABLE and by_character(read.folded[group.end - 1]):
        return True
    if last is None or group.grammar.spaced or verdict.instrument is None:
        return False
    return last[1].instrument == verdict.instrument and group.start - last[0].end <= LIST_REACH


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
