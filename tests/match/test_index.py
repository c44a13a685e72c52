"""How many rules are looked at: an index that is lost shows here, and nowhere in the matches."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings

from tests.match.watches import watch
from tests.rules.test_properties import parsed, queries
from worker.match import (
    AnyBecause,
    AnyReason,
    Matcher,
    Optimisations,
    PlainMatcher,
    Required,
    required_terms,
    why_any,
)
from worker.rules import compile_concept, parse
from worker.rules.tree import Regex, leaves
from worker.text import Document
from worker.types import Article

OTHERS = [watch(f"other-{at}", f"(word{at} OR name{at}) AND treaty") for at in range(500)]


def evaluated(query: str, text: str, language: str = "en", **article: str) -> tuple[int, int]:
    """Rules looked at and matched, of one rule and 500 others that `treaty` alone must not draw in."""
    matcher = Matcher([watch("it", query), *OTHERS])
    verdict = matcher.match(Document.of(Article(id="a", text=text, **article), language))
    return verdict.evaluated, len(verdict.matches)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("treaty", "the treaties"),
        ('"mutual defence"', "a mutual defence clause, a treaty"),
        ('"the mutual defence clause"', "treaty: the mutual defence clause"),
        ("allian*", "an alliance treaty"),
        ("*liance", "an alliance treaty"),
        ("aliance~", "an alliance treaty"),
        ("=NATO", "NATO treaty"),
        ("treaty NEAR/3 signed", "signed the treaty"),
        ("(treaty OR pact) PRE/3 (signed OR sealed)", "the treaty was signed"),
        ("treaty SENTENCE signed", "Signed was the treaty."),
        ("ATLEAST/2(treaty)", "treaty treaty"),
        ("2 OF (treaty, signed, sealed)", "signed treaty"),
        ("title:treaty", "nothing"),
        ("cite(nato 5)", "Article 5 of the North Atlantic Treaty"),
        ("联合国", "联合国 treaty"),
        ("NOT (NOT signed)", "signed treaty"),
    ],
)
def test_only_the_rule_whose_words_are_there_is_looked_at(query: str, text: str):
    assert evaluated(query, text, title="A treaty") == (1, 1)


def test_a_rule_without_its_rarest_word_is_not_looked_at():
    assert evaluated("signed AND plenipotentiary", "they signed it") == (0, 0)


@pytest.mark.parametrize(
    ("query", "looked_at", "title", "text"),
    [
        ("@pact", 1, "News", "they signed treaties"),
        ("@pact", 0, "News", "they signed the treaties"),
        ("@pact", 0, "They signed", "treaties and more"),
        ("title:@pact", 1, "They signed treaties", "and more"),
        ("title:@pact", 0, "News", "they signed treaties"),
        ("lead:@pact", 0, "News", "They met.\n\nThey signed treaties."),
        ("lead:@pact", 0, "News", "They signed\n\ntreaties."),
        ("@pact SENTENCE minister", 0, "The minister", "has signed the treaties"),
    ],
)
def test_words_of_a_phrase_that_stand_apart_draw_no_rule_in(
    query: str, looked_at: int, title: str, text: str
):
    concept, _ = compile_concept("pact", {"en": ["sign* treat*"]})
    one = msgspec.structs.replace(watch("it", "x"), rule=parse(query, concepts={"pact": concept}))
    document = Document.of(Article(id="a", title=title, text=text), "en")
    assert Matcher([one]).match(document).evaluated == looked_at


def test_a_concept_is_looked_at_where_one_of_its_phrases_may_stand():
    concept, _ = compile_concept("pact", {"en": ["mutual defence", "=NATO"], "de": ["Bündnis"]})
    rule = parse("@pact", concepts={"pact": concept})
    one = watch("it", "x")
    matcher = Matcher([type(one)(**{**{f: getattr(one, f) for f in one.__struct_fields__}, "rule": rule})])
    for text, looked_at in [
        ("ein Bündnis", 1),
        ("mutual defence", 1),
        ("nato", 1),
        ("mutual and defence", 0),
    ]:
        assert matcher.match(Document.of(Article(id="a", text=text), "en")).evaluated == looked_at


def test_a_rule_with_nothing_but_an_expression_is_looked_at_for_every_article():
    assert evaluated("/tre+aty/", "nothing") == (1, 0)


def test_the_gate_comes_before_the_rule():
    matcher = Matcher([watch("de", "pakt", "de"), watch("any", "pakt")])
    assert matcher.match(Document.of(Article(id="a", text="pakt"), "fr")).evaluated == 1


def test_without_anchors_every_rule_is_looked_at():
    matcher = Matcher([watch("it", "treaty"), *OTHERS], optimisations=Optimisations(anchors=False))
    assert matcher.match(Document.of(Article(id="a", text="nothing"), "en")).evaluated == 501


def test_a_rule_hangs_on_its_rarest_clause():
    required = required_terms(parse("(the OR of) AND (plenipotentiary OR rapporteur) AND NOT film"))
    assert isinstance(required, Required)
    assert set(required.leaves) == {"plenipotentiary", "rapporteur"}


def test_a_count_hangs_on_as_many_as_could_not_all_be_missing():
    required = required_terms(parse("2 OF (the, plenipotentiary, rapporteur)"))
    assert isinstance(required, Required)
    assert set(required.leaves) == {"plenipotentiary", "rapporteur"}


def test_a_rule_that_needs_no_word_says_why():
    assert required_terms(parse("/[A-Z]{3}-[0-9]+/")) == AnyBecause(AnyReason.EXPRESSION)
    assert isinstance(required_terms(parse("/[A-Z]{3}-[0-9]+/ AND treaty")), Required)


@settings(max_examples=300, deadline=None)
@given(queries())
def test_only_a_rule_with_an_expression_can_need_no_word(query: str):
    rule = parsed(query)
    if why_any(rule) is not None:
        assert any(isinstance(leaf, Regex) for leaf in leaves(rule.root))


@pytest.mark.parametrize("title", ["\u202e", "\u200b", "a \u202e", "\u202e a"])
def test_a_title_of_invisible_characters_moves_no_place_of_the_text(title: str) -> None:
    watches = [watch("word", "treaty"), watch("phrase", '"a treaty"'), watch("near", "a NEAR/3 treaty")]
    read = Document.of(Article(id="a", title=title, text="It is a treaty."), "en")
    mine, plain = Matcher(watches).match(read), PlainMatcher(watches, plain=True).match(read)
    assert [(each.watch.id, each.leaves) for each in mine.matches] == [
        (each.watch.id, each.leaves) for each in plain.matches
    ]
    assert len(mine.matches) == 3
