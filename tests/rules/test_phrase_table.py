"""The quick way to a concept's phrases, held against the plain one that looks for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.casefile import Case, all_cases
from worker.rules import Concept, Reading, compile_concept, parse
from worker.rules.occurrences import FieldReading, of_concept
from worker.rules.phrase_table import anchor_of, beginning_of, longest_run
from worker.rules.tree import Glob, Literal
from worker.text import Document, FieldText
from worker.types import Article

# Words that share beginnings, middles and stems, in scripts with and without spaces and stemmers.
WORDS = ["attack", "attacks", "Attacked", "counterattack", "at", "a", "defence", "defense", "defences"]
WORDS += ["Verteidigung", "verteidigungen", "Verträge", "Vertrag", "attaque", "attaques", "traité"]
WORDS += ["альянс", "альянса", "Альянсы", "договор", "договора", "nato", "NATO", "νάτο", "ΝΆΤΟ"]
WORDS += [
    "条",
    "约",
    "条约",
    "联合国",
    "조약",
    "สนธิสัญญา",
    "معاهدة",
    "संधि",
    "5",
    "٥",
    "Art",
    "e\u0301",
    "é",
    "ﬁ",
]
WORDS += ["国", "联", "合", "㍿", "株", "式", "会社", "株式会社", "ﾊﾝ", "ハン"]
WORDS += ["antlaşma", "ANTLAŞMASI", "İttifak", "ıttifak", "🔥", "o'neil", "self-defence"]
WILD = [
    "attack*",
    "atta*",
    "at*",
    "defen?e",
    "defen?es",
    "*attack*",
    "*attack",
    "альян*",
    "дог?вор*",
    "*gung*",
]
WILD += [
    "vertr*",
    "条*",
    "a?tack",
    "attacks*",
    "d*e",
    "?rt",
    "antla*",
    "att*ks",
    "verteidigung*",
    "*o?a",
    "дог?вор*",
]
LANGUAGES = ["en", "ja", "de", "fr", "ru", "zh", "tr", "pt-BR", "pt", "de-AT", "und", "ka"]
SEPARATORS = [" ", " ", " ", " ", "-", ". ", "\n", "", "\u200b", "、"]


@st.composite
def phrases(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 4)) == 0:
        return "=" + " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)))
    return " ".join(draw(st.lists(st.sampled_from(WORDS + WILD), min_size=1, max_size=3)))


@st.composite
def concepts(draw: st.DrawFn) -> Concept:
    """A concept of any phrases; those that are refused are left out."""
    table = st.dictionaries(st.sampled_from(LANGUAGES), st.lists(phrases(), max_size=8), max_size=5)
    return compile_concept("x", draw(table))[0]


@st.composite
def texts(draw: st.DrawFn) -> str:
    pieces = draw(
        st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SEPARATORS)), min_size=1, max_size=25)
    )
    return "".join(word + separator for word, separator in pieces)


article_languages = st.frozensets(st.sampled_from(LANGUAGES), max_size=3)


@given(concepts(), texts(), article_languages)
@settings(max_examples=1500)
def test_a_concept_occurs_where_the_plain_way_finds_it(
    concept: Concept, text: str, languages: frozenset[str]
):
    field = FieldText("text", text)
    quick, plain = (of_concept(concept, FieldReading(field, languages, plain=way)) for way in (False, True))
    assert quick == plain


@given(concepts(), st.lists(st.tuples(texts(), article_languages), min_size=2, max_size=4))
@settings(max_examples=300)
def test_a_concept_forgets_the_article_before(concept: Concept, articles: list[tuple[str, frozenset[str]]]):
    for text, languages in articles:
        field = FieldText("text", text)
        fresh = Concept(concept.name, concept.phrases)
        assert of_concept(concept, FieldReading(field, languages)) == of_concept(
            fresh, FieldReading(field, languages, plain=True)
        )


@given(
    st.text("ab*?é", min_size=1, max_size=6).filter(lambda word: "*" in word or "?" in word),
    st.lists(st.text("abéc", min_size=1, max_size=6), max_size=8).map(" ".join),
)
@settings(max_examples=1000)
def test_a_wildcard_stands_for_the_tokens_that_the_plain_way_finds(pattern: str, text: str):
    field = FieldText("text", text)
    quick, plain = (FieldReading(field, frozenset(), plain=way) for way in (False, True))
    assert quick.tokens_of(Glob(pattern), None) == plain.tokens_of(Glob(pattern), None)


CASES = [case for case in all_cases() if case.error is None]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case_either_way(case: Case):
    rule = case.compiled()
    quick, plain = (
        Reading(case.document(), case.citations, plain=way).evaluate(rule) for way in (False, True)
    )
    assert quick == plain
    case.check(plain)


def test_evidence_of_many_rules_is_the_same_in_the_same_order():
    concepts = {
        "pact": compile_concept("pact", {"en": ["defen?e pact", "treat*"], "de": ["Vertrag", "=NATO"]})[0],
        "event": compile_concept("event", {"en": ["attack", "*arm*"], "fr": ["attaque", "traité"]})[0],
    }
    text = (
        "The NATO defence pact. Verträge und Vertrag; the treaty was attacked, alarms, l'attaque du traité."
    )
    document = Document.of(Article(id="1", title="Attacks", text=text), "en", frozenset({"en", "de"}))
    readings = [Reading(document, lambda _field: (), plain=way) for way in (False, True)]
    for query in ("@pact NEAR/9 @event", "@pact AND NOT title:@pact", "ATLEAST/3(@event)", "@event OR @pact"):
        rule = parse(query, concepts=concepts)
        quick, plain = (reading.evaluate(rule) for reading in readings)
        assert quick.matched
        assert quick == plain


def test_only_phrases_whose_anchor_the_field_has_are_looked_for():
    concept = compile_concept("x", {"en": ["armed attack", "treat*", "old pact"], "de": ["Angriff"]})[0]
    reading = FieldReading(FieldText("text", "the treaties of armed men"), frozenset({"en"}))
    assert concept.table.candidates(reading) == [1]


def test_characters_must_stand_side_by_side_to_be_looked_for():
    concept = compile_concept("x", {"zh": ["联合国", "国联", "条约"], "ja": ["㍿"]})[0]
    reading = FieldReading(FieldText("text", "联合国条"), frozenset({"zh"}))
    assert concept.table.candidates(reading) == [0]


def test_stems_are_worked_out_only_in_the_languages_of_the_article():
    asked: list[str] = []

    class Watched(FieldText):
        def stems(self, language: str) -> list[str]:
            asked.append(language)
            return super().stems(language)

    concept = compile_concept("x", {"en": ["attack"], "de": ["Angriff"], "fr": ["attaque"]})[0]
    of_concept(concept, FieldReading(Watched("text", "die Angriffe"), frozenset({"de"})))
    assert set(asked) == {"de"}


def test_the_anchor_is_the_term_with_the_most_to_look_up():
    pact, wild = Literal("Pact", "pact"), Glob("*pact*")
    assert anchor_of([Literal("a", "a"), pact, wild]) == pact
    assert anchor_of([wild, Glob("defen?e")]) == Glob("defen?e")
    assert (beginning_of("defen?e*"), beginning_of("*e"), longest_run("*ab?cde*")) == ("defen", "", "cde")
