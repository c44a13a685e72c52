"""Rows of different lengths in one array: "these of that", a million times, in little room."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Values = Iterable[int] | NDArray[np.integer]

FEW = 100
"""Rows up to which a loop is quicker than setting arrays up."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row r is `values[starts[r]:starts[r + 1]]`."""

    starts: NDArray[np.int64]
    values: Numbers

    @staticmethod
    def of_sizes(sizes: Values, values: Values) -> Ragged:
        """From the length of each row, and all values in the order of the rows."""
        starts = np.zeros(1, np.int64)
        starts = np.concatenate((starts, np.cumsum(_numbers(sizes), dtype=np.int64)))
        return Ragged(starts, _numbers(values))

    @staticmethod
    def of_pairs(rows: int, keys: Values, values: Values) -> Ragged:
        """From pairs of row and value; within a row the values keep their order."""
        keyed = _numbers(keys)
        order = np.argsort(keyed, kind="stable")
        starts = np.zeros(rows + 1, np.int64)
        np.cumsum(np.bincount(keyed, minlength=rows)[:rows], out=starts[1:])
        return Ragged(starts, _numbers(values)[order])

    def of(self, rows: NDArray[np.integer]) -> Numbers:
        """The values of these rows, one row after the other."""
        return self.values[self.places(rows)[0]]

    def places(self, rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the values of these rows stand, one row after the other, and how many each row has."""
        begins = self.starts[rows]
        sizes = self.starts[rows + 1] - begins
        return spread(begins, sizes), sizes


def _numbers(values: Values) -> Numbers:
    return np.asarray(values if isinstance(values, np.ndarray) else array("i", values), np.int32)


def first_least(values: NDArray[np.float64], begins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each row, none of them empty, the place among all values of the first of its least."""
    least = np.repeat(np.minimum.reduceat(values, begins), np.diff(begins, append=len(values)))
    places = np.flatnonzero(values == least)[::-1]  # the first of a row comes last, so that it stays
    found = np.empty(len(begins), np.int64)
    found[np.searchsorted(begins, places, "right") - 1] = places
    return found


def spread(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """So many numbers from each beginning on, one run after the other."""
    places = np.repeat(begins - sizes.cumsum() + sizes, sizes)
    places += np.arange(len(places))
    return places
