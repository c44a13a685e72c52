"""Hostile articles: what cannot be afforded is named, the rest goes on, and work is counted, not timed."""

from __future__ import annotations

from tests.match.watches import watch
from worker.clock import ManualClock
from worker.match import Limits, Matcher
from worker.text import Document
from worker.types import Article


class Ticking(ManualClock):
    """Each look costs a second."""

    def monotonic(self) -> float:
        self.advance(1.0)
        return self.seconds


def document(text: str) -> Document:
    return Document.of(Article(id="a", text=text), "en")


def test_rules_whose_turn_does_not_come_in_time_are_named():
    watches = [watch(f"w{at}", "ATLEAST/1(treaty)") for at in range(10)]
    matcher = Matcher(watches, Limits(article_seconds=9.5), Ticking())
    verdict = matcher.match(document("treaty"))
    assert [match.watch.id for match in verdict.matches] == [f"pacts/w{at}" for at in range(5)]
    assert [(one.watch.id, one.budget) for one in verdict.unevaluated] == [
        (f"pacts/w{at}", "article_seconds") for at in range(5, 10)
    ]


def test_a_proximity_that_takes_too_long_is_named_and_the_others_go_on():
    heavy = watch("heavy", "a NEAR/50 b")
    matcher = Matcher(
        [watch("one", "treaty"), heavy], Limits(article_seconds=1e9, rule_seconds=50), Ticking()
    )
    verdict = matcher.match(document("a b " * 12_000 + "treaty"))
    assert [match.watch.id for match in verdict.matches] == ["pacts/one"]
    assert [(one.watch, one.budget) for one in verdict.unevaluated] == [(heavy, "rule_seconds")]


def test_evidence_without_end_is_cut_by_name():
    matcher = Matcher([watch(f"w{at}", f"treaty OR word{at}") for at in range(5)], Limits(evidence=3_500))
    verdict = matcher.match(document("treaty " * 1_000))
    assert [len(match.leaves) for match in verdict.matches] == [1_000] * 3
    assert {one.budget for one in verdict.unevaluated} == {"evidence"}


def test_one_repeated_word_that_anchors_a_thousand_rules_is_bounded():
    watches = [watch(f"w{at}", f"treaty NEAR/{at % 50} (word{at} OR treaty)") for at in range(1_000)]
    matcher = Matcher(watches, Limits(article_seconds=100.5, rule_seconds=2), Ticking())
    verdict = matcher.match(document("treaty " * 2_000))
    assert len(verdict.matches) + len(verdict.unevaluated) == 1_000
    assert {one.budget for one in verdict.unevaluated} <= {
        "article_seconds",
        "spans",
        "rule_seconds",
        "evidence",
    }


def test_hundreds_of_thousands_of_distinct_words_are_forgotten_before_the_next_article():
    matcher = Matcher([watch("it", "treaty AND word*")])
    book = matcher._base.book
    assert (
        len(matcher.match(document(" ".join(f"w{at:x}" for at in range(270_000)) + " treaty")).matches) == 0
    )
    assert len(matcher.match(document("a treaty in words")).matches) == 1
    assert len(book.vocabularies[0].forms) < 100


def test_a_text_without_a_space_is_one_word_and_is_not_remembered():
    matcher = Matcher([watch("it", "*treaty*"), watch("other", "treaty~")])
    text = "x" * 5_000_000 + "treaty"
    (match,) = matcher.match(document(text)).matches
    assert (match.leaves[0].start, match.leaves[0].end) == (0, len(text))
    assert len(matcher._base.book.vocabularies[0].forms) == 0


def test_the_slowest_watches_are_told():
    matcher = Matcher(
        [watch("often", "treaty"), watch("slow", "treaty SENTENCE signed"), watch("never", "pact")]
    )
    matcher.match(document("The treaty was signed."))
    costs = matcher.slowest(5)
    assert [(cost.watch, cost.evaluated, cost.matched) for cost in costs] == [
        ("pacts/slow", 1, 1),
        ("pacts/often", 1, 1),
    ]
    assert costs[0].seconds > 0
    assert costs[1].seconds == 0
