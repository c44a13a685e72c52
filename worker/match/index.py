"""The candidate index: from the leaves present in an article to the rules that hold.

Each rule is a row of *clauses*, each a row of leaves of which one must be present, and a row of leaves
that must not be. It hangs on the leaves of its rarest clause, its anchor: only rules whose anchor is
present are looked at, all at once, with arrays. Where clauses do not say all that a rule says, or a
leaf only may hold, the plain evaluator has the last word on the rules that are left.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.leaves import NOTHING, Book, Clause
from worker.match.ragged import Numbers, Ragged, distinct
from worker.match.scene import Scene, State
from worker.match.verdict import Match, Unevaluated
from worker.rules import BudgetExceeded, Rule, scopes
from worker.rules.tree import And, In, Node, Not
from worker.text import Document
from worker.watchlist import Watch

AT_ONCE = 1 << 14
"""Rules decided in one step, so that an article that anchors very many takes bounded memory."""


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
    complete = _collect(rule.root, None, rule, book, required, excluded)
    return Clauses(required, excluded, complete)


def _collect(
    node: Node, scope: scopes.Fields | None, rule: Rule, book: Book, required: list[Clause], excluded: list[int]
) -> bool:
    if isinstance(node, And):
        return all([_collect(child, scope, rule, book, required, excluded) for child in node.children])
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


class Found(NamedTuple):
    """What an index finds for an article, by number of the rule, ascending."""

    matches: list[tuple[int, Match]]
    unevaluated: list[tuple[int, Unevaluated]]
    evaluated: int


class Index:
    """The watches of one list of them, ready to be matched. Serves one thread at a time."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self.watches = watches
        self.book = Book()
        self._build()
        self._state = np.zeros(len(self.book), np.uint8)

    def _build(self) -> None:
        book = self.book
        clause_sizes, members = array("i"), array("i")
        rule_sizes, excluded_sizes, excluded = array("i"), array("i"), array("i")
        anchors, anchored = array("i"), array("i")
        incomplete = bytearray()
        gates: dict[tuple[str, ...], int] = {}
        gate_of = array("i")
        for number, watch in enumerate(self.watches):
            clauses = clauses_of(watch.rule, book)
            required = [list(dict.fromkeys(clause)) for clause in clauses.required] or [[NOTHING]]
            required.sort(key=book.share)
            anchors.extend(required[0])
            anchored.extend([number] * len(required[0]))
            rule_sizes.append(len(required))
            for clause in required:
                clause_sizes.append(len(clause))
                members.extend(clause)
            excluded_sizes.append(len(clauses.excluded))
            excluded.extend(clauses.excluded)
            incomplete.append(not clauses.complete)
            gate_of.append(gates.setdefault(watch.languages, len(gates)))
        for vocabulary in book.vocabularies:
            vocabulary.close()
        self._first_clause = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.asarray(rule_sizes, np.int64))))
        self._members = Ragged.of_sizes(clause_sizes, members)
        self._excluded = Ragged.of_sizes(excluded_sizes, excluded)
        self._required = Ragged(self._members.starts[self._first_clause], self._members.values)
        self._hanging = Ragged.of_pairs(len(book), anchors, anchored)
        self._incomplete = np.frombuffer(bytes(incomplete), np.bool_)
        self._gates = list(gates)
        self._gate_of = np.asarray(gate_of, np.int32)
        self._build_triggers()

    def _build_triggers(self) -> None:
        """Which pairs and heralded leaves to think of when a leaf is present."""
        book = self.book
        on, told = array("i"), array("i")
        partners = np.zeros(len(book), np.int32)
        for leaf, pair in book.pairs.items():
            rare, other = sorted((pair.left, pair.right), key=book.share)
            on.extend(set(rare))
            told.extend([leaf] * len(set(rare)))
            if len(other) == 1:
                partners[leaf] = other[0]
        for leaf, herald in book.heralds.items():
            rarest = min(herald, key=book.share, default=(NOTHING,))
            on.extend(rarest)
            told.extend([leaf] * len(rarest))
        self._triggers = Ragged.of_pairs(len(book), on, told)
        self._partners = partners

    def match(self, document: Document) -> Found:
        """What this article rings."""
        for vocabulary in self.book.vocabularies:
            vocabulary.refresh()
        scene = Scene(document, self.book, self._triggers, self._partners, self._state)
        try:
            candidates = self._candidates(scene)
            held = [self._holding(candidates[at : at + AT_ONCE], scene) for at in range(0, len(candidates), AT_ONCE)]
            rules = np.sort(np.concatenate(held)) if held else candidates
            matches, unevaluated = self._told(rules, scene)
        finally:
            scene.clear()
        return Found(matches, unevaluated, len(candidates))

    def _candidates(self, scene: Scene) -> Numbers:
        """The rules, each once, that admit the article and of whose anchor a leaf is present."""
        hanging, _ = self._hanging.of(scene.present)
        if len(self._gates) > 1 or self._gates != [("any",)]:
            admits = _admits(scene.document.languages)
            gates = np.array([admits(languages) for languages in self._gates], np.bool_)
            hanging = hanging[gates[self._gate_of[hanging]]]
        return distinct(hanging)

    def _holding(self, rules: Numbers, scene: Scene) -> Numbers:
        """Those of the rules whose clauses are all satisfied and whose excluded leaves are absent."""
        state = scene.state
        first = self._first_clause[rules] + 1  # the anchor is satisfied
        sizes = self._first_clause[rules + 1] - first
        owners = np.repeat(np.arange(len(rules)), sizes)
        clauses = np.arange(len(owners)) + (first - np.cumsum(sizes) + sizes)[owners]
        leaves, of_clause = self._members.of(clauses)
        satisfied = np.zeros(len(clauses), np.bool_)
        satisfied[of_clause[state[leaves] != State.ABSENT]] = True
        holds = np.ones(len(rules), np.bool_)
        holds[owners[~satisfied]] = False
        rules = rules[holds]
        leaves, of_rule = self._excluded.of(rules)
        holds = np.ones(len(rules), np.bool_)
        holds[of_rule[state[leaves] == State.PRESENT]] = False
        return rules[holds]

    def _told(
        self, rules: Numbers, scene: Scene
    ) -> tuple[list[tuple[int, Match]], list[tuple[int, Unevaluated]]]:
        """The matches with their evidence; the plain evaluator decides where there is doubt."""
        leaves, of_rule = self._required.of(rules)
        states = scene.state[leaves]
        doubtful = self._incomplete[rules]
        doubtful[of_rule[states == State.PERHAPS]] = True
        excluded, of_excluding = self._excluded.of(rules)
        doubtful[of_excluding[scene.state[excluded] == State.PERHAPS]] = True
        kept = states != State.ABSENT
        leaves, bounds = leaves[kept].tolist(), np.searchsorted(of_rule[kept], np.arange(len(rules) + 1)).tolist()
        matches: list[tuple[int, Match]] = []
        unevaluated: list[tuple[int, Unevaluated]] = []
        watches, evidence = self.watches, scene.evidence
        for at, (number, doubt) in enumerate(zip(rules.tolist(), doubtful.tolist(), strict=True)):
            watch = watches[number]
            if not doubt:
                matches.append((number, Match(watch, evidence(leaves[bounds[at] : bounds[at + 1]]))))
                continue
            try:
                verdict = scene.reading.evaluate(watch.rule)
            except BudgetExceeded as exceeded:
                unevaluated.append((number, Unevaluated(watch, exceeded.budget)))
                continue
            if verdict.matched:
                matches.append((number, Match(watch, verdict.leaves)))
        return matches, unevaluated


def _admits(languages: frozenset[str]) -> Callable[[tuple[str, ...]], bool]:
    """`Watch.admits`, of the gate alone."""
    known = languages | {code.partition("-")[0] for code in languages}
    return lambda gate: "any" in gate or not known.isdisjoint(gate)


def bytes_of(*arrays: NDArray[np.generic] | Ragged) -> int:
    """Memory that arrays take."""
    return sum(array.nbytes for array in arrays)
