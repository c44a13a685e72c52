"""What lints claim of rules is true of every article: random rules, random articles, the evaluator."""

from __future__ import annotations

import random
from types import SimpleNamespace

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.rules.test_properties import CONCEPTS, documents, no_citations, queries
from worker.rules import Rule, RuleErrors, evaluate, parse
from worker.rules.implies import implies
from worker.rules.meaning import meaning_of
from worker.rules.tree import And, AtLeast, In, Near, Node, NOf, Not, Or, leaves
from worker.watchlist import Lint
from worker.watchlist.clauses import Claim, claims
from worker.watchlist.families import families
from worker.watchlist.words import follows, words_of

SHAPES = (
    "{a} AND {b} AND NOT {a}", "{a} AND ({b} OR {a})", "{a} OR ({b} AND {a})", "{a} AND ({b} OR NOT {a})",
    "{a} AND NOT {b} AND NOT ({a} AND {b})", "{a} AND ({b} OR ({c} AND NOT {a}))", "{a} {b} ({b} OR {c}) {a}",
    "{a} OR {b} OR ({c} AND ({a} OR {b}))", "{a} AND {b} AND NOT ({b} AND {c} AND NOT {a})", "{a} AND {b}",
)  # fmt: skip


def rule_of(query: str) -> Rule:
    try:
        return parse(query, concepts=CONCEPTS)
    except RuleErrors:
        assume(condition=False)
        raise


@st.composite
def tangled(draw: st.DrawFn) -> Rule:
    """A rule whose parts have to do with each other."""
    parts = {name: f"({draw(queries())})" for name in "abc"}
    return rule_of(draw(st.sampled_from(SHAPES)).format(**parts))


def without(node: Node, claim: Claim) -> Node | None:
    """The tree after what the claim says: the part gone, or its parent gone where that is never true."""
    gone = claim.parent if claim.code is Lint.NEVER_TRUE and isinstance(claim.parent, And) else claim.node
    if node is gone:
        return None
    if isinstance(node, (And, Or, NOf)):
        kept = [one for child in node.children if (one := without(child, claim)) is not None]
        if len(kept) < len(node.children) and isinstance(node, And) and gone is claim.parent:
            return None  # a part that never holds takes its AND with it
        return msgspec.structs.replace(node, children=tuple(kept)) if kept else None
    if isinstance(node, (Not, In, AtLeast)):
        child = without(node.child, claim)
        return None if child is None else msgspec.structs.replace(node, child=child)
    if isinstance(node, Near):
        left, right = without(node.left, claim), without(node.right, claim)
        if left is None or right is None:
            return None
        return msgspec.structs.replace(node, left=left, right=right)
    return node


def inside(root: Node, node: Node, kinds: tuple[type[Node], ...]) -> bool:
    """Whether `node` stands below one of these kinds."""
    waiting = [(root, False)]
    while waiting:
        current, below = waiting.pop()
        if current is node:
            return below
        parts = getattr(current, "children", ()) or [
            getattr(current, name) for name in ("child", "left", "right") if hasattr(current, name)
        ]
        waiting += [(part, below or isinstance(current, kinds)) for part in parts]
    return False


@given(tangled(), documents())
@settings(max_examples=100, deadline=None)
def test_taking_out_what_a_lint_calls_idle_changes_no_verdict(rule: Rule, document):
    matched = evaluate(rule, document, no_citations).matched
    for claim in claims(rule.root):
        counted = isinstance(claim.parent, NOf) or inside(rule.root, claim.parent, (NOf,))
        negated = claim.code is Lint.NEVER_TRUE and inside(rule.root, claim.parent, (Not,))
        if claim.code is Lint.SAME_PHRASE or counted or negated:
            continue
        rest = without(rule.root, claim)
        if rest is None:
            assert not matched
        else:
            assert (
                evaluate(msgspec.structs.replace(rule, tree=rest), document, no_citations).matched == matched
            )


@given(tangled(), tangled(), documents())
@settings(max_examples=100, deadline=None)
def test_what_follows_from_another_holds_with_it(one: Rule, other: Rule, document):
    for narrow, wide in ((one, other), (other, one)):
        if implies(narrow.root, wide.root) and evaluate(narrow, document, no_citations).matched:
            assert evaluate(wide, document, no_citations).matched


@given(tangled(), tangled())
@settings(max_examples=100, deadline=None)
def test_the_quick_look_never_hides_what_follows(one: Rule, other: Rule):
    for narrow, wide in ((one, other), (other, one), (one, one)):
        assert follows(narrow.root, wide.root) == implies(narrow.root, wide.root)


def shuffled(node: Node, draw: random.Random) -> Node:
    """The same meaning in another order, some of it said twice."""
    if isinstance(node, (And, Or)):
        parts = [shuffled(child, draw) for child in node.children]
        parts += draw.choices(parts, k=draw.randint(0, 2))
        draw.shuffle(parts)
        return msgspec.structs.replace(node, children=tuple(parts))
    if isinstance(node, (Not, In)):
        return msgspec.structs.replace(node, child=shuffled(node.child, draw))
    return node


@given(tangled(), st.randoms(use_true_random=False), documents())
@settings(max_examples=60, deadline=None)
def test_order_and_repetition_change_no_meaning(rule: Rule, draw: random.Random, document):
    other = msgspec.structs.replace(rule, tree=shuffled(rule.root, draw))
    assert meaning_of(other.root) == meaning_of(rule.root)
    assert evaluate(other, document, no_citations).matched == evaluate(rule, document, no_citations).matched


@given(tangled(), tangled(), documents())
@settings(max_examples=60, deadline=None)
def test_rules_of_one_meaning_match_the_same_articles(one: Rule, other: Rule, document):
    if meaning_of(one.root) == meaning_of(other.root):
        assert (
            evaluate(one, document, no_citations).matched == evaluate(other, document, no_citations).matched
        )


@given(st.lists(tangled(), min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_index_finds_every_watch_within_another(rules: list[Rule]):
    watches = [SimpleNamespace(id=str(at), rule=rule, languages=("any",)) for at, rule in enumerate(rules)]
    words = [words_of(leaves(rule.root)) for rule in rules]
    same, within = families(watches, words)
    repeated = {watch.id for watch, _ in same}
    left = [watch for watch in watches if watch.id not in repeated]
    expected = {
        (narrow.id, wide.id)
        for narrow in left
        for wide in left
        if narrow is not wide and implies(narrow.rule.root, wide.rule.root)
    }
    assert {(narrow.id, wide.id) for narrow, wide in within} == expected
