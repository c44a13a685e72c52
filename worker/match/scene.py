"""One article before one index: which leaves are present in it, and where.

Each leaf is looked for once, however many rules ask it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from worker.match.leaves import NOTHING, Book, Pair
from worker.match.plain import FieldCitations
from worker.match.ragged import changes
from worker.match.sighting import Place, Row, Seen, Sighting
from worker.match.standing import Standing
from worker.match.triggers import Triggers
from worker.rules import Reading, scopes
from worker.rules.occurrences import of_cite
from worker.rules.tree import Scope
from worker.text import Document
from worker.text.codes import canonical

FEW_STEPS = 2_000
"""Steps up to which a proximity is decided here; beyond, the plain evaluator does, with its budget."""

WHOLE_FIELD = 1 << 40
"""More tokens than any field has."""

Integers = NDArray[np.int64]


class State(IntEnum):
    """What is known of a leaf in an article."""

    ABSENT = 0
    PRESENT = 1
    PERHAPS = 2


class Tables:
    """Room for what is known of each leaf in an article; whoever uses it leaves `state` all ABSENT.

    entry: of a leaf that is PRESENT and has places, its number among those that do; else 0.
    """

    def __init__(self, book: Book) -> None:
        self.state = np.zeros(len(book), np.uint8)
        self.entry = np.zeros(len(book), np.int32)
        self.sizes = np.asarray(book.sizes, np.int32)


class Scene:
    """One article. `present`: the leaves that are, or may be, and whose state is not ABSENT.

    Its *rows*, by number, are a leaf and a place where it begins. The rows of entry e are
    `listed[begins[e]:begins[e] + counts[e]]`: its own, or for a proximity those that make it true.
    """

    def __init__(self, document: Document, book: Book, triggers: Triggers, tables: Tables) -> None:
        self.document = document
        self.book = book
        self.tables = tables
        self._triggers = triggers
        self.citations = FieldCitations(document)
        self._standing = Standing(self)
        self._reading: Reading | None = None
        self._languages = frozenset(map(canonical, document.languages))
        self.row = Row(document)
        self.present: Integers = np.zeros(1, np.int64)
        self.leaves: Integers
        self.places: Integers
        self.listed: Integers
        self.begins: Integers
        self.counts: Integers

    @property
    def reading(self) -> Reading:
        """The article as the plain evaluator reads it; made when a rule needs it."""
        if self._reading is None:
            self._reading = Reading(self.document, self.citations, self._standing.phrases)
        return self._reading

    # Seeing

    def see(self) -> None:
        """Look for all leaves."""
        state, book = self.tables.state, self.book
        state[NOTHING] = State.PRESENT
        found = self._see_placed()
        state[found] = State.PRESENT
        parts = [self.present, found]
        if book.citations:
            cited = np.asarray(self._cited(), np.int64)
            state[cited] = State.PERHAPS
            parts.append(cited)
        if book.concepts:
            meant = np.asarray(self._standing.see(found), np.int64)
            state[meant] = State.PERHAPS
            parts.append(meant)
        self.present = np.concatenate(parts)
        pairs, others = self._triggers.pulled(self.present, state)
        decided = self._see_pairs(pairs) if len(pairs) else []
        for leaf in others:
            known = self._decide(leaf)
            if known:
                state[leaf] = known
                decided.append(leaf)
        if decided:
            self.present = np.append(self.present, decided)

    def _see_placed(self) -> Integers:
        """Words, wildcards and phrases; the leaves, each once."""
        sightings = list(self._sightings())
        bits = self.row.bits
        keys = [sighting.leaves << bits | sighting.places for sighting in sightings]
        rows = keys[0] if len(keys) == 1 else np.concatenate([np.zeros(0, np.int64), *keys])
        rows.sort()
        # A place is told twice where a word is both of the form and of the stem.
        rows = rows[changes(rows)]
        self.leaves = rows >> bits
        self.places = rows & ((1 << bits) - 1)
        starts = changes(self.leaves).nonzero()[0]
        # Entry 0 is of the leaves that have no places.
        self.begins = np.zeros(len(starts) + 1, np.int64)
        self.begins[1:] = starts
        self.counts = _sizes(self.begins, len(rows))
        self.listed = np.arange(len(rows))
        found: Integers = self.leaves[starts]
        self.tables.entry[found] = np.arange(1, len(self.begins))
        return found

    def _sightings(self) -> Iterable[Sighting]:
        book = self.book
        for vocabulary, scope in zip(book.vocabularies, book.scopes, strict=True):
            fields = list(self._fields_in(scope)) if vocabulary else []
            if fields:
                yield Sighting(vocabulary, fields, self._languages)

    def _fields_in(self, scope: scopes.Fields) -> Iterable[Seen]:
        row = self.row
        for field, of_field, begin in zip(row.fields, row.scopes, row.begins, strict=True):
            if _looks_at(scope, of_field):
                lead_only = of_field not in scope
                yield Seen(field, begin, field.lead_end() if lead_only else WHOLE_FIELD)

    def _cited(self) -> list[int]:
        """Citation leaves that may hold: the provision is cited in a field of the scope."""
        asked = {scope for _, scope in self.book.citations.values()}
        read = [
            (field, of_field)
            for field, of_field in zip(self.row.fields, self.row.scopes, strict=True)
            if any(_looks_at(scope, of_field) for scope in asked) and self.citations(field)
        ]
        if not read:
            return []
        return [
            leaf
            for leaf, (cite, scope) in self.book.citations.items()
            if any(
                _looks_at(scope, of_field) and of_cite(cite, self.citations(field), field)
                for field, of_field in read
            )
        ]

    # Proximities of one word or phrase and another, all at once

    def _see_pairs(self, pairs: Integers) -> list[int]:
        """Those of the pairs (by trigger) that stand in the article; their rows are listed."""
        tables, triggers = self.tables, self._triggers
        entries = tables.entry[triggers.lefts[pairs]], tables.entry[triggers.rights[pairs]]
        lefts, rights = self.counts[entries[0]], self.counts[entries[1]]
        steps = lefts * rights
        many = steps > FEW_STEPS // 4
        perhaps: list[int] = triggers.leaves[pairs[many]].tolist()
        if perhaps:
            tables.state[perhaps] = State.PERHAPS
            steps[many] = 0
        which = np.arange(len(pairs)).repeat(steps)
        turn = np.arange(len(which)) - (steps.cumsum() - steps)[which]
        first = self.begins[entries[0]][which] + turn // rights[which]
        other = self.begins[entries[1]][which] + turn % rights[which]
        places, sizes = self.places, tables.sizes
        one, two, distances = places[first], places[other], triggers.distances[pairs][which]
        gap = two - one - sizes[triggers.lefts[pairs]][which]
        near = (gap >= 0) & (gap <= distances)
        gap = one - two - sizes[triggers.rights[pairs]][which]
        near |= (gap >= 0) & (gap <= distances) & ~triggers.in_order[pairs][which]
        held = near.nonzero()[0]
        if not len(held):
            return perhaps
        numbers = which[held] << 32
        keys = np.concatenate((numbers | first[held], numbers | other[held]))
        keys.sort()
        return perhaps + self._list(triggers.leaves[pairs], keys[changes(keys)])

    def _list(self, leaves: NDArray[np.integer], keys: Integers) -> list[int]:
        """Enter proximities that hold, by the rows that make each true: keys of proximity and row."""
        which = keys >> 32
        starts = changes(which).nonzero()[0]
        found = leaves[which[starts]]
        self.tables.state[found] = State.PRESENT
        self.tables.entry[found] = np.arange(len(self.begins), len(self.begins) + len(starts))
        self.begins = np.concatenate((self.begins, starts + len(self.listed)))
        self.counts = np.concatenate((self.counts, _sizes(starts, len(keys))))
        self.listed = np.concatenate((self.listed, keys & 0xFFFF_FFFF))
        listed: list[int] = found.tolist()
        return listed

    # What takes more

    def _decide(self, leaf: int) -> State:
        pair = self.book.pairs.get(leaf)
        if pair is not None:
            return self._decide_pair(leaf, pair)
        state = self.tables.state
        held = all(any(state[one] for one in clause) for clause in self.book.heralds[leaf])
        return State.PERHAPS if held else State.ABSENT

    def _decide_pair(self, leaf: int, pair: Pair) -> State:
        left, right, distance, in_order = pair
        before, after = self._count(left), self._count(right)
        if 2 * before * after + before + after > FEW_STEPS:
            return State.PERHAPS
        lefts, rights = self._places_of(left), self._places_of(right)
        rows = {
            row
            for one, (first, last) in lefts
            for two, (begin, end) in rights
            if 0 <= begin - last <= distance or (not in_order and 0 <= first - end <= distance)
            for row in (one, two)
        }
        if not rows:
            return State.ABSENT
        self._list(np.asarray([leaf]), np.asarray(sorted(rows)))
        return State.PRESENT

    def _count(self, side: tuple[int, ...]) -> int:
        """The rows of these leaves: told before they are listed, since there may be millions."""
        return sum(self.count_of(leaf) for leaf in side if self.tables.state[leaf])

    def count_of(self, leaf: int) -> int:
        """The places of a leaf that is present."""
        return int(self.counts[self.tables.entry[leaf]])

    def places_of(self, leaf: int) -> Integers:
        """Where a leaf that is present begins, ascending."""
        begin = int(self.begins[self.tables.entry[leaf]])
        return self.places[begin : begin + self.count_of(leaf)]

    def _places_of(self, side: tuple[int, ...]) -> list[tuple[int, Place]]:
        """The rows of these leaves, with what tokens each stands on."""
        found: list[tuple[int, Place]] = []
        for leaf in side:
            if self.tables.state[leaf]:
                begin, size = int(self.begins[self.tables.entry[leaf]]), int(self.tables.sizes[leaf])
                places = self.places_of(leaf).tolist()
                found += [(row, (at, at + size)) for row, at in enumerate(places, begin)]
        return found


def _sizes(begins: Integers, end: int) -> Integers:
    """Up to the next beginning."""
    sizes = np.empty(len(begins), np.int64)
    np.subtract(begins[1:], begins[:-1], out=sizes[:-1])
    sizes[-1:] = end - begins[-1:]
    return sizes


def _looks_at(scope: scopes.Fields, of_field: Scope) -> bool:
    return of_field in scope or (of_field is Scope.TEXT and Scope.LEAD in scope)
