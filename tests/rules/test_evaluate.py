"""The evaluator beyond the `.case` files: budgets, memory between rules, and oddities of spans."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.rules import BudgetExceeded, Reading, compile_concept, evaluate, parse
from worker.rules.occurrences import within_distance
from worker.rules.spans import Budget, Span, merged, non_overlapping, not_near
from worker.rules.tree import Regex
from worker.text import Document
from worker.types import Article


def document(text: str, **more) -> Document:
    return Document.of(Article(id="1", text=text, **more), "en")


def nothing(_field):
    return ()


def test_too_many_pairs_are_a_named_failure_and_no_verdict():
    with pytest.raises(BudgetExceeded, match="could not be evaluated") as exceeded:
        evaluate(parse("a NEAR/9999 b"), document("a b " * 3000), nothing)
    assert exceeded.value.budget == "spans"


def test_too_many_matches_of_an_expression_are_a_named_failure():
    with pytest.raises(BudgetExceeded) as exceeded:
        evaluate(parse("/a/"), document("a" * 10_001), nothing)
    assert exceeded.value.budget == "regex_matches"


def test_a_budget_belongs_to_one_rule_and_one_article():
    reading = Reading(document("a b " * 600), nothing)
    for _ in range(3):
        assert reading.evaluate(parse("a NEAR/200 b")).matched


def test_citations_are_asked_for_once_a_field_and_only_by_rules_that_cite():
    asked: list[str] = []

    def citations(field):
        asked.append(field.name)
        return ()

    reading = Reading(document("treaty", title="treaty"), citations)
    reading.evaluate(parse("treaty"))
    assert asked == []
    for _ in range(2):
        reading.evaluate(parse("cite(nato 5) OR cite(nato 4)"))
    assert asked == ["title", "text"]


def test_concepts_of_one_name_from_two_folders_are_not_mixed_up():
    reading = Reading(document("treaty"), nothing)
    for phrase, expected in (("treaty", True), ("pact", False)):
        concepts = {"x": compile_concept("x", {"en": [phrase]})[0]}
        assert reading.evaluate(parse("@x", concepts=concepts)).matched is expected


def test_words_of_two_languages_are_not_mixed_up():
    reading = Reading(document("treaties"), nothing)
    assert not reading.evaluate(parse("treaty", language="fr")).matched
    assert reading.evaluate(parse("treaty", language="en")).matched


def test_an_article_may_be_in_two_languages():
    article = Article(id="1", text="Verträge and treaties")
    both = Document.of(article, "en", frozenset({"en", "de"}))
    assert evaluate(parse("treaty"), both, nothing).matched
    assert evaluate(parse("Vertrag", language="de"), both, nothing).matched


def test_a_lone_surrogate_stops_no_expression():
    (leaf,) = evaluate(parse("/b+/"), document("a\ud800bb"), nothing).leaves
    assert (leaf.start, leaf.end) == (2, 4)


def test_an_article_without_fields_matches_nothing():
    assert not evaluate(parse("treaty"), Document.of(Article(id="1")), nothing).matched


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 3))
def test_the_edit_distance_is_that_of_levenshtein(one: str, other: str, limit: int):
    def distance(left: str, right: str) -> int:
        if not left or not right:
            return len(left) + len(right)
        change = distance(left[1:], right[1:]) + (left[0] != right[0])
        return min(change, distance(left[1:], right) + 1, distance(left, right[1:]) + 1)

    assert within_distance(one, other, limit) == (distance(one, other) <= limit)


spans = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), max_size=6).map(
    lambda pairs: merged(Span(first, first + size) for first, size in pairs)
)


@given(spans, spans, st.integers(0, 4))
def test_not_near_is_what_its_definition_says(left: list[Span], right: list[Span], distance: int):
    def is_near(one: Span, other: Span) -> bool:
        return other.first - one.last <= distance and one.first - other.last <= distance

    expected = [one for one in left if not any(is_near(one, other) for other in right)]
    assert not_near(left, right, distance, Budget()) == expected


@given(spans)
def test_the_most_spans_without_overlap_are_counted(found: list[Span]):
    def most(chosen: list[Span], rest: list[Span]) -> int:
        if not rest:
            return len(chosen)
        head, *tail = rest
        free = all(head.first >= one.last or one.first >= head.last for one in chosen)
        return max(most(chosen, tail), most([*chosen, head], tail) if free else 0)

    assert non_overlapping(found) == most([], found)


def test_an_expression_too_large_to_compile_could_not_be_evaluated():
    rule = parse("/treaty/")
    root = Regex(0, 8, r"\p{L}{500}")
    too_large = msgspec.structs.replace(rule, tree=root)
    with pytest.raises(BudgetExceeded) as exceeded:
        evaluate(too_large, document("treaty"), nothing)
    assert exceeded.value.budget == "regex_size"
