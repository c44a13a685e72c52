"""Why not: every failed clause says what came nearest."""

from __future__ import annotations

import msgspec
import pytest

from worker.rules import Clause, State, compile_concept, explain, parse
from worker.text import Document
from worker.types import Article, Citation, Grade

PHRASES = {
    "pact": ["defence pact", "alliance"],
    "diplomats": ["diplomats"],
    "football": ["diplomacy football"],
    "they": ["=THEY"],
}
CONCEPTS = {name: compile_concept(name, {"en": phrases})[0] for name, phrases in PHRASES.items()}
ARTICLE = Article(
    id="1",
    title="Football diplomacy",
    text="The treaty that nobody wanted was signed. They left.\n\nThe second paragraph, with a pact.",
    url="https://example.org/pacts",
)


def judged(
    query: str, language: str = "en", gate: tuple[str, ...] = ("any",), cited: tuple[Citation, ...] = ()
):
    document = Document.of(ARTICLE, language)
    rule = parse(query, concepts=CONCEPTS)
    return explain(rule, document, lambda field: cited if field.name == "text" else (), gate)


def note(query: str, **more) -> str | None:
    return judged(query, **more).rule.note


CITED = Citation("nato", "5", Grade.INFERRED, 0, 3, "The")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("treaty NEAR/2 signed", "closest 4, at “treaty that nobody wanted was signed” in text at 4"),
        ("treaty NEAR/2 paragraph", "closest 9, at “treaty … paragraph” in text at 4"),
        ("treaty NEAR/2 missing", "nothing on its right side"),
        ("missing NEAR/2 lost", "nothing on its left and right side"),
        ("football NEAR/2 treaty", "the two sides are in different fields"),
        ("treaty NEAR/3 treaty", "the two sides only overlap"),
        (
            "signed PRE/5 treaty",
            "only in the other order: closest 4, at “treaty that nobody wanted was signed” in text at 4",
        ),
        ("treaty PRE/1 signed", "closest 4, at “treaty that nobody wanted was signed” in text at 4"),
        ("treaty SENTENCE left", "closest 6, at “treaty … left” in text at 4"),
        ("treaty PARAGRAPH second", "closest 8, at “treaty … second” in text at 4"),
        (
            "treaty NOT NEAR/9 signed",
            "each is that near: 4, at “treaty that nobody wanted was signed” in text at 4",
        ),
        ("missing", "the word is not there"),
        ("miss*", "no word fits"),
        ('"treaty missing"', "not there: “missing”"),
        ('"signed treaty"', "all its words are there, but not next to each other in this order"),
        ("=Treaty", "written otherwise: “treaty” in text at 4"),
        ("=Absent", "not there, in whatever spelling"),
        ("treetty~", "the nearest word is “treaty”"),
        ("zzzzz~", "no word is like it"),
        ("treatise", "the word is not there; there is “treaty” in text at 4"),
        ("parag?ap", "no word fits; there is “paragraph” in text at 65"),
        ("/zz/", "the expression matches nowhere"),
        ("/TREATY th/", "only with other small and capital letters: “treaty th” in text at 4"),
        ("@pact", "none of its 2 phrases is there"),
        ("@diplomats", "none of its 1 phrases is there; there is “diplomacy” in title at 9"),
        (
            "@football",
            "none of its 1 phrases is there; "
            "the words of “diplomacy football” are, but not next to each other",
        ),
        ("@they", "none of its 1 phrases is there; =THEY is written otherwise: “They” in text at 42"),
        ("example", "only outside text and title: “example” in url at 8"),
        ("ATLEAST/5(treaty)", "ATLEAST/5 wants 5, there is 1"),
        ("2 OF (treaty, missing, lost)", "1 of 3 hold, 2 are wanted"),
    ],
)
def test_a_failed_clause_says_what_came_nearest(query: str, expected: str):
    assert note(query) == expected


def test_a_field_says_where_else_the_word_stands():
    assert judged("lead:paragraph").rule.clauses[0].note == "only outside lead: “paragraph” in text at 65"


def test_an_exclusion_is_named_and_placed():
    explained = judged("treaty AND NOT title:football")
    assert explained.rule.clauses[1].note == "excluded by NOT football: “Football” in title at 0"
    assert not explained.matched


def test_a_word_that_is_only_there_inflected_in_another_language_says_so():
    expected = "the article is de, so en words are not inflected: it has “signed” in text at 34"
    assert note("signing", language="de") == expected


def test_a_word_of_a_list_whose_language_was_forgotten_says_so():
    article = Article(id="1", text="Den nye avtalen er signert.")
    explained = explain(parse("avtale"), Document.of(article, "no"), lambda _: ())
    expected = "the watch-list's words are en; as a word of no it would find “avtalen” in text at 8"
    assert explained.rule.note == expected


def test_the_nearest_citation_is_shown():
    assert note("cite(nato 4)", cited=(CITED,)) == "the nearest citation is “The” (5 of nato, inferred)"
    assert note("cite(nato 4)") == "no citation is there"


def test_the_gate_says_what_the_article_is_and_what_the_rule_wants():
    explained = judged("treaty", gate=("ru", "uk"))
    assert explained.gate is not None
    assert explained.gate.note == "article is en, rule wants ru or uk"
    assert explained.rule.state is State.HELD
    assert not explained.matched
    assert judged("treaty", gate=("en",)).matched


def test_a_clause_that_held_shows_its_words():
    clause = judged("treaty NEAR/9 signed").rule
    assert [leaf.quote for leaf in clause.matches] == ["treaty", "signed"]


def test_a_clause_over_its_budget_says_so():
    article = Article(id="1", text="a b " * 3000)
    explained = explain(parse("a NEAR/9999 b"), Document.of(article), lambda _: ())
    assert explained.rule.state is State.NOT_EVALUATED
    assert "could not be evaluated" in str(explained)
    assert not explained.matched


def test_an_explanation_goes_through_json():
    explained = judged("treaty AND (missing OR signed)")
    again = msgspec.json.decode(msgspec.json.encode(explained), type=type(explained))
    assert again == explained
    assert isinstance(again.rule, Clause)


def test_nothing_of_an_article_reaches_the_terminal_as_a_command():
    article = Article(id="1", text="treaty\x1b[31m\u202e signed")
    rule = parse("/treaty.*/")
    shown = str(explain(rule, Document.of(article), lambda _: ()))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
