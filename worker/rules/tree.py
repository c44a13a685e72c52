"""The tree of a rule: frozen nodes, each with its place in the query.

`start` and `end` are code-point offsets into the query, so `query[start:end]` is the node as its
author wrote it. They do not count in comparisons: two trees are equal when they mean the same in
the same order, wherever they were written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from worker.types import Grade

MAX_DEPTH = 64
"""Operators nested inside one another. Nobody reads more, and every walk of a tree may recurse."""


class Literal(msgspec.Struct, frozen=True, gc=False):
    """One token of a word or phrase: as written, and folded."""

    raw: str
    folded: str


class Glob(msgspec.Struct, frozen=True, gc=False):
    """One token with wildcards, folded: `defen?e`, `алья*`."""

    pattern: str


Term = Literal | Glob


class Scope(StrEnum):
    """The fields a rule can name."""

    TITLE = "title"
    LEAD = "lead"
    TEXT = "text"
    URL = "url"
    SOURCE = "source"
    AUTHOR = "author"
    ANY = "any"


class Proximity(StrEnum):
    """How two sides of a proximity must stand to each other."""

    NEAR = "NEAR"
    PRE = "PRE"
    NOT_NEAR = "NOT NEAR"
    SENTENCE = "SENTENCE"
    PARAGRAPH = "PARAGRAPH"


class Node(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What every node has: its place in the query.

    The collector need not know nodes: a frozen tree has no cycle. It saves 16 bytes a node.
    """

    _meaning: ClassVar[tuple[str, ...]] = ()

    start: int
    end: int

    def meaning(self) -> tuple[object, ...]:
        """What is compared: everything but the place and the way of writing."""
        return tuple(getattr(self, name) for name in self._meaning)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return type(self) is type(other) and self.meaning() == other.meaning()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.meaning()))


class Leaf(Node, frozen=True, eq=False, gc=False):
    """A node that finds words: the others only combine."""


class Phrase(Leaf, frozen=True, eq=False, gc=False):
    """A word, a wildcard or a phrase; inflected in the rule's language. `text` as printed."""

    _meaning: ClassVar[tuple[str, ...]] = ("terms",)

    text: str
    terms: tuple[Term, ...]


class Exact(Leaf, frozen=True, eq=False, gc=False):
    """`=Word`, `="An Exact Phrase"`: case, marks and form as written, token by token."""

    _meaning: ClassVar[tuple[str, ...]] = ("tokens",)

    text: str
    tokens: tuple[Literal, ...]


class Fuzzy(Leaf, frozen=True, eq=False, gc=False):
    """`word~`, `word~2`: within an edit distance of the folded word."""

    _meaning: ClassVar[tuple[str, ...]] = ("word", "distance")

    text: str
    word: str
    distance: int


class Regex(Leaf, frozen=True, eq=False, gc=False):
    """`/…/`: an RE2 expression on the field as received."""

    _meaning: ClassVar[tuple[str, ...]] = ("pattern",)

    pattern: str


class ConceptRef(Leaf, frozen=True, eq=False, gc=False):
    """`@name`: any phrase of a concept."""

    _meaning: ClassVar[tuple[str, ...]] = ("name",)

    name: str


class Cite(Leaf, frozen=True, eq=False, gc=False):
    """`cite(instrument provision [, grade])`; `grade` is the least sure one accepted."""

    _meaning: ClassVar[tuple[str, ...]] = ("instrument", "provision", "grade")

    instrument: str
    provision: str
    grade: Grade


class In(Node, frozen=True, eq=False, gc=False):
    """`field: …`: restricts to one field."""

    _meaning: ClassVar[tuple[str, ...]] = ("scope", "child")

    scope: Scope
    child: Node


class Near(Node, frozen=True, eq=False, gc=False):
    """Two sides of a proximity. `distance` is None for SENTENCE and PARAGRAPH."""

    _meaning: ClassVar[tuple[str, ...]] = ("kind", "distance", "left", "right")

    kind: Proximity
    distance: int | None
    left: Node
    right: Node


class AtLeast(Node, frozen=True, eq=False, gc=False):
    """`ATLEAST/n(q)`: at least n non-overlapping spans of q."""

    _meaning: ClassVar[tuple[str, ...]] = ("count", "child")

    count: int
    child: Node


class NOf(Node, frozen=True, eq=False, gc=False):
    """`n OF (…)`: at least n of the listed queries hold."""

    _meaning: ClassVar[tuple[str, ...]] = ("count", "children")

    count: int
    children: tuple[Node, ...]


class And(Node, frozen=True, eq=False, gc=False):
    """All hold."""

    _meaning: ClassVar[tuple[str, ...]] = ("children",)

    children: tuple[Node, ...]


class Or(Node, frozen=True, eq=False, gc=False):
    """Any holds."""

    _meaning: ClassVar[tuple[str, ...]] = ("children",)

    children: tuple[Node, ...]


class Not(Node, frozen=True, eq=False, gc=False):
    """Does not hold."""

    _meaning: ClassVar[tuple[str, ...]] = ("child",)

    child: Node


_NO_PARTS: tuple[Node, ...] = ()


def children(node: Node) -> tuple[Node, ...]:
    """The node's direct parts, in the order written; none for a leaf."""
    if isinstance(node, (And, Or, NOf)):
        return node.children
    if isinstance(node, Leaf):
        return _NO_PARTS
    if isinstance(node, (Not, In, AtLeast)):
        return (node.child,)
    if isinstance(node, Near):
        return (node.left, node.right)
    return _NO_PARTS


def leaves(node: Node) -> list[Leaf]:
    """All leaves below the node, in the order written."""
    found: list[Leaf] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Leaf):
            found.append(current)
        else:
            waiting.extend(children(current)[::-1])
    return found
