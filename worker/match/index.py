"""The candidate index: from the leaves present in an article to the rules that hold.

Each rule is a row of *clauses*, each a row of leaves of which one must be present, and a row of leaves
that must not be. It hangs on the leaves of its rarest clause, its anchor: only rules whose anchor is
present are looked at, all at once, with arrays. Where clauses do not say all that a rule says, or a
leaf only may hold, the plain evaluator has the last word on the rules that are left.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match.budget import ArticleBudget
from worker.match.clauses import clauses_of
from worker.match.costs import Costs
from worker.match.leaves import NOTHING, Book
from worker.match.optimisations import ALL, Optimisations
from worker.match.ragged import FEW, Numbers, Ragged
from worker.match.scene import Scene, State
from worker.match.verdict import Match, Unevaluated
from worker.rules import BudgetExceeded, LeafMatch
from worker.text import Document
from worker.watchlist import Watch
from worker.watchlist.load import collector_at_rest

AT_ONCE = 1 << 14
"""Rules decided in one step, so that an article that anchors very many takes bounded memory."""


class Found(NamedTuple):
    """What an index finds for an article, in the order of its watches."""

    matches: list[Match]
    unevaluated: list[Unevaluated]
    evaluated: int


class Decided(NamedTuple):
    """Rules that hold, ascending; which are in doubt; the leaves that make them hold, by bounds."""

    rules: list[int]
    doubtful: list[bool]
    leaves: list[int]
    bounds: list[int]


SMALL = 2_000
"""Leaves up to which some few rules are decided one by one."""

LOOK_AT_THE_CLOCK = 64
"""Of rules that cost microseconds each, one in so many looks whether the article's time is over."""

PRESENT, PERHAPS = int(State.PRESENT), int(State.PERHAPS)

EXCLUDED = 0
"""The clause of leaves that must be absent; a rule's required clauses are numbered from 1."""


class Index:
    """The watches of one list of them, ready to be matched. Serves one thread at a time."""

    def __init__(
        self, watches: Sequence[Watch], before: Book | None = None, optimisations: Optimisations = ALL
    ) -> None:
        """`before`: the leaves of an earlier index, for how often each was present in the articles it saw."""
        self.watches = watches
        self.book = Book(before, pairs=optimisations.pairs)
        self._optimisations = optimisations
        with collector_at_rest():
            self._build()
        self._state = np.zeros(len(self.book), np.uint8)
        self.costs = Costs(len(watches))

    def _build(self) -> None:
        book = self.book
        sizes, leaves, clause_of, wanted = array("i"), array("i"), array("H"), array("i")
        self.unindexed: list[int] = []
        """The numbers of rules that no word singles out: they are decided on every article."""
        anchors, anchored = array("i"), array("i")
        incomplete = bytearray()
        gates: dict[tuple[str, ...], int] = {}
        gate_of = array("i")
        for number, watch in enumerate(self.watches):
            clauses = clauses_of(watch.rule, book)
            required = clauses.required or [[NOTHING]]
            anchor = dict.fromkeys(book.rarest(required) if self._optimisations.anchors else [NOTHING])
            if any(leaf == NOTHING or book.heralds.get(leaf) == () for leaf in anchor):
                self.unindexed.append(number)
            anchors.extend(anchor)
            anchored.extend([number] * len(anchor))
            before = len(leaves)
            for at, clause in enumerate((clauses.excluded, *required)):
                leaves.extend(clause)
                clause_of.extend([at] * len(clause))
            sizes.append(len(leaves) - before)
            wanted.append(len(required))
            incomplete.append(not (clauses.complete and self._optimisations.clauses))
            gate_of.append(gates.setdefault(watch.languages, len(gates)))
        book.close()
        self._slots = Ragged.of_sizes(sizes, leaves)
        self._starts = self._slots.starts.data
        self._clauses = np.asarray(clause_of, np.uint16)
        self._wanted = np.asarray(wanted, np.int32)
        self._hanging = Ragged.of_pairs(len(book), anchors, anchored)
        self._incomplete = np.frombuffer(bytes(incomplete), np.bool_)
        self._gates = list(gates)
        self._gate_of = np.asarray(gate_of, np.int32)
        self._build_triggers()
        # A watch is found again by the hash of its id: a dictionary of a million takes 100 MB.
        hashes = np.fromiter((hash(watch.id) for watch in self.watches), np.int64, len(self.watches))
        self._by_hash = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes = hashes[self._by_hash]

    def numbers_of(self, ids: Collection[str]) -> list[int]:
        """The numbers of the watches that have one of these ids."""
        found: list[int] = []
        for name in ids:
            low, high = (
                np.searchsorted(self._hashes, hash(name), "left"),
                np.searchsorted(self._hashes, hash(name), "right"),
            )
            found += [
                number for number in self._by_hash[low:high].tolist() if self.watches[number].id == name
            ]
        return found

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

    def match(
        self, document: Document, budget: ArticleBudget, alive: NDArray[np.bool_] | None = None
    ) -> Found:
        """What this article rings; `alive`: for each watch whether it is still in force (None: all)."""
        for vocabulary in self.book.vocabularies:
            vocabulary.refresh()
        scene = Scene(document, self.book, self._triggers, self._partners)
        try:
            scene.see(self._state)
            self.book.observe(scene.present)
            candidates = self._candidates(scene, alive)
            self.costs.looked_at(candidates)
            found = Found([], [], len(candidates))
            for at in range(0, len(candidates), AT_ONCE):
                self._tell(self._decided(candidates[at : at + AT_ONCE], scene), scene, budget, found)
        finally:
            self._state[scene.present] = State.ABSENT
        return found

    def _candidates(self, scene: Scene, alive: NDArray[np.bool_] | None) -> Numbers:
        """The rules, in order, that admit the article and of whose anchor a leaf is present."""
        present = scene.present
        if len(present) > FEW:
            hanging = np.unique(self._hanging.of(np.fromiter(present, np.int64, len(present))))
        else:
            listed = sorted(set(self._hanging.listed(present)))
            hanging = np.fromiter(listed, np.int32, len(listed))
        if len(self._gates) > 1 or self._gates != [("any",)]:
            admits = _admits(scene.document.languages)
            admitted = np.fromiter(map(admits, self._gates), np.bool_, len(self._gates))
            hanging = hanging[admitted[self._gate_of[hanging]]]
        return hanging if alive is None else hanging[alive[hanging]]

    def _decided(self, rules: Numbers, scene: Scene) -> Decided:
        """Those of the rules whose clauses are all satisfied and whose excluded leaves are absent."""
        if len(rules) <= FEW:
            listed = rules.tolist()
            if sum(map(self._size, listed)) <= SMALL:
                return self._decided_one_by_one(listed, scene.state)
        return self._decided_at_once(rules, self._state)

    def _size(self, rule: int) -> int:
        return self._starts[rule + 1] - self._starts[rule]

    def _decided_one_by_one(self, rules: list[int], state: memoryview) -> Decided:
        starts, leaves, clauses = self._starts, self._slots.values.data, self._clauses.data
        decided = Decided([], [], [], [0])
        for rule in rules:
            satisfied, latest, doubtful, kept = 0, EXCLUDED, bool(self._incomplete[rule]), []
            for slot in range(starts[rule], starts[rule + 1]):
                known = state[leaves[slot]]
                if not known:
                    continue
                doubtful |= known == PERHAPS
                clause = clauses[slot]
                if clause != EXCLUDED:
                    satisfied += clause != latest
                    latest = clause
                    kept.append(leaves[slot])
                elif known == PRESENT:
                    break
            else:
                if satisfied == self._wanted[rule]:
                    decided.rules.append(rule)
                    decided.doubtful.append(doubtful)
                    decided.leaves.extend(kept)
                    decided.bounds.append(len(decided.leaves))
        return decided

    def _decided_at_once(self, rules: Numbers, state: NDArray[np.uint8]) -> Decided:
        slots, sizes = self._slots.places(rules)
        states = state[self._slots.values[slots]]
        hit = np.flatnonzero(states)
        slots, states = slots[hit], states[hit]
        owners = np.repeat(np.arange(len(rules)), sizes)[hit]
        clauses = self._clauses[slots]
        required = clauses != EXCLUDED
        holds = self._satisfied(owners[required], clauses[required], len(rules)) == self._wanted[rules]
        holds[owners[~required & (states == PRESENT)]] = False
        doubtful = self._incomplete[rules]
        doubtful[owners[states == PERHAPS]] = True
        kept = required & holds[owners]
        leaves = self._slots.values[slots[kept]]
        bounds = np.searchsorted(owners[kept], np.append(np.flatnonzero(holds), len(rules)))
        return Decided(rules[holds].tolist(), doubtful[holds].tolist(), leaves.tolist(), bounds.tolist())

    @staticmethod
    def _satisfied(owners: NDArray[np.int64], clauses: NDArray[np.uint16], count: int) -> NDArray[np.int64]:
        """How many clauses of each rule are hit; the hits of a rule, and of a clause, stand together."""
        new = np.ones(len(owners), np.bool_)
        new[1:] = (owners[1:] != owners[:-1]) | (clauses[1:] != clauses[:-1])
        return np.bincount(owners[new], minlength=count)

    def _tell(self, decided: Decided, scene: Scene, budget: ArticleBudget, found: Found) -> None:
        """Add the matches with their evidence; the plain evaluator decides where there is doubt."""
        watches, leaves, matched = self.watches, decided.leaves, []
        begin, told = 0, scene.told
        for at, (number, doubtful, end) in enumerate(
            zip(decided.rules, decided.doubtful, decided.bounds[1:], strict=True)
        ):
            watch, start, begin = watches[number], begin, end
            try:
                if doubtful:
                    words = self._evaluated(number, scene, budget)
                    if words is None:
                        continue
                else:
                    if not at % LOOK_AT_THE_CLOCK:
                        budget.begin_rule()
                    known = told.get(leaves[start]) if end - start == 1 else None
                    words = scene.evidence(leaves[start:end]) if known is None else known
                budget.quote(len(words))
            except BudgetExceeded as exceeded:
                found.unevaluated.append(Unevaluated(watch, exceeded.budget))
                continue
            matched.append(number)
            found.matches.append(Match(watch, words))
        self.costs.rang(matched)

    def _evaluated(self, number: int, scene: Scene, budget: ArticleBudget) -> tuple[LeafMatch, ...] | None:
        """What the plain evaluator says; None: no match. Raises BudgetExceeded."""
        begun = budget.begin_rule()
        try:
            verdict = scene.reading.evaluate(self.watches[number].rule, budget.rule_expired)
        finally:
            self.costs.seconds[number] += budget.seconds_since(begun)
        return verdict.leaves if verdict.matched else None


def _admits(languages: frozenset[str]) -> Callable[[tuple[str, ...]], bool]:
    """`Watch.admits`, of the gate alone."""
    known = languages | {code.partition("-")[0] for code in languages}
    return lambda gate: "any" in gate or not known.isdisjoint(gate)
