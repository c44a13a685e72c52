"""When one query holds wherever another does: sound, and never complete.

`implies(a, b)` is True only if b is true of every article that a is true of. It looks at the form of
the two trees and nothing else, so it misses much; what it says can be relied on.
"""

from __future__ import annotations

from worker.rules.meaning import forms_of, meaning_of
from worker.rules.tree import (
    And,
    AtLeast,
    Exact,
    In,
    Leaf,
    Literal,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    Scope,
)


def implies(one: Node, other: Node) -> bool:
    """Whether `other` holds of every article that `one` holds of, as far as their form shows it."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        # By far the most frequent question, asked of every pair in an OR.
        if isinstance(one, Phrase) and isinstance(other, Phrase):
            return _contains(one.terms, other.terms) or _contains(forms_of(one.terms), forms_of(other.terms))
        if isinstance(one, Exact) and isinstance(other, Phrase):
            return _exactly(one, other)
        return one == other
    if type(one) is type(other) and one == other:
        return True
    if isinstance(other, And):
        return all(implies(one, part) for part in other.children)
    if isinstance(one, Or):
        return all(implies(part, other) for part in one.children)
    if isinstance(other, Or) and any(implies(one, part) for part in other.children):
        return True
    if isinstance(one, Not) and isinstance(other, Not):
        return implies(other.child, one.child)
    return _narrower(one, other) or any(implies(part, other) for part in _held_parts(one))


def _held_parts(node: Node) -> tuple[Node, ...]:
    """Parts that must hold when the node does."""
    if isinstance(node, And):
        return node.children
    if isinstance(node, NOf) and node.count == len(node.children):
        return node.children
    if isinstance(node, AtLeast):
        return (node.child,)
    if isinstance(node, Near):
        return (node.left,) if node.kind is Proximity.NOT_NEAR else (node.left, node.right)
    if isinstance(node, In) and node.scope in (Scope.TITLE, Scope.TEXT, Scope.LEAD):
        # What holds in one of the default fields holds without naming it, unless it forbids.
        return () if _forbids(node.child) else (node.child,)
    return ()


def _forbids(node: Node) -> bool:
    """Whether more fields could make the node false."""
    if isinstance(node, Not) or (isinstance(node, Near) and node.kind is Proximity.NOT_NEAR):
        return True
    if isinstance(node, (And, Or, NOf)):
        return any(map(_forbids, node.children))
    if isinstance(node, Near):
        return _forbids(node.left) or _forbids(node.right)
    return isinstance(node, (In, AtLeast)) and _forbids(node.child)


def _narrower(one: Node, other: Node) -> bool:
    if isinstance(one, In) and isinstance(other, In):
        inside = one.scope is other.scope or (one.scope is Scope.LEAD and other.scope is Scope.TEXT)
        inside = inside or other.scope is Scope.ANY
        return inside and not _forbids(one.child) and implies(one.child, other.child)
    if isinstance(one, Near) and isinstance(other, Near):
        return _nearer(one, other)
    if isinstance(one, AtLeast) and isinstance(other, AtLeast):
        return one.count >= other.count and meaning_of(one.child) == meaning_of(other.child)
    return False


def _exactly(one: Exact, other: Phrase) -> bool:
    """`=Word` holds where `word` does: a word as written is always one of its forms."""
    sought = tuple(term.folded if isinstance(term, Literal) else None for term in other.terms)
    return None not in sought and _contains(tuple(token.folded for token in one.tokens), sought)


def _nearer(one: Near, other: Near) -> bool:
    """A PRE/n B and A NEAR/n B hold where A NEAR/m B does, for m from n."""
    if one.distance is None or other.distance is None or Proximity.NOT_NEAR in (one.kind, other.kind):
        return False
    left, right = meaning_of(one.left), meaning_of(one.right)
    theirs = meaning_of(other.left), meaning_of(other.right)
    same, turned = (left, right) == theirs, (right, left) == theirs
    if other.kind is Proximity.PRE:
        return one.kind is Proximity.PRE and same and one.distance <= other.distance
    return (same or turned) and one.distance <= other.distance


def _contains(longer: tuple[object, ...], shorter: tuple[object, ...]) -> bool:
    size = len(shorter)
    if size == 1 or len(longer) <= size:
        return shorter == longer or (size == 1 and shorter[0] in longer)
    return any(longer[at : at + size] == shorter for at in range(len(longer) - size + 1))
