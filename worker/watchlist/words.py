"""The words of a rule's parts: what two parts must share before one can have to do with the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

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

MAX_PAIRED = 100
"""Leaves of which every two are compared; a rule of more is taken to have parts to be compared."""


def leaf_keys(leaf: Leaf) -> Sequence[object]:
    """What a leaf has in common with every leaf that implies it, or that it implies."""
    if type(leaf) is Phrase:
        return folded_terms(leaf.terms)
    if type(leaf) is Exact:
        return [token.folded for token in leaf.tokens]
    return ((type(leaf).__name__, *leaf.meaning()),)


def folded_terms(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """A phrase as it is compared where its language is not known."""
    if len(terms) == 1:
        term = terms[0]
        return (term.folded if isinstance(term, Literal) else term.pattern,)
    return tuple([term.folded if isinstance(term, Literal) else term.pattern for term in terms])


def entangled(found: Sequence[Leaf]) -> bool:
    """Whether one of these leaves could imply another: only then has a rule parts to be compared.

    Whatever implies something does so because a leaf of it implies a leaf, and then has its words.
    """
    keys = [leaf_keys(leaf) for leaf in found]
    if len({key for each in keys for key in each}) == sum(map(len, keys)):
        return False
    if len(keys) > MAX_PAIRED:
        return True
    sets = [frozenset(each) for each in keys]
    return any(one <= other or other <= one for one, other in combinations(sets, 2))


def words_of(found: Sequence[Leaf]) -> frozenset[object]:
    """The words of a rule with these leaves."""
    return frozenset([key for leaf in found for key in leaf_keys(leaf)])


def _has(node: Node, kind: type[Node]) -> bool:
    """Whether a node of this kind stands in the query."""
    if type(node) is kind:
        return True
    for child in children(node):  # noqa: SIM110  as in may_hold
        if _has(child, kind):
            return True
    return False


def may_hold(node: Node, keys: frozenset[object], query: Node) -> bool:
    """Whether `query`, of these words, could imply the node: quick, and right whenever it says no.

    A proximity, a field, a count and NOT only follow from one of their kind.
    """
    kind = type(node)
    if kind is Phrase or kind is Exact:
        return keys.issuperset(leaf_keys(node))  # type: ignore[arg-type]
    if isinstance(node, (And, Or)):
        decides = isinstance(node, Or)
        for child in node.children:  # asked of each pair of watches, where a generator takes twice as long
            if may_hold(child, keys, query) is decides:
                return decides
        return not decides
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
