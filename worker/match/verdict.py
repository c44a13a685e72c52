"""What matching an article comes to."""

from __future__ import annotations

from typing import Protocol

import msgspec

from worker.rules import LeafMatch
from worker.text import Document
from worker.watchlist import Watch


class Evidence(Protocol):
    """The words that made one or more rules hold, one rule's behind the other's."""

    @property
    def leaves(self) -> tuple[LeafMatch, ...]:
        """Of all these rules."""
        ...


class Told(msgspec.Struct, frozen=True, gc=False):
    """Evidence as the plain evaluator tells it."""

    leaves: tuple[LeafMatch, ...]


class Match(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A watch that rang. Its words are numbers `begin` to `end` of those in `evidence`. Two are equal when
    the watches are and the words.
    """

    watch: Watch
    evidence: Evidence
    begin: int
    end: int

    @staticmethod
    def told(watch: Watch, leaves: tuple[LeafMatch, ...]) -> Match:
        """A match with all its words."""
        return Match(watch, Told(leaves), 0, len(leaves))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Match) and (self.watch, self.leaves) == (other.watch, other.leaves)

    def __hash__(self) -> int:
        return hash((self.watch.id, self.leaves))

    @property
    def leaves(self) -> tuple[LeafMatch, ...]:
        """The words that made the rule true, in order of field and place."""
        return self.evidence.leaves[self.begin : self.end]

    @property
    def words(self) -> int:
        """How many they are; known before they are quoted."""
        return self.end - self.begin


class Unevaluated(msgspec.Struct, frozen=True, gc=False):
    """A watch that could not be evaluated, and the budget it exceeded."""

    watch: Watch
    budget: str


class MatchVerdict(msgspec.Struct, frozen=True, gc=False):
    """What an article rang, and what could not be evaluated on it. `evaluated`: watches looked at."""

    matches: tuple[Match, ...]
    unevaluated: tuple[Unevaluated, ...]
    evaluated: int


class Matching(Protocol):
    """What a pipeline asks of its matcher."""

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        ...
