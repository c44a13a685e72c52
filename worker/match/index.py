"""The candidate index: from the leaves present in an article to the rules that hold.

Each rule is a row of *clauses*, each a row of leaves of which one must be present, and a row of leaves
that must not be. It hangs on the leaves of its rarest clause, its anchor: only rules whose anchor is
present are looked at, all at once, with arrays. Where clauses do not say all that a rule says, or a
leaf only may hold, the plain evaluator has the last word on the rules that are left.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.match import loops
from worker.match.budget import ArticleBudget
from worker.match.clauses import clauses_of
from worker.match.costs import Costs
from worker.match.leaves import Book
from worker.match.loops import NOTHING
from worker.match.optimisations import ALL, Optimisations
from worker.match.quotes import Quotes
from worker.match.ragged import Numbers, Ragged
from worker.match.rows import Rows
from worker.match.scene import Scene, Tables
from worker.match.triggers import Triggers
from worker.match.verdict import Match, Unevaluated
from worker.match.vocabulary import MOST_MIXTURES
from worker.rules import BudgetExceeded
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
    """Rules that hold, ascending, and which are in doubt. `entries` of the scene make those hold that are
    not; `owners`: which of the rules, counted from 0; `rows`: of these entries together.
    """

    rules: Numbers
    doubtful: NDArray[np.bool_]
    owners: NDArray[np.int64]
    entries: Numbers
    rows: int


QUOTED_AT_ONCE = 1 << 16
"""Words quoted in one step, for the same reason."""

LOOK_AT_THE_CLOCK = 64
"""Of rules that cost microseconds each, one in so many looks whether the article's time is over."""

_ALL = np.zeros(0, np.bool_)
"""All watches are in force."""


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
        self._tables = Tables(self.book)
        self._candidate = np.zeros(len(watches), np.bool_)
        self.costs = Costs(len(watches))

    def _build(self) -> None:
        book, rows = self.book, Rows()
        incomplete = bytearray()
        gates: dict[tuple[str, ...], int] = {}
        gate_of = array("i")
        for watch in self.watches:
            clauses = clauses_of(watch.rule, book)
            rows.add(clauses)
            incomplete.append(not (clauses.complete and self._optimisations.clauses))
            gate_of.append(gates.setdefault(watch.languages, len(gates)))
        book.close()
        self._slots, self._clauses, self._wanted = rows.slots(), rows.numbers(), rows.wanted()
        self._hang(*(rows.anchors(book) if self._optimisations.anchors else rows.unanchored()))
        self._incomplete = np.frombuffer(bytes(incomplete), np.bool_)
        self._gates = list(gates)
        self._admitted: dict[frozenset[str], NDArray[np.bool_]] = {}
        self._gate_of = np.asarray(gate_of, np.int32)
        self._triggers = Triggers(book)
        # A watch is found again by the hash of its id: a dictionary of a million takes 100 MB.
        hashes = np.fromiter((hash(watch.id) for watch in self.watches), np.int64, len(self.watches))
        self._by_hash = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes = hashes[self._by_hash]

    def _hang(self, leaves: Numbers, rules: Numbers) -> None:
        """Hang rules on leaves of their anchors, each once on each."""
        everywhere = np.zeros(len(self.book), np.bool_)
        everywhere[[NOTHING, *(leaf for leaf, herald in self.book.heralds.items() if not herald)]] = True
        self.unindexed: list[int] = np.unique(rules[everywhere[leaves]]).tolist()
        """The numbers of rules that no word singles out: they are decided on every article."""
        pairs = np.unique(leaves.astype(np.int64) << 32 | rules)
        self._hanging = Ragged.of_pairs(len(self.book), pairs >> 32, pairs & 0xFFFF_FFFF)

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

    def match(
        self, document: Document, budget: ArticleBudget, alive: NDArray[np.bool_] | None = None
    ) -> Found:
        """What this article rings; `alive`: for each watch whether it is still in force (None: all)."""
        for vocabulary in self.book.vocabularies:
            vocabulary.refresh()
        scene = Scene(document, self.book, self._triggers, self._tables)
        try:
            scene.see()
            self.book.observe(scene.present)
            candidates = self._candidates(scene, alive)
            found = Found([], [], len(candidates))
            for at in range(0, len(candidates), AT_ONCE):
                decided = self._decided(candidates[at : at + AT_ONCE], scene)
                if len(decided.rules):
                    self._tell(decided, scene, budget, found)
        except BaseException:
            self._tables = Tables(self.book)  # nobody can tell what stands in the old ones
            raise
        self._tables.clear(scene.present)
        return found

    def _candidates(self, scene: Scene, alive: NDArray[np.bool_] | None) -> Numbers:
        """The rules, in order, that admit the article and of whose anchor a leaf is present."""
        languages = scene.document.languages
        admitted = self._admitted.get(languages)
        if admitted is None:
            admitted = self._admitted_in(languages)
        rules = loops.gather(
            scene.present,
            (self._hanging.starts, self._hanging.values),
            admitted,
            self._gate_of,
            _ALL if alive is None else alive,
            self._candidate,
            self.costs.evaluated,
        )
        rules.sort()
        return rules

    def _admitted_in(self, languages: frozenset[str]) -> NDArray[np.bool_]:
        """For each gate whether it admits an article in these languages."""
        if len(self._admitted) >= MOST_MIXTURES:
            self._admitted.clear()
        admitted = np.fromiter(map(_admits(languages), self._gates), np.bool_, len(self._gates))
        self._admitted[languages] = admitted
        return admitted

    def _decided(self, rules: Numbers, scene: Scene) -> Decided:
        """Those of the rules whose clauses are all satisfied and whose excluded leaves are absent."""
        tables = self._tables
        return Decided(
            *loops.decide(
                rules,
                (self._slots.starts, self._slots.values),
                self._clauses,
                self._wanted,
                self._incomplete,
                tables.state,
                tables.entry,
                scene.counts,
            )
        )

    def _tell(self, decided: Decided, scene: Scene, budget: ArticleBudget, found: Found) -> None:
        """Add the matches with their evidence; the plain evaluator decides where there is doubt."""
        evidence = _Evidence(decided, scene)
        rules, in_doubt = decided.rules.tolist(), decided.doubtful.tolist()
        if evidence.is_little and True not in in_doubt and self._tell_all(rules, evidence, budget, found):
            return
        matched: list[int] = []
        for at, (number, doubtful) in enumerate(zip(rules, in_doubt, strict=True)):
            try:
                if doubtful:
                    match = self._evaluated(number, scene, budget)
                    if match is None:
                        continue
                else:
                    if not at % LOOK_AT_THE_CLOCK:
                        budget.begin_rule()
                    match = evidence.of(at, self.watches[number], budget)
                budget.quote(match.words)
            except BudgetExceeded as exceeded:
                found.unevaluated.append(Unevaluated(self.watches[number], exceeded.budget))
                continue
            matched.append(number)
            found.matches.append(match)
        self.costs.rang(matched)

    def _tell_all(self, rules: list[int], evidence: _Evidence, budget: ArticleBudget, found: Found) -> bool:
        """Add the matches of rules in no doubt, in one go; False where a budget does not suffice for all."""
        try:
            budget.begin_rule()
            quotes = evidence.all()
            budget.quote(quotes.ends[-1] if quotes.ends else 0)
        except BudgetExceeded:
            return False
        watches = map(self.watches.__getitem__, rules)
        found.matches.extend(map(Match, watches, repeat(quotes), [0, *quotes.ends], quotes.ends))
        self.costs.rang(rules)
        return True

    def _evaluated(self, number: int, scene: Scene, budget: ArticleBudget) -> Match | None:
        """What the plain evaluator says; None: no match. Raises BudgetExceeded."""
        begun = budget.begin_rule()
        try:
            verdict = scene.reading.evaluate(self.watches[number].rule, budget.rule_expired)
        finally:
            self.costs.seconds[number] += budget.seconds_since(begun)
        return Match.told(self.watches[number], verdict.leaves) if verdict.matched else None


class _Evidence:
    """The evidence of the rules decided in one step, made for some rules ahead at a time."""

    def __init__(self, decided: Decided, scene: Scene) -> None:
        self._scene = scene
        self._owners = decided.owners
        self._entries = decided.entries
        self._total = decided.rows
        self._rules = len(decided.rules)
        self._ahead: Quotes | None = None
        self._begin = 0

    @property
    def is_little(self) -> bool:
        """Whether that of all rules may be made in one step."""
        return self._total <= QUOTED_AT_ONCE

    def all(self) -> Quotes:
        """Of each rule."""
        return Quotes(self._scene, self._owners, self._entries, self._rules)

    def of(self, rule: int, watch: Watch, budget: ArticleBudget) -> Match:
        """Of one rule, counted from 0; asked for in order. Raises BudgetExceeded where it is too much."""
        if self._ahead is None or rule >= self._begin + len(self._ahead.ends):
            self._ahead, self._begin = self._quoted(rule, budget), rule
        at = rule - self._begin
        return Match(watch, self._ahead, self._ahead.ends[at - 1] if at else 0, self._ahead.ends[at])

    def _quoted(self, rule: int, budget: ArticleBudget) -> Quotes:
        """That of some rules from this one on."""
        begin, end, until = 0, len(self._owners), self._rules
        if not self.is_little:
            begin = int(np.searchsorted(self._owners, rule))
            counts = self._scene.counts[self._entries[begin:]]
            enough = int(np.searchsorted(np.cumsum(counts), QUOTED_AT_ONCE))
            until = max(rule + 1, int(self._owners[begin + enough])) if begin + enough < end else self._rules
            end = int(np.searchsorted(self._owners, until))
            # A leaf's places are told once each: this rule quotes at least so many words.
            own = int(np.searchsorted(self._owners, rule + 1)) - begin
            budget.afford(int(counts[:own].max(initial=0)))
        owners, entries = self._owners[begin:end] - rule, self._entries[begin:end]
        return Quotes(self._scene, owners, entries, until - rule)


def _admits(languages: frozenset[str]) -> Callable[[tuple[str, ...]], bool]:
    """`Watch.admits`, of the gate alone."""
    known = languages | {code.partition("-")[0] for code in languages}
    return lambda gate: "any" in gate or not known.isdisjoint(gate)
