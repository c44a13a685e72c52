"""Why a rule matched an article, or why not: its tree with every clause judged.

A clause that failed says what came nearest: the closest pair of a proximity, the words of a phrase
that are there, the same words in another field, the citation of another article. What it says is
worked out by asking the evaluator, never by a second opinion of what a rule means.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from worker.rules import misses, scopes
from worker.rules.checks import operator
from worker.rules.errors import visible
from worker.rules.evaluate import Evaluation, Held, LeafMatch, Reading
from worker.rules.occurrences import BudgetExceeded, Citations
from worker.rules.parser import Rule
from worker.rules.tree import And, AtLeast, In, Leaf, Near, Node, NOf, Not, Or, children
from worker.text import Document
from worker.text.codes import canonical

MAX_QUOTES = 3
"""Quotations shown beside a clause; the rest are counted."""


MAX_REASONS = 3
"""Failed clauses named in a reason of one line; the rest are counted."""


class State(StrEnum):
    """How a clause ended."""

    HELD = "held"
    FAILED = "failed"
    NOT_EVALUATED = "not_evaluated"


_MARKS = {State.HELD: "✓", State.FAILED: "✗", State.NOT_EVALUATED: "?"}


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of a rule, judged. `text` is the leaf as written, or the operator.

    matches: the words that made it hold; note: for a failed clause, what came nearest.
    """

    text: str
    state: State
    matches: tuple[LeafMatch, ...] = ()
    note: str | None = None
    clauses: tuple[Clause, ...] = ()


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule judged on an article: as a whole, by its language gate, and clause by clause."""

    matched: bool
    rule: Clause
    gate: Clause | None = None

    def lines(self) -> list[str]:
        """The tree as text: ✓ and ✗, quoted words, notes; safe for a terminal."""
        lines = [] if self.gate is None else list(_lines(self.gate, "", ""))
        return lines + list(_lines(self.rule, "", ""))

    def reason(self) -> str:
        """In one line, why the rule did not match: the gate, or the clauses that failed and their notes."""
        if self.matched:
            return "it matches"
        if self.gate is not None and self.gate.state is not State.HELD:
            return f"language gate: {visible(self.gate.note or '')}"
        reasons = list(dict.fromkeys(_reasons(self.rule)))
        more = len(reasons) - MAX_REASONS
        return "; ".join(reasons[:MAX_REASONS]) + (f"; and {more} more" if more > 0 else "")

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain(
    rule: Rule, document: Document, context: Citations, gate: tuple[str, ...] = ("any",)
) -> Explanation:
    """The explanation of a rule on an article. `gate`: the languages its watch wants.

    Never raises BudgetExceeded: a clause that could not be evaluated says so.
    """
    explainer = _Explainer(rule, Reading(document, context))
    judged_gate = _gate(document, gate)
    clause = explainer.clause(rule.root, None)
    opened = judged_gate is None or judged_gate.state is State.HELD
    return Explanation(opened and clause.state is State.HELD, clause, judged_gate)


def _gate(document: Document, gate: tuple[str, ...]) -> Clause | None:
    if "any" in gate:
        return None
    languages = map(canonical, {document.language, *document.languages})
    opened = not {canonical(code) for code in gate}.isdisjoint(languages)
    text = f"language gate: {', '.join(gate)}"
    if opened:
        return Clause(text, State.HELD)
    return Clause(text, State.FAILED, note=f"article is {document.language}, rule wants {' or '.join(gate)}")


class _Explainer:
    def __init__(self, rule: Rule, reading: Reading) -> None:
        self.rule = rule
        self.reading = reading

    def clause(self, node: Node, scope: scopes.Fields | None) -> Clause:
        """A node judged, with its parts."""
        inner = scopes.narrow(scope, node.scope) if isinstance(node, In) else scope
        parts = tuple(self.clause(child, inner) for child in children(node))
        evaluation = Evaluation(self.rule, self.reading)
        text = self._text(node)
        try:
            held = evaluation.holds(node, scope)
            if held is not None:
                return Clause(text, State.HELD, self._matches(node, evaluation, held), None, parts)
            note = self._note(node, scope, parts)
        except BudgetExceeded as exceeded:
            return Clause(text, State.NOT_EVALUATED, note=str(exceeded), clauses=parts)
        return Clause(text, State.FAILED, note=note, clauses=parts)

    def _matches(self, node: Node, evaluation: Evaluation, held: Held) -> tuple[LeafMatch, ...]:
        """Words are shown where they matter: at leaves and proximities, not again at every AND above."""
        return evaluation.evidence(held) if isinstance(node, (Leaf, Near, AtLeast)) else ()

    def _text(self, node: Node) -> str:
        if isinstance(node, Leaf):
            return self.rule.written(node)
        if isinstance(node, (Near, AtLeast)):
            return operator(node)
        if isinstance(node, In):
            return f"{node.scope}:"
        if isinstance(node, NOf):
            return f"{node.count} OF"
        return {And: "AND", Or: "OR", Not: "NOT"}[type(node)]

    def _note(self, node: Node, scope: scopes.Fields | None, parts: tuple[Clause, ...]) -> str | None:
        if isinstance(node, Leaf):
            return misses.of_leaf(node, scope, self.rule, self.reading)
        if isinstance(node, Near):
            return misses.of_proximity(node, scope, self.rule, self.reading)
        if isinstance(node, AtLeast):
            return misses.of_at_least(node, scope, self.rule, self.reading)
        if isinstance(node, NOf):
            held = sum(part.state is State.HELD for part in parts)
            return f"{held} of {len(parts)} hold, {node.count} are wanted"
        if isinstance(node, Not):
            return self._excluded(node, scope)
        return None

    def _excluded(self, node: Not, scope: scopes.Fields | None) -> str:
        evaluation = Evaluation(self.rule, self.reading)
        words = evaluation.evidence(evaluation.holds(node.child, scope) or [])
        if not words:
            return "excluded: what it forbids is so"
        first = words[0]
        return f"excluded by NOT {first.leaf}: {place(first)}"


def place(match: LeafMatch) -> str:
    """A quotation and where it stands: “football” in text at 120."""
    return f"“{_shortened(match.quote)}” in {match.field} at {match.start}"


def _shortened(quote: str) -> str:
    words = visible(" ".join(quote.split()))
    return words if len(words) <= 60 else f"{words[:30]} … {words[-25:]}"


def _lines(clause: Clause, lead: str, below: str) -> Iterator[str]:
    said = f"{lead}{_MARKS[clause.state]} {visible(' '.join(clause.text.split()))}"
    if clause.matches and not clause.clauses:
        said += f"   {_quotes(clause.matches)}"
    if clause.note:
        said += f"   — {visible(clause.note)}"
    yield said
    for at, part in enumerate(clause.clauses):
        last = at == len(clause.clauses) - 1
        yield from _lines(part, below + ("└ " if last else "├ "), below + ("  " if last else "│ "))


def _reasons(clause: Clause) -> Iterator[str]:
    """The failed clauses that say something of their own, from the top of the rule down."""
    if clause.state is State.HELD:
        return
    if clause.note and clause.text == "NOT":
        yield visible(clause.note)
    elif clause.note and not clause.text.endswith(" OF"):
        yield f"{visible(' '.join(clause.text.split()))}: {visible(clause.note)}"
    else:
        for part in clause.clauses:
            yield from _reasons(part)


def _quotes(matches: tuple[LeafMatch, ...]) -> str:
    shown = "; ".join(map(place, matches[:MAX_QUOTES]))
    more = len(matches) - MAX_QUOTES
    return f"{shown}; and {more} more" if more > 0 else shown
