"""Matches one article against every watch in force, and takes changes while it runs.

Most watches are in the `base` index, which takes a while to build. What was added since is in a small
index beside it, built anew with each change; what was removed is only crossed out. A change thus makes a
new matcher in milliseconds, whatever the size of the list. `compacted` builds one index of it all, with
what the stream has taught about the frequency of words; it may run in another thread.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from worker.clock import Clock
from worker.match.budget import DEFAULT_LIMITS, SYSTEM_CLOCK, ArticleBudget, Limits
from worker.match.costs import Cost
from worker.match.index import Index
from worker.match.optimisations import ALL, Optimisations
from worker.match.verdict import MatchVerdict
from worker.text import Document
from worker.watchlist import Watch

COMPACT_BESIDE = 256
"""Watches beside the base from which they should be made one: building them is what a change costs."""


class Matcher:
    """The watches in force. Immutable to who reads it: a change makes another. One thread at a time."""

    def __init__(
        self,
        watches: Sequence[Watch] = (),
        limits: Limits = DEFAULT_LIMITS,
        clock: Clock = SYSTEM_CLOCK,
        optimisations: Optimisations = ALL,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._optimisations = optimisations
        self._base = Index(watches, None, optimisations)
        self._beside: Index | None = None
        self._alive: NDArray[np.bool_] | None = None

    def _with(self, base: Index, beside: Index | None, alive: NDArray[np.bool_] | None) -> Matcher:
        other = Matcher((), self._limits, self._clock, self._optimisations)
        other._base, other._beside, other._alive = base, beside, alive  # of our own kind
        return other

    @cached_property
    def watches(self) -> Sequence[Watch]:
        """The watches in force, in the order they came into force."""
        if self._beside is None and self._alive is None:
            return self._base.watches
        base = self._base.watches
        if self._alive is not None:
            base = [base[number] for number in np.flatnonzero(self._alive).tolist()]
        return [*base, *(self._beside.watches if self._beside else ())]

    def match(self, document: Document) -> MatchVerdict:
        """Every watch that admits the article's languages and whose rule is true of it.

        Matches are in the order of `watches`. What exceeds a budget is in `unevaluated`; never raises for it.
        """
        budget = ArticleBudget(self._limits, self._clock)
        matches, unevaluated, evaluated = self._base.match(document, budget, self._alive)
        if self._beside is not None:
            beside = self._beside.match(document, budget)
            matches += beside.matches
            unevaluated += beside.unevaluated
            evaluated += beside.evaluated
        return MatchVerdict(tuple(matches), tuple(unevaluated), evaluated)

    def revise(self, added: Sequence[Watch] = (), removed: Collection[str] = ()) -> Matcher:
        """A matcher with these watches added and those ids removed; this one stays as it is.

        A watch whose id is known takes the old one's part, and comes last in the order. Takes some
        milliseconds, whatever the number of watches; see `should_compact`.
        """
        newest = {watch.id: watch for watch in added}
        gone = {*removed, *newest}
        kept = [watch for watch in (self._beside.watches if self._beside else ()) if watch.id not in gone]
        watches = [*kept, *newest.values()]
        beside = Index(watches, None, self._optimisations) if watches else None
        return self._with(self._base, beside, self._crossed_out(gone))

    def _crossed_out(self, ids: Collection[str]) -> NDArray[np.bool_] | None:
        numbers = self._base.numbers_of(ids)
        if not numbers:
            return self._alive
        alive = np.ones(len(self._base.watches), np.bool_) if self._alive is None else self._alive.copy()
        alive[numbers] = False
        return alive

    @property
    def should_compact(self) -> bool:
        """Whether enough has changed that `compacted` is worth its time."""
        beside = len(self._beside.watches) if self._beside else 0
        crossed_out = 0 if self._alive is None else len(self._alive) - int(self._alive.sum())
        return beside > COMPACT_BESIDE or crossed_out * 4 > len(self._base.watches)

    def compacted(self) -> Matcher:
        """The same watches in one index, hung on the words that were rare in the articles seen."""
        return self._with(Index(list(self.watches), self._base.book, self._optimisations), None, None)

    def slowest(self, most: int) -> list[Cost]:
        """The watches that have cost the most, dearest first."""
        costs = self._base.costs.slowest(self._base.watches, most)
        if self._beside is not None:
            costs += self._beside.costs.slowest(self._beside.watches, most)
        return sorted(costs, key=lambda cost: (cost.seconds, cost.evaluated), reverse=True)[:most]
