"""Where concepts stand in an article, from the places of the leaves that tell of their phrases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from worker.rules import Concept, ConceptPhrase, scopes
from worker.rules.tree import Scope
from worker.text import LEAD_TOKENS, FieldText

if TYPE_CHECKING:
    from worker.match.scene import Scene

Integers = NDArray[np.int64]

MANY = 10_000
"""Places of a term from which a phrase is looked for only if a rule asks where it stands."""


class Standing:
    """The phrases of concepts that stand, or may stand, in an article."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._concepts = scene.book.concepts
        self._rows: dict[int, list[int]] = {}
        self._firsts: dict[int, Integers] = {}

    def see(self, placed: Integers) -> list[int]:
        """The leaves of concepts that may hold; placed: the leaves that stand in the article, and others."""
        concepts = self._concepts
        rows = concepts.hanging.of(placed)
        rows = rows[self._scene.tables.state[concepts.partners[rows]] != 0]
        rows.sort()
        for row in rows.tolist():
            if len(concepts.terms[row]) == 1 or self._may_stand(row):
                self._rows.setdefault(concepts.owners[row], []).append(row)
        return [
            leaf
            for number in self._rows
            for leaf, scope in concepts.asked[number]
            if scope == concepts.scopes[number] or self._stands_within(number, scope)
        ]

    def phrases(self, concept: Concept, field: FieldText) -> Iterator[tuple[ConceptPhrase, list[int]]] | None:
        """The phrases that stand in the field, in order, and at which tokens each begins; of an exact phrase
        where its first word is. None: the concept was not looked for there.
        """
        number = self._concepts.told_in(concept, scopes.scope_of_field(field.name))
        return None if number is None else self._phrases_of(number, field)

    def _phrases_of(self, number: int, field: FieldText) -> Iterator[tuple[ConceptPhrase, list[int]]]:
        phrases, numbers = self._concepts.known[number].phrases, self._concepts.numbers
        begin, end = self._scene.row.bounds_of(field)
        for row in self._rows.get(number, ()):
            firsts = self._firsts_of(row)
            low, high = firsts.searchsorted((begin, end))
            if low < high:
                yield phrases[numbers[row]], (firsts[low:high] - begin).tolist()

    def _may_stand(self, row: int) -> bool:
        """Whether terms stand behind one another; of very many places that is not found out here."""
        terms, scene = self._concepts.terms[row], self._scene
        if not all(map(scene.tables.state.__getitem__, terms)):
            return False
        return min(map(scene.count_of, terms)) > MANY or len(self._firsts_of(row)) > 0

    def _firsts_of(self, row: int) -> Integers:
        """Where in the article's row the terms of a phrase begin, ascending."""
        firsts = self._firsts.get(row)
        if firsts is None:
            firsts = self._firsts[row] = self._behind_one_another(self._concepts.terms[row])
        return firsts

    def _behind_one_another(self, terms: tuple[int, ...]) -> Integers:
        scene = self._scene
        if len(terms) == 1:
            return scene.places_of(terms[0])
        fewest, *others = sorted(range(len(terms)), key=lambda at: scene.count_of(terms[at]))
        firsts: Integers = scene.places_of(terms[fewest]) - fewest
        for at in others:
            if not len(firsts):
                break
            places = scene.places_of(terms[at])
            sought = firsts + at
            found = np.minimum(places.searchsorted(sought), len(places) - 1)
            firsts = firsts[places[found] == sought]
        return firsts

    def _stands_within(self, number: int, scope: scopes.Fields) -> bool:
        """Whether a phrase stands in a part of the fields in which it was looked for."""
        article = self._scene.row
        for field, of_field in zip(article.fields, article.scopes, strict=True):
            lead_only = of_field is Scope.TEXT and Scope.TEXT not in scope and Scope.LEAD in scope
            if of_field not in scope and not lead_only:
                continue
            begin, end = article.bounds_of(field)
            if lead_only:
                # The lead is not looked for unless there is something to find.
                end = begin + LEAD_TOKENS
                if not self._stands_between(number, begin, end):
                    continue
                end = begin + field.lead_end()
            if self._stands_between(number, begin, end):
                return True
        return False

    def _stands_between(self, number: int, begin: int, end: int) -> bool:
        for row in self._rows[number]:
            firsts = self._firsts_of(row)
            at = firsts.searchsorted(begin)
            if at < len(firsts) and firsts[at] + self._concepts.sizes[row] <= end:
                return True
        return False
