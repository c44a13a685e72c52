"""Which proximities and heralded leaves to think of when a leaf is present."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from worker.match.leaves import Book
from worker.match.loops import NOTHING
from worker.match.ragged import Ragged

Integers = NDArray[np.int64]


class Triggers:
    """Each hangs on the leaves of its rarest side or clause. `hanging`, `partners` and `proximities` are as
    `loops.near` takes them.
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
        for leaf, herald in book.heralds.items():
            rarest = min(herald, key=book.share, default=(NOTHING,))
            on.extend(rarest)
            told.extend([len(leaves)] * len(rarest))
            leaves.append(leaf)
            partners.append(NOTHING)
        hanging = Ragged.of_pairs(len(book), on, told)
        self.hanging = hanging.starts, hanging.values
        self._leaves = np.asarray(leaves, np.int32)
        self.partners = np.asarray(partners, np.int32)
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

    def __bool__(self) -> bool:
        """Whether there is anything to think of."""
        return len(self._leaves) > 0

    def leaves_of(self, triggers: Integers) -> list[int]:
        """The leaves of these triggers, each once."""
        return sorted(set(self._leaves[triggers].tolist())) if len(triggers) else []
