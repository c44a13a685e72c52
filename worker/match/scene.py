"""One article before one index: which leaves are present in it, and the words that make them so.

Each leaf is looked for once, however many rules ask it; its evidence is made once, when a rule that
holds needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import pairwise
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from worker.match.leaves import NOTHING, Book, Pair
from worker.match.plain import FieldCitations
from worker.match.ragged import Numbers, Ragged
from worker.match.sighting import FIELD_BITS, IN_FIELD, Place, Seen, Sighting
from worker.rules import LeafMatch, Reading, scopes
from worker.rules.occurrences import main_language, of_cite
from worker.rules.tree import Scope
from worker.text import Document

FEW_STEPS = 2_000
"""Steps up to which a proximity is decided here; beyond, the plain evaluator does, with its budget."""


class State(IntEnum):
    """What is known of a leaf in an article."""

    ABSENT = 0
    PRESENT = 1
    PERHAPS = 2


class Scene:
    """One article. `present`: the leaves that are, or may be, and whose `state` is not ABSENT; `told`:
    the evidence of rules that hold by one leaf, which they share.
    """

    state: memoryview

    def __init__(self, document: Document, book: Book, triggers: Ragged, partners: Numbers) -> None:
        self.document = document
        self.book = book
        self.present: list[int] = []
        self._triggers = triggers
        self._partners = partners.data
        self.citations = FieldCitations(document)
        self._reading: Reading | None = None
        self._evidence: dict[int, list[LeafMatch]] = {}
        self.told: dict[int, tuple[LeafMatch, ...]] = {}
        self._sides: dict[int, tuple[list[Place], list[LeafMatch]]] = {}
        self._ranks = {name: rank for rank, name in enumerate(document.fields)}
        self._languages = frozenset(map(main_language, document.languages))
        self._sightings = [self._sight(at, scope) for at, scope in enumerate(book.scopes)]
        self._one_scope = len(book.scopes) == 1

    @property
    def reading(self) -> Reading:
        """The article as the plain evaluator reads it; made when a rule needs it."""
        if self._reading is None:
            self._reading = Reading(self.document, self.citations)
        return self._reading

    # Seeing

    def _sight(self, at: int, scope: scopes.Fields) -> Sighting | None:
        fields = list(_fields_in(self.document, scope))
        return Sighting(self.book.vocabularies[at], fields, self._languages) if fields else None

    def see(self, state: NDArray[np.uint8]) -> None:
        """Look for all leaves. `state` (State by leaf) must come all ABSENT; whoever gave it clears it."""
        self.state = state.data
        self._enter([NOTHING], State.PRESENT)
        for sighting in self._sightings:
            if sighting is not None:
                self._enter(sighting.leaves, State.PRESENT)
        if self.book.citations:
            self._enter(self._cited(), State.PERHAPS)
        states, partners = self.state, self._partners
        for leaf in set(self._triggers.listed(self.present)):
            if states[partners[leaf]] and (decided := self._decide(leaf)):
                self.present.append(leaf)
                states[leaf] = decided

    def _enter(self, leaves: list[int], state: State) -> None:
        states, value = self.state, int(state)
        for leaf in leaves:
            states[leaf] = value
        self.present += leaves

    def _cited(self) -> list[int]:
        """Citation leaves that may hold: the provision is cited in a field of the scope."""
        fields = self.document.fields.values()
        return [
            leaf
            for leaf, (cite, scope) in self.book.citations.items()
            if any(
                _looks_at(scope, field.name) and of_cite(cite, self.citations(field), field)
                for field in fields
            )
        ]

    def _decide(self, leaf: int) -> State:
        pair = self.book.pairs.get(leaf)
        if pair is not None:
            return self._decide_pair(leaf, pair)
        state = self.state
        held = all(any(state[one] for one in clause) for clause in self.book.heralds[leaf])
        return State.PERHAPS if held else State.ABSENT

    def _decide_pair(self, leaf: int, pair: Pair) -> State:
        left, right, distance, in_order = pair
        sighting = self._sighting(leaf)
        if len(left) == len(right) == 1:
            near = sighting.near(left[0], right[0], distance, FEW_STEPS // 4, in_order=in_order)
            if near is not None:
                return State.PRESENT if near else State.ABSENT
        lefts, rights = self._places_of(left, sighting), self._places_of(right, sighting)
        if 2 * len(lefts) * len(rights) + len(lefts) + len(rights) > FEW_STEPS:
            return State.PERHAPS
        for first, last in lefts:
            for begin, end in rights:
                if 0 <= begin - last <= distance or (not in_order and 0 <= first - end <= distance):
                    return State.PRESENT
        return State.ABSENT

    def _places_of(self, side: tuple[int, ...], sighting: Sighting) -> list[Place]:
        if len(side) == 1:
            return sighting.places(side[0]) if self.state[side[0]] else []
        return [place for one in side if self.state[one] for place in sighting.places(one)]

    def _sighting(self, leaf: int) -> Sighting:
        sighting = self._sightings[self.book.scope_of[leaf]]
        if sighting is None:
            raise LookupError("no leaf is present in a scope the article has no field in")
        return sighting

    # Evidence

    def evidence(self, leaves: Sequence[int]) -> tuple[LeafMatch, ...]:
        """The words of these leaves, all present: each place once for each leaf, by field and position."""
        if len(leaves) == 1 and leaves[0] in self.told:
            return self.told[leaves[0]]
        found: list[LeafMatch] = []
        for leaf in leaves:
            known = self._evidence.get(leaf)
            if known is None:
                known = self._evidence[leaf] = self._evidence_of(leaf)
            found += known
        if len(found) > 1:
            if self._one_scope:
                # A place that a proximity and a word share is one value here.
                found = sorted({id(match): match for match in found}.values())
            else:
                found.sort(key=_by_place)
                found = [found[0], *(two for one, two in pairwise(found) if one != two)]
            if found[0].field != found[-1].field:
                ranks = self._ranks
                found.sort(key=lambda match: ranks[match.field])
        evidence = tuple(found)
        if len(leaves) == 1:
            self.told[leaves[0]] = evidence
        return evidence

    def _evidence_of(self, leaf: int) -> list[LeafMatch]:
        pair = self.book.pairs.get(leaf)
        if pair is None:
            return self._side(leaf)[1]
        left, right = (
            [one for at in side if self.state[at] for one in zip(*self._side(at), strict=True)]
            for side in pair[:2]
        )
        firsts = [match for place, match in left if any(_near(place, other, pair) for other, _ in right)]
        return firsts + [
            match for place, match in right if any(_near(other, place, pair) for other, _ in left)
        ]

    def _side(self, leaf: int) -> tuple[list[Place], list[LeafMatch]]:
        known = self._sides.get(leaf)
        if known is None:
            sighting = self._sighting(leaf)
            places = sighting.places(leaf)
            known = self._sides[leaf] = places, _matches(sighting.fields, places, self.book.written[leaf])
        return known


_by_place = attrgetter("field", "start", "end", "leaf")


def _matches(fields: Sequence[Seen], places: list[Place], written: str) -> list[LeafMatch]:
    """The words at these places."""
    if len(fields) == 1:
        field = fields[0].field
        name, raw, (starts, ends) = field.name, field.raw, field.bounds
        return [
            LeafMatch(name, start := starts[first], end := ends[last - 1], raw[start:end], written)
            for first, last in places
        ]
    matches: list[LeafMatch] = []
    for first, last in places:
        field = fields[first >> FIELD_BITS].field
        start, end = field.starts[first & IN_FIELD], field.ends[(last & IN_FIELD) - 1]
        matches.append(LeafMatch(field.name, start, end, field.raw[start:end], written))
    return matches


def _near(left: Place, right: Place, pair: Pair) -> bool:
    between = right[0] - left[1]
    if 0 <= between <= pair.distance:
        return True
    return not pair.in_order and 0 <= left[0] - right[1] <= pair.distance


def _looks_at(scope: scopes.Fields, name: str) -> bool:
    of_field = scopes.scope_of_field(name)
    return of_field in scope or (of_field is Scope.TEXT and Scope.LEAD in scope)


def _fields_in(document: Document, scope: scopes.Fields) -> Iterable[Seen]:
    for name, field in document.fields.items():
        if _looks_at(scope, name):
            lead_only = scopes.scope_of_field(name) not in scope
            yield Seen(field, field.lead_end() if lead_only else 1 << FIELD_BITS)
