"""For who may ask once: the first few articles are matched plainly, the index is made when there are more.

Making the index of the lists that ship takes as long as matching fifty articles without it. A person
at a terminal with one article should not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from worker.match.plain import PlainMatcher
from worker.match.verdict import MatchVerdict
from worker.text import Document
from worker.watchlist import Watch

if TYPE_CHECKING:
    from worker.match.budget import Limits
    from worker.match.matcher import Matcher

FEW_ARTICLES = 50
FEW_PAIRS = 5_000
"""Of article and watch, up to which the plain way is quicker than an index is made."""

SMALL_CHARACTERS = 50_000
"""A larger article is matched within the budgets of the index, which the plain way does not know."""


class FirstFew:
    """The same verdicts as `Matcher`'s, sooner at first."""

    def __init__(self, watches: Sequence[Watch], limits: Limits) -> None:
        self._watches, self._limits = watches, limits
        self._plain = PlainMatcher(watches)
        self._left = min(FEW_ARTICLES, FEW_PAIRS // max(1, len(watches)))
        self._matcher: Matcher | None = None

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it."""
        if self._matcher is None:
            self._left -= 1
            if self._left >= 0 and _characters(document) <= SMALL_CHARACTERS:
                return self._plain.match(document)
            from worker.match.matcher import Matcher

            self._matcher = Matcher(self._watches, self._limits)
        return self._matcher.match(document)


def _characters(document: Document) -> int:
    return sum(len(field.raw) for field in document.fields.values())
