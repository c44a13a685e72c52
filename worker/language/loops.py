"""What is done with each letter of a sample, as loops: the scores of words and of n-grams added up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled

MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2 ** 64 over the golden ratio: Knuth's multiplicative hash."""

BASE = np.uint64(0x5851_F42D_4C95_7F2D)
"""Of the polynomial that is a word's hash."""

SPACE, BREAK = 0x20, 0x0A
DROPPED, IN_CONTEXT, UNKNOWN = 0x11_0000, 0x11_0001, 0x11_0002
SEVERAL = 0x20_0000
"""Beyond: where the letters begin, behind their number, of a letter that folds to several."""

NOT_ALONE, NOT_MET = -1, -2
"""What `vote` says of a text with a letter that folds by its neighbours, or that is met first."""

ABSENT = -1_000_000
"""What no key has for its value."""

Table = tuple[NDArray[np.uint64], NDArray[np.int32], np.uint64]
"""Keys by open addressing, the value of each, and the shift that makes a slot of a mixed key."""


@compiled
def filed(keys: NDArray[np.uint64], values: NDArray[np.int32], table: Table) -> None:
    """File each key with its value; of equal ones the first stays."""
    slots, filed_values, shift = table
    for at in range(len(keys)):
        key = keys[at] if keys[at] != 0 else np.uint64(1)
        slot = np.int64((key * MIX) >> shift)
        while slots[slot] != 0 and slots[slot] != key:
            slot = (slot + 1) & (len(slots) - 1)
        if slots[slot] == 0:
            slots[slot] = key
            filed_values[slot] = values[at]


@compiled
def sought(key: np.uint64, table: Table) -> int:
    """The value of a key, or ABSENT."""
    slots, values, shift = table
    key = key if key != 0 else np.uint64(1)
    slot = np.int64((key * MIX) >> shift)
    while slots[slot] != 0:
        if slots[slot] == key:
            return int(values[slot])
        slot = (slot + 1) & (len(slots) - 1)
    return ABSENT


@compiled
def hashed(points: NDArray[np.uint32], hashes: NDArray[np.uint64]) -> int:
    """The hash of each line, the last one's end included; how many there are."""
    count = 0
    value = np.uint64(0)
    for point in points:
        if point == BREAK:
            hashes[count] = value
            count += 1
            value = np.uint64(0)
        else:
            value = value * BASE + np.uint64(point)
    hashes[count] = value
    return count + 1


@compiled
def _add(value: np.uint64, table: Table, scores: NDArray[np.int8], total: NDArray[np.int32]) -> None:
    """Add what a word scores in each language."""
    row = sought(value, table)
    if row >= 0:
        for language in range(len(total)):
            total[language] += scores[row, language]


@compiled
def _letters(folded: np.uint32, several: NDArray[np.uint32]) -> tuple[int, int]:
    """Where the letters of a folded code point begin, and how many they are: one is itself."""
    if folded < SEVERAL:
        return 0, 0 if folded == DROPPED else 1
    begin = np.int64(folded) - SEVERAL
    return int(begin) + 1, int(several[begin])


@compiled
def vote(
    points: NDArray[np.uint32],
    lines: int,
    folds: NDArray[np.uint32],
    several: NDArray[np.uint32],
    table: Table,
    scores: NDArray[np.int8],
) -> tuple[int, NDArray[np.int32], NDArray[np.int64]]:
    """The scores of the words of each line of a text: by line and language, and the number of words. Before
    them NOT_ALONE or NOT_MET where that cannot be, and else 0. Without `folds` the text is folded.
    """
    found, words = np.zeros((lines, scores.shape[1]), np.int32), np.zeros(lines, np.int64)
    line = length = 0
    value = np.uint64(0)
    for at in range(len(points) + 1):
        point = points[at] if at < len(points) else np.uint32(BREAK)
        folded = folds[point] if len(folds) else point
        if folded == UNKNOWN:
            return NOT_MET, found, words
        if folded == IN_CONTEXT:
            return NOT_ALONE, found, words
        begin, size = _letters(folded, several)
        for part in range(begin, begin + size):
            letter = several[part] if folded >= SEVERAL else folded
            if letter != SPACE and letter != BREAK:
                value = value * BASE + np.uint64(letter)
                length += 1
            elif length:
                _add(value, table, scores, found[line])
                words[line] += 1
                length = 0
                value = np.uint64(0)
        line += folded == BREAK
    return 0, found, words


@compiled
def ranked(
    found: NDArray[np.int32], owed: int, counted: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int, int]:
    """Of scores by line and language: the sums by language, the best language of each line, and of all lines
    together the best, the second and how far they are apart. Those from number `counted` on are `owed` that
    on top; of equals the first is the better.
    """
    total, bests = np.zeros(found.shape[1], np.int64), np.zeros(len(found), np.int64)
    for line in range(len(found)):
        for language in range(found.shape[1]):
            total[language] += found[line, language]
            if found[line, language] > found[line, bests[line]]:
                bests[line] = language
    best, second = 0, -1
    top = next_best = np.int64(-(1 << 60))
    for language in range(len(total)):
        score = total[language] + (owed if language >= counted else 0)
        if score > top:
            best, second = language, best
            top, next_best = score, top
        elif score > next_best:
            second, next_best = language, score
    return total, bests, best, second, int(top - next_best)


@compiled
def add_features(
    text: NDArray[np.uint8],
    longest: int,
    table: Table,
    steps: NDArray[np.uint8],
    total: NDArray[np.float32],
) -> int:
    """Add to `total` the row of each feature in the words of a text, which a 0 parts; how many there are.

    A feature is the longest n-gram known that ends with a byte; it is no longer than the one a byte before
    and this byte. Those without a row count for that alone.
    """
    size = count = 0
    window = np.uint64(0)
    for at in range(len(text)):
        byte = text[at]
        if byte == 0:
            size = 0
            continue
        window = (window << np.uint64(8)) | np.uint64(byte)
        if size < longest:
            size += 1
        while size > 1:
            gram = window & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))
            feature = sought(gram | (np.uint64(size) << np.uint64(56)), table)
            if feature != ABSENT:
                if feature >= 0:
                    count += 1
                    for column in range(len(total)):
                        total[column] += steps[feature, column]
                break
            size -= 1
    return count
