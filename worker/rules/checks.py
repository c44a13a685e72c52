"""What a query may not say although its grammar allows it.

AND and NOT speak of the whole article and have no place, so they cannot stand inside a proximity.
A part that can never be true, and a query that is true of an article with none of its words, are
mistakes and not rules.
"""

from __future__ import annotations

from worker.rules import scopes
from worker.rules.errors import Problem
from worker.rules.printer import print_tree
from worker.rules.tree import And, AtLeast, In, Leaf, Near, Node, NOf, Not, Or, Phrase, Proximity, children


def check_meaning(
    root: Node, query: str, problems: list[Problem], *, placed: bool = True, negated: bool = True
) -> None:
    """Add every problem of meaning of a tree that parsed.

    placed: whether fields, proximities or counts stand in it; negated: whether NOT does. Without
    either nothing can be wrong, and most rules of a large list have neither.
    """
    if placed:
        _check(root, None, None, problems)
    if not negated:
        return
    if not problems and true_of_nothing(root):
        blamed = _blame(root)
        message = "this would be true of an article that contains none of the rule's words"
        expected = "at least one word, phrase, concept or citation that must be there"
        problems.append(Problem(blamed.start, message, expected, _short(_whole(query, blamed))))


def _whole(query: str, node: Node) -> str:
    """A node as written, with the parentheses that close behind it."""
    written = query[node.start : node.end]
    for mark in query[node.end :]:
        if mark == ")" and written.count("(") > written.count(")"):
            written += mark
        elif not mark.isspace():
            break
    return written


def true_of_nothing(node: Node) -> bool:
    """Whether the node holds when none of its leaves occurs."""
    if isinstance(node, And):
        return all(map(true_of_nothing, node.children))
    if isinstance(node, Or):
        return any(map(true_of_nothing, node.children))
    if isinstance(node, NOf):
        return sum(map(true_of_nothing, node.children)) >= node.count
    if isinstance(node, In):
        return true_of_nothing(node.child)
    return isinstance(node, Not) and not true_of_nothing(node.child)


def _blame(node: Node) -> Node:
    if isinstance(node, Or):
        return _blame(next(filter(true_of_nothing, node.children)))
    return _blame(node.child) if isinstance(node, In) else node


def _check(
    node: Node, scope: scopes.Fields | None, within: Near | AtLeast | None, problems: list[Problem]
) -> None:
    if isinstance(node, Leaf):
        return
    if within is not None and isinstance(node, (And, Not, NOf, AtLeast)):
        problems.append(_no_place(node, within))
        return
    if isinstance(node, In):
        inner = scopes.narrow(scope, node.scope)
        if not inner:
            problems.append(_empty_scope(node, scope))
            return
        scope = inner
    if isinstance(node, (NOf, AtLeast)):
        _check_count(node, problems)
    if isinstance(node, (Near, AtLeast)):
        within = node
    found = len(problems)
    for child in children(node):
        if not isinstance(child, Leaf):
            _check(child, scope, within, problems)
    if isinstance(node, Near) and len(problems) == found:
        _check_sides(node, scope, problems)


def _check_count(node: NOf | AtLeast, problems: list[Problem]) -> None:
    if node.count == 0:
        problems.append(Problem(node.start, "at least 0 is always true", "a number from 1", "0"))
    elif isinstance(node, NOf) and node.count > len(node.children):
        listed = len(node.children)
        message = f"{node.count} of {listed} can never be true"
        problems.append(Problem(node.start, message, f"a number from 1 to {listed}", str(node.count)))


def _check_sides(node: Near, scope: scopes.Fields | None, problems: list[Problem]) -> None:
    left, right = _reach(node.left, scope), _reach(node.right, scope)
    if scopes.meet(left, right):
        return
    message = f"the two sides of {operator(node)} look at different fields, and a proximity never spans two"
    found = f"{_names(left)} on the left, {_names(right)} on the right"
    problems.append(Problem(node.start, message, "one field for both sides", found, "AND between the two"))


def _reach(node: Node, scope: scopes.Fields | None) -> scopes.Fields:
    """The fields in which the node can have places."""
    if isinstance(node, In):
        return _reach(node.child, scopes.narrow(scope, node.scope))
    if isinstance(node, Or):
        return frozenset().union(*(_reach(child, scope) for child in node.children))
    if isinstance(node, Near):
        return scopes.meet(_reach(node.left, scope), _reach(node.right, scope))
    return scopes.DEFAULT if scope is None else scope


def _names(fields: scopes.Fields) -> str:
    return " and ".join(sorted(fields)) or "no field"


def _empty_scope(node: In, outer: scopes.Fields | None) -> Problem:
    around = _names(outer or scopes.DEFAULT)
    message = f"{node.scope}: inside {around}: can never be true"
    return Problem(node.start, message, f"{around}: or no field", f"{node.scope}:")


def operator(node: Near | AtLeast) -> str:
    """The node's operator as a person writes it: `NEAR/5`, `SENTENCE`, `ATLEAST/3`."""
    if isinstance(node, AtLeast):
        return f"ATLEAST/{node.count}"
    return node.kind if node.distance is None else f"{node.kind}/{node.distance}"


def _no_place(node: Node, within: Near | AtLeast) -> Problem:
    name = {And: "AND", Not: "NOT", NOf: "n OF", AtLeast: "ATLEAST"}[type(node)]
    message = f"{name} speaks of the whole article and cannot stand inside {operator(within)}"
    return Problem(node.start, message, "words, phrases, OR and proximities", name, _instead(node, within))


def _instead(node: Node, within: Near | AtLeast) -> str:
    if isinstance(within, AtLeast):
        return "ATLEAST for each part, with AND between them"
    if isinstance(node, And) and all(isinstance(child, Phrase) for child in node.children):
        joined = " ".join(child.text for child in node.children if isinstance(child, Phrase))
        return f'"{joined}" if the words follow each other; else {_spread(node, within)}'
    if isinstance(node, And):
        return _spread(node, within)
    if isinstance(node, Not) and within.kind is Proximity.NEAR and node is within.right:
        return _short(f"{print_tree(within.left)} NOT NEAR/{within.distance} {print_tree(node.child)}")
    return f"move {'NOT' if isinstance(node, Not) else 'it'} out of the proximity and join with AND"


def _spread(node: And, within: Near) -> str:
    other = within.right if node is within.left else within.left
    sides = (f"({print_tree(child)} {operator(within)} {print_tree(other)})" for child in node.children)
    return _short(" AND ".join(sides))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
