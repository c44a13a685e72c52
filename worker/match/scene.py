"""One article before one index: which leaves are present in it, and where.

Each leaf is looked for once, however many rules ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.leaves import NOTHING, Book
from worker.match.plain import FieldCitations
from worker.match.sighting import Row, Seen, sighted
from worker.match.standing import Standing
from worker.match.triggers import Triggers
from worker.rules import Reading, scopes
from worker.rules.occurrences import of_cite
from worker.rules.tree import Scope
from worker.text import Document
from worker.text.codes import canonical

FEW_STEPS = 20_000
"""Places up to which a proximity is decided here; beyond, the plain evaluator does, with its budget."""

MOST_LISTED = 1 << 22
"""Rows of proximities that are listed for one article; the plain evaluator decides those left."""

WHOLE_FIELD = 1 << 40
"""More tokens than any field has."""

Integers = NDArray[np.int64]


class State(IntEnum):
    """What is known of a leaf in an article."""

    ABSENT = loops.ABSENT
    PRESENT = loops.PRESENT
    PERHAPS = loops.PERHAPS


class Tables:
    """Room for what is known of each leaf in an article; whoever used it clears it.

    entry: of a leaf that is PRESENT and has places, its number among those that do; else 0.
    """

    def __init__(self, book: Book) -> None:
        self.state = np.zeros(len(book), np.uint8)
        self.entry = np.zeros(len(book), np.int32)
        self.sizes = np.asarray(book.sizes, np.int32)

    def clear(self, present: Integers) -> None:
        """Forget the leaves of an article."""
        self.state[present] = State.ABSENT
        self.entry[present] = 0


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
        self._entries = 0

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
        if len(pairs):
            self.present = np.append(self.present, self._see_pairs(pairs))
        decided = []
        for leaf in others:
            if not state[leaf] and self._is_heralded(leaf):
                state[leaf] = State.PERHAPS
                decided.append(leaf)
        if decided:
            self.present = np.append(self.present, decided)

    def _see_placed(self) -> Integers:
        """Words, wildcards and phrases; the leaves, each once."""
        sightings = list(self._sightings())
        told, told_places = sightings[0] if len(sightings) == 1 else _joined(sightings)
        most = len(told)
        self.leaves, self.places, found = np.empty((3, most + 1), np.int64)
        # Entry 0 is of the leaves that have no places.
        self.begins, self.counts = np.zeros((2, most + 1), np.int64)
        self._entries, rows = loops.group(
            told, told_places, self.tables.entry, self.leaves, self.places, found, self.begins, self.counts
        )
        self.leaves, self.places = self.leaves[:rows], self.places[:rows]
        self.listed = np.arange(rows)
        present: Integers = found[1 : self._entries + 1]
        return present

    def _sightings(self) -> Iterable[tuple[NDArray[np.int32], Integers]]:
        book = self.book
        for vocabulary, scope in zip(book.vocabularies, book.scopes, strict=True):
            fields = list(self._fields_in(scope)) if vocabulary else []
            if fields:
                yield sighted(vocabulary, fields, self._languages)

    def _fields_in(self, scope: scopes.Fields) -> Iterable[Seen]:
        row = self.row
        for number, (field, of_field, begin) in enumerate(
            zip(row.fields, row.scopes, row.begins, strict=True)
        ):
            if _looks_at(scope, of_field):
                row.looked_at[number] = True
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

    # Proximities

    def _see_pairs(self, pulled: Integers) -> Integers:
        """Those of the proximities (by trigger) that stand in the article, or may; their rows are listed."""
        tables, rows = self.tables, len(self.listed)
        decided = np.empty(len(pulled), np.int64)
        listed = np.empty(max(4 * rows, 1_000), np.int64)
        listed[:rows] = self.listed
        self.begins, self.counts = (
            np.concatenate((of[: self._entries + 1], np.zeros(len(pulled) + 1, np.int64)))
            for of in (self.begins, self.counts)
        )
        at = known = 0
        while True:
            looked, new, self._entries, rows = loops.near(
                pulled[at:],
                self._triggers.proximities,
                tables.state,
                tables.entry,
                tables.sizes,
                self.places,
                self.begins,
                self.counts,
                self._entries,
                listed,
                rows,
                decided[known:],
                FEW_STEPS if len(listed) <= MOST_LISTED else 0,
            )
            at, known = at + looked, known + new
            if at == len(pulled):
                break
            listed = np.concatenate((listed, np.empty(len(listed) + 2 * FEW_STEPS, np.int64)))
        self.listed = listed[:rows]
        return decided[:known]

    def _is_heralded(self, leaf: int) -> bool:
        state = self.tables.state
        return all(any(state[one] for one in clause) for clause in self.book.heralds[leaf])

    # Where leaves stand

    def count_of(self, leaf: int) -> int:
        """The places of a leaf that is present."""
        return int(self.counts[self.tables.entry[leaf]])

    def places_of(self, leaf: int) -> Integers:
        """Where a leaf that is present begins, ascending."""
        begin = int(self.begins[self.tables.entry[leaf]])
        return self.places[begin : begin + self.count_of(leaf)]


def _joined(
    sightings: Sequence[tuple[NDArray[np.int32], Integers]],
) -> tuple[NDArray[np.int32], Integers]:
    leaves, places = zip(*sightings, strict=True) if sightings else ((), ())
    return (
        np.concatenate([np.zeros(0, np.int32), *leaves]),
        np.concatenate([np.zeros(0, np.int64), *places]),
    )


def _looks_at(scope: scopes.Fields, of_field: Scope) -> bool:
    return of_field in scope or (of_field is Scope.TEXT and Scope.LEAD in scope)
