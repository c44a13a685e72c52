"""One article before one index: which leaves are present in it, and where.

Each leaf is looked for once, however many rules ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.leaves import Book
from worker.match.plain import FieldCitations
from worker.match.sighting import Row, Seen, sighted
from worker.match.standing import Standing
from worker.match.triggers import Triggers
from worker.rules import Reading, scopes
from worker.rules.occurrences import of_cite
from worker.rules.tree import Scope
from worker.text import Document

FEW_FIELDS = 20
"""Up to so many, what a scope looks at is remembered: articles have the same few, unless they mean harm."""

WHOLE_FIELD = 1 << 40
"""More tokens than any field has."""

Integers = NDArray[np.int64]


class Tables:
    """Room for what is known of each leaf in an article; whoever used it clears it.

    entry: of a leaf that is present and has places, its number among those that do; else 0.
    """

    def __init__(self, book: Book) -> None:
        self.state = np.zeros(len(book), np.uint8)
        self.entry = np.zeros(len(book), np.int32)
        self.sizes = np.asarray(book.sizes, np.int32)

    def clear(self, present: Integers) -> None:
        """Forget the leaves of an article."""
        loops.clear(present, self.state, self.entry)


class Scene:
    """One article. `present`: the leaves that are, or may be, and whose state is not `loops.ABSENT`.

    Its *rows*, by number, are a leaf and a place where it begins. The rows of entry e are
    `listed[begins[e]:begins[e] + counts[e]]`: its own, or for a proximity those that make it true.
    """

    def __init__(self, document: Document, book: Book, triggers: Triggers, tables: Tables) -> None:
        self.document = document
        self.book = book
        self.tables = tables
        self._triggers = triggers
        self.row = Row(document)
        self.present: Integers
        self.leaves: Integers
        self.places: Integers
        self.listed: Integers
        self.begins: Integers
        self.counts: Integers

    @cached_property
    def citations(self) -> FieldCitations:
        """The citations of each field."""
        return FieldCitations(self.document)

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self)

    @cached_property
    def reading(self) -> Reading:
        """The article as the plain evaluator reads it; made when a rule needs it."""
        return Reading(self.document, self.citations, self._standing.phrases)

    # Seeing

    def see(self) -> None:
        """Look for all leaves."""
        state, book = self.tables.state, self.book
        self._see_placed()
        if book.citations:
            self._add(self._cited())
        if book.concepts:
            self._add(self._standing.see(self.present))
        if self._triggers:
            heralded = self._triggers.leaves_of(self._see_pairs())
            self._add([leaf for leaf in heralded if not state[leaf] and self._is_heralded(leaf)])

    def _add(self, leaves: list[int]) -> None:
        """These leaves may hold."""
        if leaves:
            self.tables.state[leaves] = loops.PERHAPS
            self.present = np.append(self.present, leaves)

    def _see_placed(self) -> None:
        """Words, wildcards and phrases."""
        sightings = list(self._sightings())
        told, places = sightings[0] if len(sightings) == 1 else _joined(sightings)
        tables = self.tables
        self.present, self.leaves, self.places, self.begins, self.counts, self.listed = loops.group(
            told, places, tables.state, tables.entry
        )

    def _sightings(self) -> Iterable[tuple[NDArray[np.int32], Integers]]:
        book, row, languages = self.book, self.row, self.document.languages
        for vocabulary, scope in zip(book.vocabularies, book.scopes, strict=True):
            looked_at = _looked_at(scope, row.names) if vocabulary else ()
            if looked_at:
                yield sighted(
                    vocabulary, [self._seen(number, lead_only=lead) for number, lead in looked_at], languages
                )

    def _seen(self, number: int, *, lead_only: bool) -> Seen:
        row = self.row
        row.looked_at[number] = True
        field = row.fields[number]
        return Seen(field, row.begins[number], field.lead_end() if lead_only else WHOLE_FIELD)

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

    def _see_pairs(self) -> Integers:
        """The proximities that stand in the article, or may; their rows are listed. Returns the triggers of
        what else is to be thought of.
        """
        tables, triggers = self.tables, self._triggers
        self.present, self.begins, self.counts, self.listed, others = loops.near(
            self.present,
            triggers.hanging,
            triggers.partners,
            triggers.proximities,
            tables.state,
            tables.entry,
            tables.sizes,
            self.places,
            self.begins,
            self.counts,
            self.listed,
        )
        return others

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


def _looked_at(scope: scopes.Fields, names: tuple[str, ...]) -> Sequence[tuple[int, bool]]:
    """Which of the fields with these names a scope looks at, and whether only at the lead."""
    return _of_few(scope, names) if len(names) <= FEW_FIELDS else _of_any(scope, names)


def _of_any(scope: scopes.Fields, names: tuple[str, ...]) -> Sequence[tuple[int, bool]]:
    fields = list(map(scopes.scope_of_field, names))
    return [(number, field not in scope) for number, field in enumerate(fields) if _looks_at(scope, field)]


_of_few = lru_cache(1 << 10)(_of_any)


def _looks_at(scope: scopes.Fields, of_field: Scope) -> bool:
    return of_field in scope or (of_field is Scope.TEXT and Scope.LEAD in scope)
