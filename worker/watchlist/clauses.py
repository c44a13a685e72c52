"""Lints of a query's structure: parts that can never hold, always hold, or make no difference.

Each claim is sound: taking the part out of its parent (or, of a clause that is never true, the whole
parent out of the query) leaves every article's verdict as it was. What holds around a part counts, so
`treaty AND (pact OR (film AND NOT treaty))` is seen through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from worker.rules.tree import (
    And,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    children,
)
from worker.watchlist.lint_codes import Lint
from worker.watchlist.remarks import Remark, shown
from worker.watchlist.words import folded_terms, follows

MAX_COMPARED = 40
"""Parts of one AND or OR that are compared with each other: beyond it pairs would cost seconds. Phrases
that folding makes equal are found among any number."""


class Claim(NamedTuple):
    """What is said of `node`, a part of `parent`; `parent` itself for a clause that is never true."""

    code: Lint
    node: Node
    parent: Node
    message: str
    suggestion: str | None = None


def remarks_on_structure(root: Node) -> Iterator[Remark]:
    """Remarks on a rule of which some word stands twice."""
    for claim in claims(root):
        yield Remark(claim.code, claim.node.start, claim.message, claim.suggestion)


def claims(root: Node) -> Iterator[Claim]:
    """Every claim about parts of a query."""
    yield from _walk(root, ())


def _walk(node: Node, held: tuple[Node, ...]) -> Iterator[Claim]:
    """Claims about the parts of `node`, where everything in `held` is known to hold."""
    if isinstance(node, And):
        yield from _and(node, held)
    elif isinstance(node, Or):
        yield from _or(node, held)
    elif isinstance(node, NOf):
        yield from _some(node)
        for child in node.children:
            yield from _walk(child, held)
    elif isinstance(node, Not):
        yield from _walk(node.child, held)
    else:
        for child in children(node):  # of a field or a proximity: what holds outside says nothing of it
            yield from _walk(child, ())


def _and(node: And, held: tuple[Node, ...]) -> Iterator[Claim]:
    if len(node.children) > MAX_COMPARED:
        yield from _each(node, held)
        return
    wanted = [child for child in node.children if not isinstance(child, Not)]
    forbidden = [child for child in node.children if isinstance(child, Not)]
    told: list[Node] = []
    for one in forbidden:
        reason = _reason((*wanted, *held), one.child)
        if reason is not None:
            message = f"{shown(reason)} and {shown(one)} can never both hold"
            yield Claim(Lint.NEVER_TRUE, one, node, message)
            return
    for parts, code in ((wanted, Lint.REDUNDANT), (forbidden, Lint.IDLE_NOT)):
        for idle, reason in _idle(parts, held if parts is wanted else ()):
            told.append(idle)
            message = f"{shown(idle)} always holds where {shown(reason)} does"
            yield Claim(code, idle, node, message, "leave it out")
    for child in node.children:
        if not any(child is one for one in told):
            others = tuple(
                one for one in wanted if one is not child and not any(one is idle for idle in told)
            )
            yield from _walk(child, (*held, *others))


def _idle(parts: Sequence[Node], held: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Parts that add nothing, each with one that stays and implies it."""
    gone: list[Node] = []
    for part in parts:
        reason = next((one for one in held if follows(one, part)), None)
        if reason is not None:
            gone.append(part)
            yield part, reason
    for one, other in combinations(parts, 2):
        if any(one is part or other is part for part in gone):
            continue
        for reason, idle in ((one, other), (other, one)):
            if follows(reason, idle):
                gone.append(idle)
                yield idle, reason
                break


def _or(node: Or, held: tuple[Node, ...]) -> Iterator[Claim]:
    told: list[Node] = []
    for claim in (*_equal(node), *_within(node, held)):
        if not any(claim.node is one for one in told):
            told.append(claim.node)
            yield claim
    for child in node.children:
        if not any(child is one for one in told):
            yield from _walk(child, held)


def _each(node: Node, held: tuple[Node, ...]) -> Iterator[Claim]:
    for child in children(node):
        yield from _walk(child, held)


def _equal(node: Or) -> Iterator[Claim]:
    """Phrases that folding makes equal, among any number of them."""
    first: dict[tuple[str, ...], Phrase] = {}
    for child in node.children:
        if isinstance(child, Phrase):
            known = first.setdefault(folded_terms(child.terms), child)
            if known is not child:
                message = f"{shown(child)} is the same as {shown(known)} once folded"
                yield Claim(Lint.SAME_PHRASE, child, node, message, "leave one of the two out")


def _within(node: Or, held: tuple[Node, ...]) -> Iterator[Claim]:
    for child in node.children:
        reason = _reason(held, child.child) if isinstance(child, Not) else None
        if reason is not None:
            message = f"{shown(child)} can never hold where {shown(reason)} does"
            yield Claim(Lint.NEVER_TRUE, child, node, message, "leave it out")
    if len(node.children) > MAX_COMPARED:
        return
    gone: list[Node] = []
    for one, other in combinations(node.children, 2):
        if any(one is part or other is part for part in gone):
            continue
        for narrow, wide in ((other, one), (one, other)):
            if follows(narrow, wide):
                gone.append(narrow)
                message = f"wherever {shown(narrow)} holds, {shown(wide)} does too"
                yield Claim(Lint.REDUNDANT, narrow, node, message, "leave it out")
                break


def _some(node: NOf) -> Iterator[Claim]:
    if len(node.children) > MAX_COMPARED:
        return
    for one, other in combinations(node.children, 2):
        for narrow, wide in ((other, one), (one, other)):
            if follows(narrow, wide):
                message = f"where {shown(narrow)} holds, {shown(wide)} does too: one word counts as two"
                yield Claim(Lint.REDUNDANT, narrow, node, message, f"{node.count} OF different things")
                break


def _reason(held: Iterable[Node], wanted: Node) -> Node | None:
    """What of the parts that hold makes `wanted` hold; all of them together, if no single one does."""
    parts = tuple(held)
    single = next((part for part in parts if follows(part, wanted)), None)
    if single is not None or len(parts) < 2:
        return single
    together = And(parts[0].start, parts[-1].end, parts)
    return together if follows(together, wanted) else None
