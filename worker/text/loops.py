"""The words of a text and a hash of each, in one pass over its code points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled

WORD, BY_CHARACTER, EXTENDING, IGNORABLE, OTHER = 1, 2, 4, 8, 16
"""Of a code point: it belongs to words; it is a token of its own; what makes one with the character
before; what is not seen; conjoining letters, which are left to the expression.
"""


@compiled
def _hash(letters: NDArray[np.uint32], base: np.uint64) -> np.uint64:
    value = np.uint64(0)
    for letter in letters:
        value = value * base + np.uint64(letter)
    return value


@compiled
def _cut_words(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    base: np.uint64,
    edges: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> int:
    """What `cut` does where all pieces are words; -1 where one may not be. Without a branch at the edges of
    words, which nobody can predict.
    """
    edge, was, value = np.int64(0), np.int64(0), np.uint64(0)
    for at in range(len(points)):
        seen = classes[points[at]]
        if seen & (BY_CHARACTER | OTHER):
            return -1
        # Written at each step, and kept where a word begins or ends.
        hashes[edge >> 1] = value
        edges[edge] = at
        inside = np.int64(seen & WORD)
        edge += inside ^ was
        value = (value * base + np.uint64(points[at])) * np.uint64(inside)
        was = inside
    hashes[edge >> 1] = value
    edges[edge] = len(points)
    return int((edge + was) >> 1)


@compiled
def _cut_any(
    points: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    base: np.uint64,
    edges: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> int:
    """What `cut` does, of any text."""
    pieces = at = 0
    length = len(points)
    while at < length:
        seen = classes[points[at]]
        begin = at
        if seen & OTHER:
            return -1
        if seen & WORD:
            at += 1
            while at < length and classes[points[at]] & WORD:
                at += 1
        elif seen & BY_CHARACTER:
            at += 1
            ahead = at
            while ahead < length:
                if classes[points[ahead]] & EXTENDING:
                    at = ahead + 1
                elif not classes[points[ahead]] & IGNORABLE:
                    break
                ahead += 1
        else:
            at += 1
            continue
        edges[2 * pieces] = begin
        edges[2 * pieces + 1] = at
        hashes[pieces] = _hash(points[begin:at], base)
        pieces += 1
    return pieces


@compiled
def cut(
    points: NDArray[np.uint32], classes: NDArray[np.uint8], base: np.uint64
) -> tuple[bool, NDArray[np.int64], NDArray[np.uint64]]:
    """Whether this can cut the text, or the expression has to; of each piece start and end, in one row, and
    a hash, which is a polynomial of its code points at `base`.
    """
    # Room for one more than code points; what is filled is a small part of it.
    edges, hashes = np.empty(2 * len(points) + 2, np.int64), np.empty(len(points) + 1, np.uint64)
    pieces = _cut_words(points, classes, base, edges, hashes)
    if pieces < 0:
        pieces = _cut_any(points, classes, base, edges, hashes)
    filled = max(pieces, 0)
    return pieces >= 0, edges[: 2 * filled].copy(), hashes[:filled].copy()


@compiled
def hash_each(
    points: NDArray[np.uint32], ends: NDArray[np.int64], base: np.uint64, hashes: NDArray[np.uint64]
) -> None:
    """The same hash of words that stand behind one another."""
    begin = 0
    for at in range(len(ends)):
        hashes[at] = _hash(points[begin : ends[at]], base)
        begin = ends[at]
