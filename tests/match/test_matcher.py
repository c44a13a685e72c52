"""Matching: the gate first, every watch for itself, and a budget that ran out is told and not hidden."""

from __future__ import annotations

import pytest

from tests.match.watches import watch
from worker.clock import ManualClock
from worker.match import FieldCitations, Matcher
from worker.text import Document
from worker.types import Article

TREATY = watch("treaty", "treaty")
ALLIANCE = watch("alliance", "alliance")


def document(text: str, language: str = "en", title: str = "") -> Document:
    return Document.of(Article(id="a", title=title, text=text), language)


def rung(matcher: Matcher, read: Document) -> list[str]:
    return [match.watch.id for match in matcher.match(read).matches]


def test_watches_that_are_true_ring_in_the_order_they_were_loaded():
    read = document("A treaty of alliance")
    assert rung(Matcher((TREATY, ALLIANCE)), read) == ["pacts/treaty", "pacts/alliance"]
    assert rung(Matcher((ALLIANCE, TREATY)), read) == ["pacts/alliance", "pacts/treaty"]


def test_a_watch_whose_words_are_missing_is_not_looked_at():
    verdict = Matcher((TREATY, ALLIANCE)).match(document("A treaty"))
    assert [match.watch for match in verdict.matches] == [TREATY]
    assert (verdict.unevaluated, verdict.evaluated) == ((), 1)


def test_no_watches_ring_nothing():
    verdict = Matcher().match(document("A treaty"))
    assert (verdict.matches, verdict.unevaluated, verdict.evaluated) == ((), (), 0)


def test_the_gate_lets_through_the_watch_s_languages_and_any():
    matcher = Matcher((watch("de", "pakt", "de"), watch("de-en", "pakt", "de", "en"), watch("any", "pakt")))
    assert rung(matcher, document("pakt", "de")) == ["pacts/de", "pacts/de-en", "pacts/any"]
    assert rung(matcher, document("pakt", "en")) == ["pacts/de-en", "pacts/any"]
    assert rung(matcher, document("pakt", "fr")) == ["pacts/any"]


def test_an_article_of_no_known_language_passes_only_the_gate_that_says_any():
    matcher = Matcher((watch("en", "pakt", "en"), watch("any", "pakt")))
    verdict = matcher.match(document("pakt", "und"))
    assert [match.watch.id for match in verdict.matches] == ["pacts/any"]
    assert verdict.evaluated == 1


def test_a_region_passes_the_gate_of_its_language():
    assert rung(Matcher((watch("pt", "pacto", "pt"),)), document("pacto", "pt-BR")) == ["pacts/pt"]


def test_an_article_in_two_languages_passes_the_gate_of_either():
    read = Document.of(Article(id="a", text="pakt"), "en", frozenset({"en", "de"}))
    assert rung(Matcher((watch("de", "pakt", "de"), watch("fr", "pakt", "fr"))), read) == ["pacts/de"]


def test_evidence_stands_where_the_words_stand():
    read = document("They signed a Treaty.", title="A treaty")
    (match,) = Matcher((TREATY,)).match(read).matches
    found = [(leaf.field, read.fields[leaf.field].raw[leaf.start : leaf.end]) for leaf in match.leaves]
    assert found == [("title", "treaty"), ("text", "Treaty")]


def test_a_watch_that_exceeds_its_budget_is_reported_and_the_others_go_on():
    heavy = watch("heavy", "a NEAR/50 b")
    verdict = Matcher((TREATY, heavy, ALLIANCE), clock=ManualClock()).match(
        document("a b " * 20_000 + "treaty alliance")
    )
    assert [match.watch for match in verdict.matches] == [TREATY, ALLIANCE]
    assert [(missed.watch, missed.budget) for missed in verdict.unevaluated] == [(heavy, "spans")]
    assert verdict.evaluated == 3


def test_a_regex_that_matches_without_end_is_reported_and_the_others_go_on():
    greedy = watch("greedy", "/x/")
    verdict = Matcher((greedy, TREATY)).match(document("x " * 10_001 + "treaty"))
    assert [match.watch for match in verdict.matches] == [TREATY]
    assert [(missed.watch, missed.budget) for missed in verdict.unevaluated] == [(greedy, "regex_matches")]


def test_a_budget_is_each_watch_s_own():
    once = Matcher((watch("near", "a NEAR/5 b"),)).match(document("a b " * 5_000))
    watches = [watch(f"near-{at}", "a NEAR/5 b") for at in range(12)]
    often = Matcher(watches, clock=ManualClock()).match(document("a b " * 5_000))
    assert (len(once.matches), len(often.matches)) == (1, 12)
    assert often.unevaluated == ()


def test_a_citation_rings_with_what_was_cited():
    watching = Matcher((watch("five", "cite(nato 5)"),))
    (match,) = watching.match(document("Allies invoked Article 5 of the North Atlantic Treaty.")).matches
    cited = match.leaves[0].citation
    assert cited is not None
    assert (cited.instrument, cited.provision) == ("nato", "5")
    assert rung(watching, document("Allies invoked Article 4 of the North Atlantic Treaty.")) == []


def test_citations_of_a_field_are_read_once():
    read = document("Article 5 of the North Atlantic Treaty")
    citations = FieldCitations(read)
    assert citations(read.fields["text"])
    assert citations(read.fields["text"]) is citations(read.fields["text"])


@pytest.mark.parametrize("step", ["worker.match.triggers.Triggers.leaves_of", "worker.match.index.Quotes"])
def test_an_article_that_fails_in_the_middle_leaves_nothing_to_the_next(
    step: str, monkeypatch: pytest.MonkeyPatch
):
    matcher = Matcher((TREATY, ALLIANCE, watch("near", "treaty NEAR/3 alliance")))
    read = document("A treaty of alliance")
    expected = matcher.match(read)
    with monkeypatch.context() as patched:
        patched.setattr(step, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            matcher.match(document("Of an alliance: the treaty, an alliance by treaty"))
    assert matcher.match(read) == expected


def test_words_are_quoted_when_they_are_read_and_outlive_the_article():
    matcher = Matcher((TREATY, ALLIANCE))
    first = matcher.match(document("A treaty of alliance, and a treaty"))
    matcher.match(document("Another alliance by another treaty"))
    assert [match.words for match in first.matches] == [2, 1]
    treaty, alliance = (match.leaves for match in first.matches)
    assert [(leaf.start, leaf.quote) for leaf in treaty] == [(2, "treaty"), (28, "treaty")]
    assert [(leaf.start, leaf.quote) for leaf in alliance] == [(12, "alliance")]


def test_rules_that_rest_on_the_same_words_share_their_quotations():
    one, other = Matcher((TREATY, watch("again", "treaty"))).match(document("A treaty")).matches
    assert one.leaves[0] is other.leaves[0]


def test_leaves_on_the_same_words_are_told_in_the_order_in_which_they_are_written():
    rules = [
        watch("a", "treaty OR treat* OR tr*y"),
        watch("b", "tr*y OR treat* OR treaty"),
        watch("c", "treat*"),
    ]
    verdict = Matcher(rules).match(document("No treaty, no treaties"))
    written = [[(leaf.start, leaf.leaf) for leaf in match.leaves] for match in verdict.matches]
    both = [(3, "tr*y"), (3, "treat*"), (3, "treaty"), (14, "treat*"), (14, "treaty")]
    assert written == [both, both, [(3, "treat*"), (14, "treat*")]]
