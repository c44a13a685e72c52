"""The evaluator: whether a rule is true of an article, and of which words.

Written to be obviously right; with a plain `Reading` it is the oracle for any faster engine. Parts that
have places give spans in each field (`places`); parts that speak of the whole article hold or do
not (`holds`), and say which spans made them hold.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from worker.rules import occurrences as occur
from worker.rules import scopes, spans
from worker.rules.occurrences import Citations, FieldReading, Occurrence, Standing
from worker.rules.parser import Rule
from worker.rules.spans import Budget, Span
from worker.rules.tree import (
    And,
    AtLeast,
    Cite,
    ConceptRef,
    Exact,
    Fuzzy,
    In,
    Leaf,
    Near,
    Node,
    NOf,
    Not,
    Or,
    Phrase,
    Proximity,
    Regex,
    Scope,
)
from worker.text import Document, FieldText
from worker.types import Citation

MANY = 10_000
"""Places of one leaf in a field from which it is worth a look at the clock before they are gone through."""

Places = dict[str, list[Span]]
"""Field name → spans in it, in order; fields without spans are left out."""


class LeafMatch(msgspec.Struct, frozen=True, order=True, gc=False):
    """Words that made a leaf true: `fields[field][start:end] == quote`, in code points as received.

    leaf: as the author wrote it; concept and language: of the phrase, where the leaf is a concept.
    """

    field: str
    start: int
    end: int
    quote: str
    leaf: str
    concept: str | None = None
    language: str | None = None
    citation: Citation | None = None


class Verdict(msgspec.Struct, frozen=True):
    """Whether a rule matched, and every leaf that made it true, by field and position."""

    matched: bool
    leaves: tuple[LeafMatch, ...] = ()


class Reading:
    """One article being read by rules: what one rule works out about a leaf, the next one finds.

    `citations` is asked once a field, and only when a rule cites. A `plain` reading looks for every
    phrase of every concept: slow, and the oracle that tests hold the quick one against. Who knows already
    where concepts stand says it by `standing`.
    """

    def __init__(
        self,
        document: Document,
        citations: Citations,
        standing: Standing | None = None,
        *,
        plain: bool = False,
    ) -> None:
        self.document = document
        self.fields = {
            name: FieldReading(field, document.languages, plain=plain)
            for name, field in document.fields.items()
        }
        self._citations = citations
        self._standing = standing
        self._recognised: dict[str, tuple[Citation, ...]] = {}
        self._found: dict[tuple[str, object], list[Occurrence]] = {}

    def evaluate(self, rule: Rule, expired: Callable[[], bool] | None = None) -> Verdict:
        """The verdict on a rule. Raises BudgetExceeded when it could not be evaluated.

        expired: asked at each step of a proximity; when it says yes the budget is exceeded.
        """
        evaluation = Evaluation(rule, self, expired)
        held = evaluation.holds(rule.root, None)
        if held is None:
            return Verdict(matched=False)
        return Verdict(matched=True, leaves=evaluation.evidence(held))

    def occurrences(
        self, leaf: Leaf, rule: Rule, field: str, look: Callable[[], None] | None = None
    ) -> list[Occurrence]:
        """Where a leaf occurs in a field; worked out once. `look` looks at the rule's clock."""
        key = (field, _memo_key(leaf, rule))
        if key not in self._found:
            self._found[key] = self._look(leaf, rule, self.fields[field], look)
        return self._found[key]

    def _look(
        self, leaf: Leaf, rule: Rule, reading: FieldReading, look: Callable[[], None] | None
    ) -> list[Occurrence]:
        if isinstance(leaf, Phrase):
            return occur.of_phrase(leaf, rule.language, reading)
        if isinstance(leaf, ConceptRef):
            concept = rule.concepts[leaf.name]
            known = self._standing(concept, reading.field) if self._standing is not None else None
            return occur.of_concept(concept, reading, known)
        if isinstance(leaf, Cite):
            return occur.of_cite(leaf, self.cited(reading.field), reading.field)
        if isinstance(leaf, Exact):
            return occur.of_exact(leaf, reading)
        if isinstance(leaf, Fuzzy):
            return occur.of_fuzzy(leaf, reading)
        if isinstance(leaf, Regex):
            return occur.of_regex(leaf, reading, look)
        raise TypeError(f"{type(leaf).__name__} is no leaf of a rule")

    def cited(self, field: FieldText) -> tuple[Citation, ...]:
        """The citations in a field; recognised once."""
        if field.name not in self._recognised:
            self._recognised[field.name] = tuple(self._citations(field))
        return self._recognised[field.name]


def _memo_key(leaf: Leaf, rule: Rule) -> object:
    if isinstance(leaf, ConceptRef):
        # Folders may give one name to different concepts; the rule keeps its own alive.
        return id(rule.concepts[leaf.name])
    if isinstance(leaf, Phrase):
        return rule.language, leaf.terms
    return type(leaf).__name__, leaf.meaning()


Held = list[tuple[str, Span]]
"""The spans that made a node hold, each with its field."""


class Evaluation:
    """One rule on one article, with its own budget.

    `holds` and `places` may be asked of any node of the rule, in the scope the node stands in.
    """

    def __init__(self, rule: Rule, reading: Reading, expired: Callable[[], bool] | None = None) -> None:
        self.rule = rule
        self.reading = reading
        self.budget = Budget(expired=expired)

    def holds(self, node: Node, scope: scopes.Fields | None) -> Held | None:
        """What made the node hold (nothing, for NOT), or None when it does not hold."""
        if isinstance(node, And):
            return self._all(node, scope)
        if isinstance(node, Or):
            return self._at_least(1, node.children, scope)
        if isinstance(node, NOf):
            return self._at_least(node.count, node.children, scope)
        if isinstance(node, Not):
            return self.denied(node.child, scope)
        if isinstance(node, In):
            return self.holds(node.child, scopes.narrow(scope, node.scope))
        if isinstance(node, AtLeast):
            places = self.places(node.child, scope)
            enough = sum(map(spans.non_overlapping, places.values())) >= node.count
            return _listed(places) if enough else None
        return _listed(self.places(node, scope)) or None

    def denied(self, node: Node, scope: scopes.Fields | None) -> Held | None:
        """What made the node fail, or None when it holds: words under a NOT within the NOT, if any.

        So a rule that is not true of an article without its words never matches without evidence.
        """
        if isinstance(node, Not):
            return self.holds(node.child, scope)
        if isinstance(node, In):
            return self.denied(node.child, scopes.narrow(scope, node.scope))
        if isinstance(node, (And, Or, NOf)):
            needed = self._needed(node)
            found = [why for child in node.children if (why := self.denied(child, scope)) is not None]
            return [one for why in found for one in why] if len(node.children) - len(found) < needed else None
        return [] if self.holds(node, scope) is None else None

    @staticmethod
    def _needed(node: And | Or | NOf) -> int:
        """How many of its parts must hold."""
        if isinstance(node, NOf):
            return node.count
        return len(node.children) if isinstance(node, And) else 1

    def _all(self, node: And, scope: scopes.Fields | None) -> Held | None:
        held: Held = []
        for child in node.children:
            found = self.holds(child, scope)
            if found is None:
                return None
            held += found
        return held

    def _at_least(self, count: int, nodes: tuple[Node, ...], scope: scopes.Fields | None) -> Held | None:
        found = [held for node in nodes if (held := self.holds(node, scope)) is not None]
        return [one for held in found for one in held] if len(found) >= count else None

    def places(self, node: Node, scope: scopes.Fields | None) -> Places:
        """The node's spans in every field it looks at. The node must have places (no AND, no NOT)."""
        if isinstance(node, Leaf):
            return self._leaf(node, scopes.DEFAULT if scope is None else scope)
        if isinstance(node, In):
            return self.places(node.child, scopes.narrow(scope, node.scope))
        if isinstance(node, Or):
            return self._union([self.places(child, scope) for child in node.children])
        if not isinstance(node, Near):
            raise TypeError(f"{type(node).__name__} has no places")
        left = self.places(node.left, scope)
        right = self.places(node.right, scope) if left else {}
        found = {field: self._near(node, field, ours, right.get(field, [])) for field, ours in left.items()}
        return {field: pairs for field, pairs in found.items() if pairs}

    def _near(self, node: Near, field: str, left: list[Span], right: list[Span]) -> list[Span]:
        if node.distance is not None:
            return spans.combine(node.kind, node.distance, left, right, self.budget)
        text = self.reading.fields[field].field
        by_sentence = node.kind is Proximity.SENTENCE
        numbers = text.sentences(self.reading.document.language) if by_sentence else text.paragraphs()
        return spans.together(left, right, numbers, self.budget)

    def _union(self, all_places: list[Places]) -> Places:
        gathered: Places = {}
        for places in all_places:
            for field, found in places.items():
                gathered.setdefault(field, []).extend(found)
        return {field: spans.merged(found) for field, found in gathered.items()}

    def _leaf(self, leaf: Leaf, scope: scopes.Fields) -> Places:
        places: Places = {}
        for name, reading in self.reading.fields.items():
            of_field = scopes.scope_of_field(name)
            lead_only = of_field is Scope.TEXT and Scope.TEXT not in scope and Scope.LEAD in scope
            if of_field not in scope and not lead_only:
                continue
            found = self.reading.occurrences(leaf, self.rule, name, self.budget.look)
            if len(found) > MANY:
                self.budget.look()
            if lead_only and found:
                limit = reading.field.lead_end()
                found = [one for one in found if one.last <= limit]
            if found:
                places[name] = spans.merged(Span(one.first, one.last, leaf, one) for one in found)
        return places

    def evidence(self, held: Held) -> tuple[LeafMatch, ...]:
        """The leaves of what held: each place once for each leaf, by field and position."""
        by_field: dict[str, list[Span]] = {}
        for field, span in held:
            by_field.setdefault(field, []).append(span)
        listed: list[LeafMatch] = []
        for name in self.reading.fields:
            found = spans.occurrences_in(by_field.get(name, []))
            listed += sorted({self._match(name, leaf, place) for leaf, place in found}, key=_by_position)
        return tuple(listed)

    def _match(self, field: str, leaf: Leaf, place: Occurrence) -> LeafMatch:
        return LeafMatch(
            field,
            place.start,
            place.end,
            self.reading.fields[field].field.raw[place.start : place.end],
            self.rule.written(leaf),
            leaf.name if isinstance(leaf, ConceptRef) else None,
            place.language,
            place.citation,
        )


def evaluate(rule: Rule, document: Document, context: Citations) -> Verdict:
    """The verdict of one rule on one article; `context` finds the citations in a field.

    Raises BudgetExceeded when the rule could not be evaluated. For many rules on one article make
    one `Reading` and ask it.
    """
    return Reading(document, context).evaluate(rule)


def _listed(places: Places) -> Held:
    return [(field, span) for field, found in places.items() for span in found]


def _by_position(match: LeafMatch) -> tuple[int, int, str]:
    return match.start, match.end, match.leaf
