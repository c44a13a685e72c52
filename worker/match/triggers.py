"""Which proximities and heralded leaves to think of when a leaf is present."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.leaves import Book
from worker.match.loops import NOTHING
from worker.match.ragged import Ragged

Integers = NDArray[np.int64]


class Triggers:
    """Each hangs on the leaves of its rarest side or clause. `proximities`: of each that is a pair its leaf,
    the leaves on either side, the distance, and whether it is in order, as `loops.near` takes them.
    """

    def __init__(self, book: Book) -> None:
        on, told = array("i"), array("i")
        leaves, partners, distances = array("i"), array("i"), array("i")
        lefts: list[Sequence[int]] = []
        rights: list[Sequence[int]] = []
        in_order = bytearray()
        for leaf, pair in book.pairs.items():
            rare, other = sorted((pair.left, pair.right), key=book.share)
            on.extend(set(rare))
            told.extend([len(leaves)] * len(set(rare)))
            leaves.append(leaf)
            lefts.append(pair.left)
            rights.append(pair.right)
            partners.append(other[0] if len(other) == 1 else NOTHING)
            distances.append(pair.distance)
            in_order.append(pair.in_order)
        self._pairs = len(leaves)
        for leaf, herald in book.heralds.items():
            rarest = min(herald, key=book.share, default=(NOTHING,))
            on.extend(rarest)
            told.extend([len(leaves)] * len(rarest))
            leaves.append(leaf)
            partners.append(NOTHING)
        self._hanging = Ragged.of_pairs(len(book), on, told)
        self._leaves = np.asarray(leaves, np.int32)
        self._partners = np.asarray(partners, np.int32)
        left, right = (
            Ragged.of_sizes(map(len, sides), chain.from_iterable(sides)) for sides in (lefts, rights)
        )
        self.proximities = (
            self._leaves,
            left.starts,
            left.values,
            right.starts,
            right.values,
            np.asarray(distances, np.int32),
            np.asarray(in_order, np.uint8).astype(np.bool_),
        )

    def pulled(self, present: Integers, state: NDArray[np.uint8]) -> tuple[Integers, list[int]]:
        """Of what hangs on the leaves present: the proximities, and the other leaves."""
        if not len(self._leaves):
            return present[:0], []
        pulled = loops.pull(present, state, (self._hanging.starts, self._hanging.values), self._partners)
        if self._pairs == len(self._leaves):
            return pulled, []
        pairs = pulled < self._pairs
        return pulled[pairs], sorted(set(self._leaves[pulled[~pairs]].tolist()))
