"""A benchmark's rule, in no engine's language: clauses that must all hold, leaves that must not occur."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a leaf looks for."""

    WORDS = "words"
    """One word, or several next to each other."""
    WILDCARD = "wildcard"
    """One word with `*` or `?` in it."""
    NEAR = "near"
    """Two words, either order, at most `distance` tokens between."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """`words` are folded tokens; for a wildcard, one pattern."""

    kind: Kind
    words: tuple[str, ...]
    distance: int = 0


@dataclass(frozen=True, slots=True)
class BenchRule:
    """True of a text in which each clause has a leaf that occurs, and no excluded leaf occurs."""

    required: tuple[tuple[Leaf, ...], ...]
    excluded: tuple[Leaf, ...] = ()

    def leaves(self) -> tuple[Leaf, ...]:
        """All its leaves, required first."""
        return tuple(leaf for clause in (*self.required, self.excluded) for leaf in clause)


def words(*terms: str) -> Leaf:
    """The leaf of one word, or of several next to each other."""
    return Leaf(Kind.WORDS, terms)


def wildcard(pattern: str) -> Leaf:
    """The leaf of one word with `*` or `?` in it."""
    return Leaf(Kind.WILDCARD, (pattern,))
