"""Matches one article against every watch in force.

The language gate comes first; then the plain evaluator, through one shared reading of the article,
so that a leaf or a citation that many watches ask for is worked out once. A watch that exceeds a
budget is reported by name and the others go on: it is never read as no match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.citations import recognise
from worker.rules import BudgetExceeded, LeafMatch, Reading
from worker.text import Document, FieldText
from worker.types import Citation
from worker.watchlist import Watch


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that rang, with its evidence in order of field and place."""

    watch: Watch
    leaves: tuple[LeafMatch, ...]


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A watch that could not be evaluated, and the budget it exceeded."""

    watch: Watch
    budget: str


@dataclass(frozen=True, slots=True)
class MatchVerdict:
    """What an article rang, and what could not be evaluated on it. `evaluated` counts watches run."""

    matches: tuple[Match, ...]
    unevaluated: tuple[Unevaluated, ...]
    evaluated: int


@dataclass(frozen=True, slots=True)
class Matcher:
    """The watches in force. Immutable: a reload makes another."""

    watches: Sequence[Watch] = field(default_factory=tuple)

    def revise(self, added: Sequence[Watch], removed: Sequence[str]) -> Matcher:
        """A matcher without the watches of these ids and with the added ones; this one stays as it is."""
        gone = frozenset(removed)
        kept = (watch for watch in self.watches if watch.id not in gone)
        return Matcher((*kept, *added))

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        reading = Reading(document, FieldCitations(document))
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
                matches.append(Match(watch, verdict.leaves))
        return MatchVerdict(tuple(matches), tuple(unevaluated), len(admitted))


class FieldCitations:
    """The citations of a document's fields, each field read at most once."""

    def __init__(self, document: Document) -> None:
        self._language = document.language
        self._found: dict[str, tuple[Citation, ...]] = {}

    def __call__(self, text: FieldText) -> tuple[Citation, ...]:
        """The citations in this field."""
        if text.name not in self._found:
            self._found[text.name] = recognise(text.raw, self._language)
        return self._found[text.name]
