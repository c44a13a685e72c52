"""The clauses of all rules: entered one rule after the other, worked with by arrays when all are there."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from worker.match.clauses import Clauses
from worker.match.leaves import Book
from worker.match.loops import NOTHING
from worker.match.ragged import Numbers, Ragged, first_least, spread

AT_ONCE = 1 << 16
"""Rules of which the rarest clause is found in one step, so that it takes little room."""


class Rows:
    """Of each rule the leaves that must be absent, its clause 0, and its clauses, numbered from 1.

    A rule that requires nothing has one clause, of `NOTHING`.
    """

    def __init__(self) -> None:
        self._leaves = array("i")
        self._sizes = array("i")
        """Of each clause."""
        self._wanted = array("H")
        """Of each rule how many clauses it has besides clause 0."""

    def add(self, clauses: Clauses) -> None:
        """The next rule."""
        required = clauses.required or [[NOTHING]]
        leaves, sizes = self._leaves, self._sizes
        leaves.extend(clauses.excluded)
        sizes.append(len(clauses.excluded))
        for clause in required:
            leaves.extend(clause)
            sizes.append(len(clause))
        self._wanted.append(len(required))

    def wanted(self) -> Numbers:
        """Of each rule how many clauses must be satisfied."""
        return np.asarray(self._wanted, np.int32)

    def slots(self) -> Ragged:
        """Of each rule the leaves of all its clauses."""
        begins = np.append(self._begins(), len(self._sizes))
        ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._sizes, dtype=np.int64)))
        return Ragged(ends[begins], np.asarray(self._leaves, np.int32))

    def numbers(self) -> NDArray[np.uint16]:
        """Of each leaf, in the order of `slots`, the number of its clause."""
        clauses = self.wanted() + 1
        numbers = np.arange(len(self._sizes)) - np.repeat(self._begins(), clauses)
        return np.repeat(numbers.astype(np.uint16), self._sizes)

    def anchors(self, book: Book) -> tuple[Numbers, Numbers]:
        """The leaves of the rarest clause of each rule, and of which rule each is."""
        leaves, sizes = np.asarray(self._leaves, np.int32), np.asarray(self._sizes, np.int32)
        rarest = self._rarest(leaves, sizes, np.asarray(book.shares, np.float32))
        rules = np.repeat(np.arange(len(rarest), dtype=np.int32), sizes[rarest])
        begins = np.cumsum(sizes, dtype=np.int64) - sizes
        return leaves[spread(begins[rarest], sizes[rarest].astype(np.int64))], rules

    def _rarest(self, leaves: Numbers, sizes: Numbers, shares: NDArray[np.float32]) -> NDArray[np.int64]:
        """Of each rule the place of the clause that the fewest articles satisfy; of equals, of the first."""
        rules = np.append(self._begins(), len(sizes))
        found = [rules[:0]]
        begin = 0
        for at in range(0, len(rules) - 1, AT_ONCE):
            starts = rules[at : at + AT_ONCE + 1]
            some = sizes[starts[0] : starts[-1]]
            end = begin + int(some.sum())
            of_clauses = np.repeat(np.arange(len(some)), some)
            weights = np.bincount(of_clauses, shares[leaves[begin:end]], len(some)).astype(np.float64)
            weights[starts[:-1] - starts[0]] = np.inf
            found.append(first_least(weights, starts[:-1] - starts[0]) + starts[0])
            begin = end
        return np.concatenate(found)

    def unanchored(self) -> tuple[Numbers, Numbers]:
        """The same where each rule hangs on what is always present."""
        rules = np.arange(len(self._wanted), dtype=np.int32)
        return np.full_like(rules, NOTHING), rules

    def _begins(self) -> NDArray[np.int64]:
        """Of each rule the place of its clause 0 among all clauses."""
        clauses = np.asarray(self._wanted, np.int64) + 1
        return clauses.cumsum() - clauses
