"""What an index does with an article's words, as loops over arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled

MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2 ** 64 over the golden ratio: Knuth's multiplicative hash."""

TELLS, PATTERNED, FIRST, SECOND = 1, 2, 4, 8
"""Flags of a number: a word leaf is its; a wildcard or fuzzy word matches it; a phrase's key begins with
it, or ends.
"""

ABSENT, PRESENT, PERHAPS = 0, 1, 2
"""What is known of a leaf in an article."""

NOTHING = 0
"""The leaf that is present in every article: what a rule hangs on that requires no word."""

FEW_STEPS = 20_000
"""Places up to which a proximity is decided here; beyond, the plain evaluator does, with its budget."""

MOST_LISTED = 1 << 22
"""Rows of proximities that are listed for one article; the plain evaluator decides those left."""

SEVERAL = -1
"""The number of a piece that is not just one term."""

NEW = -2
"""Words that a table does not know are numbered from here on downwards until their number is told."""

ASK = -1
"""Not the number of a form: the word has to be folded and looked up by itself."""

NO_LETTER = 0xFFFF
"""From here on, what the table of folds says is no letter (see `by_letter`); astral letters are asked for."""

LONGEST_BEGINNING = 32
"""Letters of the beginning of a wildcard that are looked at."""

Bytes = NDArray[np.uint8]
Short = NDArray[np.int32]
Long = NDArray[np.int64]


# The table of words


@compiled
def _slot(key: np.uint64, shift: np.uint64) -> np.int64:
    return np.int64((key * MIX) >> shift)


@compiled
def _key(word: np.uint64) -> np.uint64:
    """The key of a word's hash: 0 stands for a slot without one."""
    return word if word != 0 else np.uint64(1)


@compiled
def _word_slot(key: np.uint64, keys: NDArray[np.uint64], shift: np.uint64) -> np.int64:
    """Where a key is, or would be."""
    mask = len(keys) - 1
    slot = _slot(key, shift)
    while keys[slot] != key and keys[slot] != 0:
        slot = (slot + 1) & mask
    return slot


@compiled
def look_up(
    hashes: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    values: Short,
    shift: np.uint64,
    numbers: Short,
    places: Long,
    slots: Long,
) -> tuple[int, bool]:
    """The number of each word, by open addressing. How many are new: each gets a slot, and `places` says
    where it is first met; to be `settled`. And whether SEVERAL is among those known.
    """
    new, several = 0, False
    for at in range(len(hashes)):
        key = _key(hashes[at])
        slot = _word_slot(key, keys, shift)
        if keys[slot] == 0:
            keys[slot] = key
            values[slot] = NEW - new
            places[new] = at
            slots[new] = slot
            new += 1
        numbers[at] = values[slot]
        several |= numbers[at] == SEVERAL
    return new, several


@compiled
def settle(numbers: Short, values: Short, slots: Long, told: Short) -> None:
    """Enter the numbers of words that were new."""
    for new in range(len(told)):
        values[slots[new]] = told[new]
    for at in range(len(numbers)):
        if numbers[at] <= NEW:
            numbers[at] = told[NEW - numbers[at]]


@compiled
def enter(
    hashes: NDArray[np.uint64], told: Short, keys: NDArray[np.uint64], values: Short, shift: np.uint64
) -> None:
    """Fill a table: the hashes of words, and the number of each."""
    for at in range(len(hashes)):
        key = _key(hashes[at])
        slot = _word_slot(key, keys, shift)
        keys[slot] = key
        values[slot] = told[at]


@compiled
def _may_have(sieve: Bytes, key: np.uint64, shift: np.uint64) -> bool:
    """Whether a key may be one of those that a sieve, of bits, was made of."""
    bit = _slot(key, shift)
    return bool(sieve[bit >> 3] >> (bit & 7) & 1)


@compiled
def _form(
    letters: NDArray[np.uint32],
    folds: NDArray[np.uint32],
    base: np.uint64,
    lengths: np.uint64,
    sieve: Bytes,
    shift: np.uint64,
) -> tuple[np.uint64, bool]:
    """The hash of what a word folds to; False where a letter of it does not fold to one by itself, or its
    beginning may be one of those in the sieve (`lengths`: bits, of how many letters those have).
    """
    value = np.uint64(0)
    for at in range(len(letters)):
        folded = folds[letters[at]]
        if folded >= NO_LETTER:
            return value, False
        value = value * base + np.uint64(folded)
        is_length = at < LONGEST_BEGINNING and (lengths >> np.uint64(at + 1)) & np.uint64(1)
        if is_length and _may_have(sieve, value, shift):
            return value, False
    return value, True


@compiled
def recognise(
    points: NDArray[np.uint32],
    edges: Long,
    places: Long,
    folds: NDArray[np.uint32],
    base: np.uint64,
    lengths: np.uint64,
    sieve: Bytes,
    sieve_shift: np.uint64,
    keys: NDArray[np.uint64],
    values: Short,
    shift: np.uint64,
    told: Short,
) -> int:
    """The number of the form of each of some words of a text, or ASK; how many of those there are."""
    asked = 0
    for at in range(len(places)):
        letters = points[edges[2 * places[at]] : edges[2 * places[at] + 1]]
        key, certain = _form(letters, folds, base, lengths, sieve, sieve_shift)
        if not certain:
            told[at] = ASK
            asked += 1
            continue
        told[at] = values[_word_slot(_key(key), keys, shift)]  # 0 where there is none
    return asked


# Which placed leaves stand where


@compiled
def _tell(told: Short, begin: int, end: int, place: int, leaves: Short, places: Long, found: int) -> int:
    """Some leaves of a row that stand at a place: how many are found now."""
    for at in range(begin, end):
        if found < len(leaves):
            leaves[found] = told[at]
            places[found] = place
        found += 1
    return found


@compiled
def file(keys: Long, table: Short, shift: np.uint64) -> None:
    """Fill a table, by open addressing, with the numbers of keys, counted from 1."""
    mask = len(table) - 1
    for number in range(len(keys)):
        slot = _slot(np.uint64(keys[number]), shift)
        while table[slot]:
            slot = (slot + 1) & mask
        table[slot] = number + 1


@compiled
def _filed(keys: Long, table: Short, shift: np.uint64, key: np.int64) -> int:
    """Where a key is; -1 where it is not."""
    mask = len(table) - 1
    slot = _slot(np.uint64(key), shift)
    while table[slot]:
        if keys[table[slot] - 1] == key:
            return int(table[slot]) - 1
        slot = (slot + 1) & mask
    return -1


@compiled
def _stands(phrase: int, begin: int, channels: NDArray[np.int32], terms: tuple[Long, Short, Short]) -> bool:
    """Whether each word of a phrase, from there on, is of its form or of its stem."""
    starts, forms, stems = terms
    first, end = starts[phrase], starts[phrase + 1]
    if begin < 0 or begin + end - first > channels.shape[1]:
        return False
    for term in range(first, end):
        at = begin + term - first
        same = channels[0, at] == forms[term]
        for channel in range(1, len(channels)):
            same |= channels[channel, at] == stems[term]
        if not same:
            return False
    return True


@compiled
def _neighbours(
    key: np.int64,
    at: int,
    move: int,
    channels: NDArray[np.int32],
    pairs: tuple[Long, Short, np.uint64, Long, Short],
    phrases: tuple[Short, Short, Long, Short, Short],
    leaves: Short,
    places: Long,
    found: int,
) -> int:
    """The phrases of which the words at a place and the next are the key: how many are found now."""
    keys, table, shift, starts, numbers = pairs
    phrase_leaves, offsets, term_starts, forms, stems = phrases
    row = _filed(keys, table, shift, key)
    if row < 0:
        return found
    for filed in range(starts[row], starts[row + 1]):
        phrase = numbers[filed]
        begin = at - offsets[phrase]
        if _stands(phrase, begin, channels, (term_starts, forms, stems)):
            found = _tell(phrase_leaves, phrase, phrase + 1, begin + move, leaves, places, found)
    return found


@compiled
def _sight(
    channels: NDArray[np.int32],
    ends: Long,
    moves: Long,
    flags: Bytes,
    words: tuple[Long, Short],
    patterned: tuple[Long, Long, Short],
    sieve: Bytes,
    shift: np.uint64,
    pairs: tuple[Long, Short, np.uint64, Long, Short],
    phrases: tuple[Short, Short, Long, Short, Short],
    leaves: Short,
    places: Long,
) -> int:
    """What `sight` does, as far as there is room: how many leaves there are."""
    found = field = 0
    word_starts, word_leaves = words
    pattern_starts, pattern_sizes, pattern_leaves = patterned
    for at in range(channels.shape[1]):
        if at > ends[field]:
            field += 1
        place = at + moves[field]
        for channel in range(len(channels)):
            number = channels[channel, at]
            flag = flags[number]
            if flag & TELLS:
                begin, end = word_starts[number], word_starts[number + 1]
                found = _tell(word_leaves, begin, end, place, leaves, places, found)
            if flag & PATTERNED:
                begin = pattern_starts[number]
                end = begin + pattern_sizes[number]
                found = _tell(pattern_leaves, begin, end, place, leaves, places, found)
            if flag & FIRST:
                for other in range(len(channels)):
                    second = channels[other, at + 1]
                    key = (np.int64(number) << 32) | np.int64(second)
                    if not flags[second] & SECOND:
                        continue
                    # Few pass; a call for each pair of words would cost more than all else here.
                    if _may_have(sieve, np.uint64(key), shift):
                        found = _neighbours(
                            key, at, moves[field], channels, pairs, phrases, leaves, places, found
                        )
    return found


@compiled
def sight(
    channels: NDArray[np.int32],
    ends: Long,
    moves: Long,
    flags: Bytes,
    words: tuple[Long, Short],
    patterned: tuple[Long, Long, Short],
    sieve: Bytes,
    shift: np.uint64,
    pairs: tuple[Long, Short, np.uint64, Long, Short],
    phrases: tuple[Short, Short, Long, Short, Short],
) -> tuple[Short, Long]:
    """The leaves that stand in the fields, each as often as it does, and where.

    channels: the row of forms, then of stems in each language, all fields behind one another with a 0
    behind each; a place in the field that ends at `ends[f]` is `moves[f]` further in the article's row.
    A leaf is told in the order of its places, and perhaps twice of one place. sieve: bits, of the keys of
    two words; pairs: those keys, a table of them (`file`), and the phrases of each, in one row; phrases: the
    leaf of each, at which of its words its key is, and all its words, in one row.
    """
    room = 4 * channels.shape[1]
    while True:
        leaves, places = np.empty(room, np.int32), np.empty(room, np.int64)
        found = _sight(
            channels, ends, moves, flags, words, patterned, sieve, shift, pairs, phrases, leaves, places
        )
        if found <= room:
            return leaves[:found], places[:found]
        room = found


@compiled
def group(
    told: Short, told_places: Long, state: Bytes, entry: Short
) -> tuple[Long, Long, Long, Long, Long, Long]:
    """Rows by leaf, each place once. Returns the leaves that are now PRESENT, NOTHING before them; of each
    row its leaf and its place; by number of a leaf, counted from 1, where its rows begin and how many they
    are (number 0 has none); and the rows in order. `entry`, all 0 before, gets each leaf's number.
    """
    most = len(told) + 1
    present, begins, counts = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    present[0], begins[0], counts[0] = NOTHING, 0, 0
    state[NOTHING] = PRESENT
    entries = 0
    for at in range(len(told)):
        leaf = told[at]
        number = entry[leaf]
        if number == 0:
            entries += 1
            number = entry[leaf] = entries
            state[leaf] = PRESENT
            present[number] = leaf
            counts[number] = 0
            begins[number] = -1  # the place told last
        if begins[number] == told_places[at]:
            told[at] = -1
        else:
            begins[number] = told_places[at]
            counts[number] += 1
    rows = np.int64(0)
    for number in range(1, entries + 1):
        begins[number] = rows
        rows += counts[number]
        counts[number] = 0
    leaves, places = np.empty(rows, np.int64), np.empty(rows, np.int64)
    for at in range(len(told)):
        leaf = told[at]
        if leaf >= 0:
            number = entry[leaf]
            row = begins[number] + counts[number]
            counts[number] += 1
            leaves[row] = leaf
            places[row] = told_places[at]
    known = entries + 1
    return present[:known], leaves, places, begins[:known], counts[:known], np.arange(rows)


@compiled
def clear(present: Long, state: Bytes, entry: Short) -> None:
    """Forget the leaves of an article."""
    for at in range(len(present)):
        state[present[at]] = ABSENT
        entry[present[at]] = 0


# Proximities

Triggered = tuple[Short, Long, Short, Long, Short, Short, NDArray[np.bool_]]
"""Of each proximity its leaf, the leaves on the left in one row, those on the right, the distance, and
whether it is in order.
"""


@compiled
def _pulled(present: Long, state: Bytes, hanging: tuple[Long, Short], partners: Short) -> Long:
    """The triggers that hang on a leaf which is present, where their partner is too."""
    starts, triggers = hanging
    room = 4 * len(present)
    while True:
        pulled = np.empty(room, np.int64)
        count = 0
        for at in range(len(present)):
            leaf = present[at]
            for place in range(starts[leaf], starts[leaf + 1]):
                trigger = triggers[place]
                if state[partners[trigger]] != ABSENT:
                    if count < room:
                        pulled[count] = trigger
                    count += 1
        if count <= room:
            return pulled[:count]
        room = count


@compiled
def _mark(
    places: Long,
    left: tuple[Any, Any, Any],
    right: tuple[Any, Any, Any],
    distance: int,
    held: Long,
    count: int,
) -> int:
    """Add the rows of two leaves of which the second stands behind the first, at most `distance` between.

    A side: its first row, the row behind its last, and the tokens it stands on. Rows ascend; one may come
    again that another call has added.
    """
    begin, end, size = left
    low, until, _ = right
    high = low
    marked = low
    for row in range(begin, end):
        first = places[row] + size
        while low < until and places[low] < first:
            low += 1
        while high < until and places[high] <= first + distance:
            high += 1
        if low < high:
            held[count] = row
            count += 1
            marked = max(marked, low)
            while marked < high:
                held[count] = marked
                count += 1
                marked += 1
    return count


@compiled
def _count(leaves: Short, begin: int, end: int, entry: Short, counts: Long) -> int:
    """The rows of some leaves."""
    total = 0
    for at in range(begin, end):
        total += counts[entry[leaves[at]]]
    return total


@compiled
def _once(rows: Long, begin: int, end: int) -> int:
    """Sort some rows and keep each once; where the last kept ends."""
    rows[begin:end].sort()
    kept = begin
    for at in range(begin, end):
        if kept == begin or rows[at] != rows[kept - 1]:
            rows[kept] = rows[at]
            kept += 1
    return kept


@compiled
def _held(
    trigger: int,
    triggers: Triggered,
    entry: Short,
    sizes: Short,
    places: Long,
    begins: Long,
    counts: Long,
    listed: Long,
    rows: int,
) -> int:
    """List the rows that make a proximity true, behind those that are; where the last is."""
    _, left_starts, lefts, right_starts, rights, distances, in_order = triggers
    count = rows
    for one in range(left_starts[trigger], left_starts[trigger + 1]):
        begin = begins[entry[lefts[one]]]
        left = (begin, begin + counts[entry[lefts[one]]], np.int64(sizes[lefts[one]]))
        for other in range(right_starts[trigger], right_starts[trigger + 1]):
            begin = begins[entry[rights[other]]]
            right = (begin, begin + counts[entry[rights[other]]], np.int64(sizes[rights[other]]))
            count = _mark(places, left, right, distances[trigger], listed, count)
            if not in_order[trigger]:
                count = _mark(places, right, left, distances[trigger], listed, count)
    return _once(listed, rows, count)


@compiled
def _more(values: Long, known: int, room: int) -> Long:
    """The known values, with room for more."""
    more = np.empty(room, np.int64)
    more[:known] = values[:known]
    return more


@compiled
def near(
    present: Long,
    hanging: tuple[Long, Short],
    partners: Short,
    triggers: Triggered,
    state: Bytes,
    entry: Short,
    sizes: Short,
    places: Long,
    begins: Long,
    counts: Long,
    listed: Long,
) -> tuple[Long, Long, Long, Long, Long]:
    """Decide the proximities that hang on a leaf which is present, and list the rows that make each true:
    `present` with those that are, or may be where there are more than FEW_STEPS rows to look at; `begins`,
    `counts` and `listed` with what is new; and what else hangs there, perhaps twice, by trigger.

    hanging: the triggers of each leaf, of which those of proximities come first; partners: of each trigger a
    leaf without which it need not be looked at.
    """
    leaves, left_starts, lefts, right_starts, rights, _, in_order = triggers
    pulled = _pulled(present, state, hanging, partners)
    others = np.empty(len(pulled), np.int64)
    entries, rows, known, rest = len(begins) - 1, len(listed), len(present), 0
    present = _more(present, known, known + len(pulled))
    begins = _more(begins, entries + 1, entries + 1 + len(pulled))
    counts = _more(counts, entries + 1, entries + 1 + len(pulled))
    listed = _more(listed, rows, max(4 * rows, 1_000))
    for at in range(len(pulled)):
        trigger = pulled[at]
        if trigger >= len(in_order):
            others[rest] = trigger
            rest += 1
            continue
        leaf = leaves[trigger]
        if state[leaf] != ABSENT:
            continue
        left, left_end = left_starts[trigger], left_starts[trigger + 1]
        right, right_end = right_starts[trigger], right_starts[trigger + 1]
        steps = 2 * _count(lefts, left, left_end, entry, counts) * (right_end - right)
        steps += 2 * _count(rights, right, right_end, entry, counts) * (left_end - left)
        if steps > FEW_STEPS or (steps > 0 and rows + steps > MOST_LISTED):
            state[leaf] = PERHAPS
            present[known] = leaf
            known += 1
            continue
        if rows + steps > len(listed):
            listed = _more(listed, rows, 2 * (rows + steps))
        end = _held(trigger, triggers, entry, sizes, places, begins, counts, listed, rows)
        if end > rows:
            entries += 1
            begins[entries], counts[entries] = rows, end - rows
            entry[leaf] = entries
            state[leaf] = PRESENT
            present[known] = leaf
            known += 1
            rows = end
    return present[:known], begins[: entries + 1], counts[: entries + 1], listed[:rows], others[:rest]


# Which rules hold


@compiled
def gather(
    present: Long,
    hanging: tuple[Long, Short],
    admitted: NDArray[np.bool_],
    gate_of: Short,
    alive: NDArray[np.bool_],
    seen: NDArray[np.bool_],
    evaluated: NDArray[np.uint32],
) -> Short:
    """The rules that hang on a leaf which is present, each once, in no order; they are counted in
    `evaluated`.

    `alive` may be empty: all are. `seen` is left as it came, all False.
    """
    starts, hung = hanging
    rules = np.empty(1_000, np.int32)
    count = 0
    for at in range(len(present)):
        leaf = present[at]
        for place in range(starts[leaf], starts[leaf + 1]):
            rule = hung[place]
            if seen[rule] or not admitted[gate_of[rule]] or (len(alive) and not alive[rule]):
                continue
            if count == len(rules):
                more = np.empty(4 * count, np.int32)
                more[:count] = rules
                rules = more
            seen[rule] = True
            rules[count] = rule
            count += 1
    for known in range(count):
        seen[rules[known]] = False
        evaluated[rules[known]] += np.uint32(1)
    return rules[:count]


@compiled
def _satisfied(
    rule: int,
    slots: tuple[Long, Short],
    clauses: NDArray[np.uint16],
    state: Bytes,
    leaves: Short,
    told: int,
) -> tuple[int, int, bool]:
    """How many clauses of a rule are, one after the other (-1: it is excluded), the leaves told now, which
    may be more than there is room for, and whether one of those present only may hold.
    """
    starts, values = slots
    last, doubt = np.int64(0), False
    for slot in range(starts[rule], starts[rule + 1]):
        leaf, clause = values[slot], clauses[slot]
        known = state[leaf]
        if known == ABSENT:
            continue
        doubt |= known == PERHAPS
        if clause == 0:
            if known == PRESENT:
                return -1, told, doubt
            continue
        if clause > last + 1:
            return -1, told, doubt  # the clause between is not satisfied
        last = np.int64(clause)
        if told < len(leaves):
            leaves[told] = leaf
        told += 1
    return int(last), told, doubt


@compiled
def decide(
    rules: Short,
    slots: tuple[Long, Short],
    clauses: NDArray[np.uint16],
    wanted: Short,
    incomplete: NDArray[np.bool_],
    state: Bytes,
    entry: Short,
    counts: Long,
) -> tuple[Short, NDArray[np.bool_], Long, Short, int]:
    """Which rules hold: each clause satisfied, and no leaf of clause 0 present. They and which are in doubt;
    of the leaves that make those true that are not, the rule, counted from 0 among those that hold, and the
    entry; and how many rows these entries have together.

    A rule's slots are in the order of their clauses.
    """
    holding, doubtful = np.empty(len(rules), np.int32), np.empty(len(rules), np.bool_)
    room = max(100, 4 * len(rules))
    owners, entries = np.empty(room, np.int64), np.empty(room, np.int32)
    count = told = total = at = 0
    while at < len(rules):
        rule = rules[at]
        satisfied, end, doubt = _satisfied(rule, slots, clauses, state, entries, told)
        if end > room:
            room = 2 * end
            more_owners, more_entries = np.empty(room, np.int64), np.empty(room, np.int32)
            more_owners[:told], more_entries[:told] = owners[:told], entries[:told]
            owners, entries = more_owners, more_entries
            continue  # this rule again
        at += 1
        if satisfied != wanted[rule]:
            continue
        doubt |= incomplete[rule]
        if not doubt:
            for place in range(told, end):
                owners[place] = count
                entries[place] = entry[entries[place]]
                total += counts[entries[place]]
            told = end
        holding[count] = rule
        doubtful[count] = doubt
        count += 1
    return holding[:count], doubtful[:count], owners[:told], entries[:told], total


# The words that made rules hold


@compiled
def _marked(entries: Short, begins: Long, counts: Long, listed: Long, rows: int) -> tuple[Any, int]:
    """Which rows are of these entries, and how many."""
    marks = np.zeros(rows, np.bool_)
    count = 0
    for at in range(len(entries)):
        begin = begins[entries[at]]
        for place in range(begin, begin + counts[entries[at]]):
            if not marks[listed[place]]:
                marks[listed[place]] = True
                count += 1
    return marks, count


@compiled
def _tokens_of(
    marks: NDArray[np.bool_], count: int, places: Long, field_places: Long, field_tokens: Long
) -> Long:
    """The token at which each row that is marked begins."""
    tokens = np.empty(count, np.int64)
    at = 0
    for row in range(len(marks)):
        if marks[row]:
            field = len(field_places) - 1
            while places[row] < field_places[field]:
                field -= 1
            tokens[at] = places[row] - field_places[field] + field_tokens[field]
            at += 1
    return tokens


@compiled
def _by_token(
    marks: NDArray[np.bool_], tokens: Long, leaves: Long, sizes: Short, edges: Long, words: Long, order: Long
) -> Long:
    """A counting sort: fill in the words of the rows that are marked, and their rows. For each token where
    the words that begin there end.
    """
    ends = np.zeros(len(edges) // 2 + 1, np.int64)
    for token in tokens:
        ends[token + 1] += 1
    for token in range(1, len(ends)):
        ends[token] += ends[token - 1]
    at = 0
    for row in range(len(marks)):
        if marks[row]:
            token = tokens[at]
            rank = ends[token]
            ends[token] += 1
            words[0, rank] = edges[2 * token]
            words[1, rank] = edges[2 * (token + sizes[leaves[row]]) - 1]
            words[2, rank] = leaves[row]
            order[rank] = row
            at += 1
    return ends


@compiled
def _settled(words: Long, order: Long, begin: int, end: int) -> None:
    """Sort by start and end what already is in the order of its tokens: little is moved."""
    for at in range(begin + 1, end):
        to = at
        while to > begin and (words[0, to - 1], words[1, to - 1]) > (words[0, to], words[1, to]):
            for line in range(3):
                words[line, to - 1], words[line, to] = words[line, to], words[line, to - 1]
            order[to - 1], order[to] = order[to], order[to - 1]
            to -= 1


@compiled
def placed(
    entries: Short,
    begins: Long,
    counts: Long,
    listed: Long,
    leaves: Long,
    places: Long,
    sizes: Short,
    field_places: Long,
    field_tokens: Long,
    edges: Long,
) -> tuple[Long, Long, Long, Long]:
    """The words of these entries' rows, in order: three lines, of starts, ends and leaves. Where those of
    each field end, which words stand in the same place as the next, and for each row which of the words
    are its.

    A field's places begin at `field_places[f]`, its tokens at `field_tokens[f]`; `edges` has where
    each token starts and ends.
    """
    marks, count = _marked(entries, begins, counts, listed, len(leaves))
    tokens = _tokens_of(marks, count, places, field_places, field_tokens)
    words, order = np.empty((3, count), np.int64), np.empty(count, np.int64)
    ends = _by_token(marks, tokens, leaves, sizes, edges, words, order)
    field_ends, same = np.empty(len(field_places), np.int64), np.empty(count, np.int64)
    ranks = np.zeros(len(leaves), np.int64)
    known = begin = 0
    for field in range(len(field_places)):
        last = field_tokens[field + 1] if field + 1 < len(field_places) else len(edges) // 2
        end = ends[last - 1] if last else 0
        _settled(words, order, begin, end)
        for rank in range(begin, end):
            ranks[order[rank]] = rank
            if rank > begin and words[0, rank] == words[0, rank - 1] and words[1, rank] == words[1, rank - 1]:
                same[known] = rank - 1
                known += 1
        field_ends[field] = begin = end
    return words, field_ends, same[:known], ranks


@compiled
def _merged(numbers: Long, begin: int, middle: int, end: int, spare: Long) -> int:
    """Two runs, each ascending, made one, each number once; where it ends."""
    for at in range(begin, middle):
        spare[at - begin] = numbers[at]
    left, left_end, right, count = 0, middle - begin, middle, begin
    while left < left_end:
        if right < end and numbers[right] <= spare[left]:
            if numbers[right] == spare[left]:
                left += 1
            numbers[count] = numbers[right]
            right += 1
        else:
            numbers[count] = spare[left]
            left += 1
        count += 1
    while right < end:
        numbers[count] = numbers[right]
        right += 1
        count += 1
    return count


@compiled
def told(
    owners: Long, entries: Short, begins: Long, counts: Long, listed: Long, ranks: Long, rules: int
) -> tuple[Long, Long]:
    """For each rule the ranks of its rows, ascending, each once: in one row, and where each rule's end."""
    most = 0
    for at in range(len(entries)):
        most += counts[entries[at]]
    found, spare = np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.empty(rules, np.int64)
    count = at = 0
    for rule in range(rules):
        first = run = count
        runs = 1
        while at < len(owners) and owners[at] == rule:
            begin = begins[entries[at]]
            for place in range(begin, begin + counts[entries[at]]):
                rank = ranks[listed[place]]
                if count > run and rank <= found[count - 1]:
                    if rank == found[count - 1]:
                        continue
                    runs += 1
                    run = count
                found[count] = rank
                count += 1
            at += 1
        if runs == 2:
            count = _merged(found, first, run, count, spare)
        elif runs > 2:
            count = _once(found, first, count)
        bounds[rule] = count
    return found[:count], bounds
