"""What matching an article comes to."""

from __future__ import annotations

from typing import Protocol

import msgspec

from worker.rules import LeafMatch
from worker.text import Document
from worker.watchlist import Watch


class Match(msgspec.Struct, frozen=True, gc=False):
    """A watch that rang, with its evidence in order of field and place."""

    watch: Watch
    leaves: tuple[LeafMatch, ...]


class Unevaluated(msgspec.Struct, frozen=True):
    """A watch that could not be evaluated, and the budget it exceeded."""

    watch: Watch
    budget: str


class MatchVerdict(msgspec.Struct, frozen=True):
    """What an article rang, and what could not be evaluated on it. `evaluated`: watches looked at."""

    matches: tuple[Match, ...]
    unevaluated: tuple[Unevaluated, ...]
    evaluated: int


class Matching(Protocol):
    """What a pipeline asks of its matcher."""

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        ...
