"""Which proximities and heralded leaves to think of when a leaf is present."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from worker.match.leaves import NOTHING, Book
from worker.match.ragged import Ragged

Integers = NDArray[np.int64]


class Triggers:
    """Each hangs on the leaves of its rarest side or clause. A *plain* one is a proximity of one leaf
    and another: of trigger t they are `lefts[t]` and `rights[t]`.
    """

    def __init__(self, book: Book) -> None:
        on, told = array("i"), array("i")
        leaves, lefts, rights, partners, distances = (array("i") for _ in range(5))
        in_order, plain = bytearray(), bytearray()
        for leaf, pair in book.pairs.items():
            rare, other = sorted((pair.left, pair.right), key=book.share)
            on.extend(set(rare))
            told.extend([len(leaves)] * len(set(rare)))
            leaves.append(leaf)
            is_plain = len(rare) == len(other) == 1
            plain.append(is_plain)
            lefts.append(pair.left[0])
            rights.append(pair.right[0])
            partners.append(other[0] if len(other) == 1 else NOTHING)
            distances.append(pair.distance)
            in_order.append(pair.in_order)
        for leaf, herald in book.heralds.items():
            rarest = min(herald, key=book.share, default=(NOTHING,))
            on.extend(rarest)
            told.extend([len(leaves)] * len(rarest))
            for one in (leaves, lefts, rights, partners, distances):
                one.append(leaf if one is leaves else NOTHING)
            plain.append(False)
            in_order.append(False)
        self._hanging = Ragged.of_pairs(len(book), on, told)
        self.leaves = np.asarray(leaves, np.int32)
        self.lefts = np.asarray(lefts, np.int32)
        self.rights = np.asarray(rights, np.int32)
        self.distances = np.asarray(distances, np.int32)
        self.in_order = np.frombuffer(bytes(in_order), np.bool_)
        self._partners = np.asarray(partners, np.int32)
        self._plain = np.frombuffer(bytes(plain), np.bool_)

    def pulled(self, present: Integers, state: NDArray[np.uint8]) -> tuple[Integers, list[int]]:
        """Of what hangs on the leaves present: plain proximities of two such leaves, and the other leaves."""
        if not len(self.leaves):
            return present[:0], []
        pulled = self._hanging.of(present)
        pulled = pulled[state[self._partners[pulled]] != 0]
        if not len(pulled):
            return present[:0], []
        plain = self._plain[pulled]
        return pulled[plain], sorted(set(self.leaves[pulled[~plain]].tolist()))
