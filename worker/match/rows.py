"""The clauses of all rules: entered one rule after the other, worked with by arrays when all are there."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from worker.match.clauses import Clauses
from worker.match.leaves import NOTHING, Book
from worker.match.ragged import Numbers, Ragged, first_least, spread


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
        leaves, sizes = np.asarray(self._leaves, np.int32), np.asarray(self._sizes, np.int64)
        clauses, begins = np.repeat(np.arange(len(sizes)), sizes), self._begins()
        weights = np.asarray(book.shares, np.float64)[leaves]
        shares = np.bincount(clauses, weights, len(sizes)).astype(np.float64, copy=False)
        shares[begins] = np.inf
        rarest = first_least(shares, begins) if len(begins) else begins
        rules = np.repeat(np.arange(len(begins), dtype=np.int32), sizes[rarest])
        return leaves[spread((sizes.cumsum() - sizes)[rarest], sizes[rarest])], rules

    def unanchored(self) -> tuple[Numbers, Numbers]:
        """The same where each rule hangs on what is always present."""
        rules = np.arange(len(self._wanted), dtype=np.int32)
        return np.full_like(rules, NOTHING), rules

    def _begins(self) -> NDArray[np.int64]:
        """Of each rule the place of its clause 0 among all clauses."""
        clauses = np.asarray(self._wanted, np.int64) + 1
        return clauses.cumsum() - clauses
