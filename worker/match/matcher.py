"""Matches one article against every watch in force."""

from __future__ import annotations

from collections.abc import Sequence

from worker.match.index import Index
from worker.match.verdict import MatchVerdict
from worker.text import Document
from worker.watchlist import Watch


class Matcher:
    """The watches in force. Immutable to who reads it: a reload makes another."""

    def __init__(self, watches: Sequence[Watch] = ()) -> None:
        self.watches = watches
        self._index = Index(watches)

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        found = self._index.match(document)
        return MatchVerdict(
            tuple([match for _, match in found.matches]),
            tuple([missed for _, missed in found.unevaluated]),
            found.evaluated,
        )
