"""Matching in the obvious way: every watch that the gate admits is evaluated.

The oracle that the index is held against, and the right tool for one watch and one article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.match.verdict import Match, MatchVerdict, Unevaluated
from worker.rules import BudgetExceeded, Reading
from worker.text import Document, FieldText
from worker.types import Citation
from worker.watchlist import Watch


@dataclass(frozen=True, slots=True)
class PlainMatcher:
    """The watches in force. `plain`: with a plain reading too, so that nothing at all is quick."""

    watches: Sequence[Watch] = field(default_factory=tuple)
    plain: bool = False

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        reading = Reading(document, FieldCitations(document), plain=self.plain)
        matches: list[Match] = []
        unevaluated: list[Unevaluated] = []
        admitted = [watch for watch in self.watches if watch.admits(document.languages)]
        for watch in admitted:
            try:
                verdict = reading.evaluate(watch.rule)
            except BudgetExceeded as exceeded:
                unevaluated.append(Unevaluated(watch, exceeded.budget))
                continue
            if verdict.matched:
                matches.append(Match.told(watch, verdict.leaves))
        return MatchVerdict(tuple(matches), tuple(unevaluated), len(admitted))


class FieldCitations:
    """The citations of a document's fields, each field read at most once."""

    def __init__(self, document: Document) -> None:
        self._language = document.language
        self._found: dict[str, tuple[Citation, ...]] = {}

    def __call__(self, text: FieldText) -> tuple[Citation, ...]:
        """The citations in this field."""
        if text.name not in self._found:
            from worker.citations import recognise  # few rules cite

            self._found[text.name] = recognise(text.raw, self._language)
        return self._found[text.name]
