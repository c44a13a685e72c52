"""A rule as clauses: what can be decided by which leaves are present."""

from __future__ import annotations

from typing import NamedTuple

from worker.match.leaves import Book, Clause, NoLeaf
from worker.rules import Rule, scopes
from worker.rules.flat import cut
from worker.rules.tree import And, In, Node, Not


class Clauses(NamedTuple):
    """A rule as clauses: `required` are satisfied and no leaf of `excluded` is present.

    complete: this is all the rule says; otherwise it says more, and never less.
    """

    required: list[Clause]
    excluded: list[int]
    complete: bool


def clauses_of(rule: Rule, book: Book) -> Clauses:
    """The clauses of a rule, its leaves entered in the book."""
    required: list[Clause] = []
    excluded: list[int] = []
    if rule.tree is None and _collect_flat(rule, book, required, excluded):
        return Clauses(required, excluded, complete=True)
    required, excluded = [], []
    complete = _collect(rule.root, None, rule, book, required, excluded)
    book.enter_concepts(rule.root, None, rule)
    return Clauses(required, excluded, complete)


def _collect_flat(rule: Rule, book: Book, required: list[Clause], excluded: list[int]) -> bool:
    """The clauses of a query that is nothing else; False where it is not."""
    parts = cut(rule.query)
    if parts is None:
        return False
    leaf_of = book.flat_leaves(rule.language).__getitem__
    try:
        for negated, texts in parts:
            if negated:
                excluded += map(leaf_of, texts)
            else:
                required.append(list(map(leaf_of, texts)))
    except NoLeaf:
        return False
    return True


def _collect(
    node: Node,
    scope: scopes.Fields | None,
    rule: Rule,
    book: Book,
    required: list[Clause],
    excluded: list[int],
) -> bool:
    if isinstance(node, And):
        # A list: every part is collected, whatever the first ones say.
        return all([_collect(child, scope, rule, book, required, excluded) for child in node.children])  # noqa: C419
    if isinstance(node, In):
        return _collect(node.child, scopes.narrow(scope, node.scope), rule, book, required, excluded)
    clause = book.clause(node.child if isinstance(node, Not) else node, scope, rule)
    if clause is None:
        required += book.required(node, scope, rule)
    elif isinstance(node, Not):
        excluded += clause
    else:
        required.append(clause)
    return clause is not None
