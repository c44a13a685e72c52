"""The words of a rule's parts: what two parts must share before one can have to do with the other."""

from __future__ import annotations

from collections.abc import Sequence

from worker.rules.implies import implies
from worker.rules.tree import (
    And,
    AtLeast,
    Exact,
    In,
    Leaf,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Proximity,
    Term,
    children,
    leaves,
)


def leaf_keys(leaf: Leaf) -> Sequence[object]:
    """What a leaf has in common with every leaf that implies it, or that it implies."""
    if isinstance(leaf, Phrase):
        return folded_terms(leaf.terms)
    if isinstance(leaf, Exact):
        return [token.folded for token in leaf.tokens]
    return ((type(leaf).__name__, *leaf.meaning()),)


def folded_terms(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """A phrase as it is compared where its language is not known."""
    return tuple([term.folded if isinstance(term, Literal) else term.pattern for term in terms])


def words_of(found: Sequence[Leaf]) -> frozenset[object]:
    """The words of a rule with these leaves."""
    return frozenset([key for leaf in found for key in leaf_keys(leaf)])


def _has(node: Node, kind: type[Node]) -> bool:
    """Whether a node of this kind stands in the query."""
    return type(node) is kind or any(_has(child, kind) for child in children(node))


def may_hold(node: Node, keys: frozenset[object], query: Node) -> bool:
    """Whether `query`, of these words, could imply the node: quick, and right whenever it says no.

    A proximity, a field, a count and NOT only follow from one of their kind.
    """
    if isinstance(node, (Phrase, Exact)):
        return all(key in keys for key in leaf_keys(node))
    if isinstance(node, Or):
        return any(may_hold(child, keys, query) for child in node.children)
    if isinstance(node, And):
        return all(may_hold(child, keys, query) for child in node.children)
    if isinstance(node, Near) and node.kind is not Proximity.NOT_NEAR:
        sides = may_hold(node.left, keys, query) and may_hold(node.right, keys, query)
        return sides and _has(query, Near)
    if isinstance(node, (In, AtLeast)):
        return may_hold(node.child, keys, query) and _has(query, type(node))
    if keys.isdisjoint(words_of(leaves(node))):
        return False
    return not isinstance(node, (Near, Not)) or _has(query, type(node))


def follows(one: Node, other: Node) -> bool:
    """`implies(one, other)`, after a quick look at whether their words allow it."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return implies(one, other)
    return may_hold(other, words_of(leaves(one)), one) and implies(one, other)
