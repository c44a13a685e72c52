"""The concepts that rules ask for: of each phrase the placed leaves that tell where it stands.

A phrase without wildcards is one leaf, and so is one wildcard. Of a phrase with wildcards among its
words each term is a leaf: it stands where they stand behind one another. An exact phrase is told by the
first of its words, and only may stand there.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from worker.match.ragged import Ragged
from worker.rules import Concept, ConceptPhrase, scopes
from worker.rules.tree import Exact, Scope

Terms = tuple[int, ...]
"""The leaf of a whole phrase, or of each of its terms."""

_IN_DEFAULT = scopes.DEFAULT | {Scope.LEAD}


def looked_for_in(scope: scopes.Fields) -> scopes.Fields:
    """The scope whose leaves tell of a concept in this one: title and lead are parts of the default."""
    return scopes.DEFAULT if scope <= _IN_DEFAULT else scope


def _tokens(phrase: ConceptPhrase) -> int:
    leaf = phrase.leaf
    return len(leaf.tokens if isinstance(leaf, Exact) else leaf.terms)


class Concepts:
    """Each concept with the scope that it is looked for in is known by a number. Filled, then `closed`.

    Its phrases are rows, in their order: `terms`, `sizes` (in tokens), `numbers` (of the phrase in its
    concept), `owners`.
    """

    def __init__(self) -> None:
        self.known: list[Concept] = []
        self.scopes: list[scopes.Fields] = []
        self.shares: list[float] = []
        self.asked: list[list[tuple[int, scopes.Fields]]] = []
        """The leaves that ask for each, and the scope in which they do."""
        self._numbers: dict[tuple[int, scopes.Fields], int] = {}
        self._where: dict[int, list[int]] = {}
        self.terms: list[Terms] = []
        self.sizes = array("i")
        self.numbers = array("i")
        self.owners = array("i")
        self.hanging = Ragged.of_pairs(1, (), ())
        """Leaf → the rows of which it is the rarest term."""
        self.partners: NDArray[np.int32] = np.zeros(0, np.int32)
        """Of each row the term that is next rarest, or 0."""

    def __len__(self) -> int:
        return len(self.known)

    def find(self, concept: Concept, scope: scopes.Fields) -> int | None:
        """The number of a concept that is looked for in this scope."""
        return self._numbers.get((id(concept), scope))

    def add(
        self, concept: Concept, scope: scopes.Fields, phrases: Sequence[Terms], shares: Sequence[float]
    ) -> int:
        """A concept with the terms of each phrase; shares: of articles in which a phrase may stand."""
        number = len(self.known)
        self._numbers[id(concept), scope] = number
        self._where.setdefault(id(concept), []).append(number)
        self.known.append(concept)
        self.scopes.append(scope)
        self.shares.append(sum(shares))
        self.asked.append([])
        self.terms.extend(phrases)
        self.sizes.extend(map(_tokens, concept.phrases))
        self.numbers.extend(range(len(phrases)))
        self.owners.extend([number] * len(phrases))
        return number

    def close(self, shares: Sequence[float]) -> None:
        """Nothing more will be added; shares: of each leaf."""
        rarest = [sorted(terms, key=shares.__getitem__) for terms in self.terms]
        self.hanging = Ragged.of_pairs(len(shares), (order[0] for order in rarest), range(len(rarest)))
        self.partners = np.fromiter(
            (order[1] if len(order) > 1 else 0 for order in rarest), np.int32, len(rarest)
        )

    def told_in(self, concept: Concept, field: Scope) -> int | None:
        """The number under which a concept is looked for in the whole of a field; None: it is not."""
        numbers = self._where.get(id(concept), ())
        return next((number for number in numbers if field in self.scopes[number]), None)
