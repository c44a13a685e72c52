"""Words that no rule asks for are told by their hash, and the others as by themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from tests.match.watches import watch
from worker.match import Matcher, PlainMatcher
from worker.match.forms import FormTable
from worker.match.loops import ASK
from worker.text import Document, FieldText, fold, terms_of
from worker.types import Article

FORMS = {"pakt": 1, "пакт": 2, "εταιρια": 3, "strasse": 4, "a": 5, "同盟": 6}
LETTERS = st.sampled_from("pakt ПАКТ Εταιρία Straße İıſﬁ 9٣ Жйё́ Σς אבּ इंकगㄱ同盟\u0301\u00ad\u200d")
WORDS = st.lists(
    st.text(LETTERS | st.characters(exclude_characters="\n"), min_size=1, max_size=40),
    min_size=1,
    max_size=30,
)


def read(text: str) -> Document:
    return Document.of(Article(id="", text=text), "en")


def told(table: FormTable, raw: str) -> list[tuple[str, int]]:
    field = FieldText("text", raw)
    if field.hashes is None or not len(field.hashes):
        return []
    numbers, asked = table.numbers(field, np.arange(len(field.hashes)))
    assert asked == sum(number == ASK for number in numbers.tolist())
    return list(zip(field.pieces, numbers.tolist(), strict=True))


@given(WORDS)
@example(["pakt", "PAKT", "Пакт", "paktu"])
def test_what_is_told_of_a_word_is_the_number_of_its_form(words: list[str]):
    terms_of(words)  # the letters are met
    for piece, number in told(FormTable(FORMS, []), " ".join(words)):
        (term,) = terms_of([piece])
        assert number == ASK or (term is not None and number == FORMS.get(term, 0))


def test_words_of_letters_that_fold_by_themselves_are_told_once_their_letters_are_met():
    terms_of(["paktu", "ПАКТ", "Εταιρία"])
    numbers = dict(told(FormTable(FORMS, []), "paktu PAKT ПАКТ Εταιρία a"))
    assert numbers == {"paktu": 0, "PAKT": 1, "ПАКТ": 2, "Εταιρία": 3, "a": 5}


@given(st.lists(st.text("abcxyz", min_size=1, max_size=6), max_size=6), st.text("abcxyz ", max_size=60))
def test_a_word_that_begins_as_a_wildcard_does_is_not_told(beginnings: list[str], raw: str):
    terms_of(["abcxyz"])
    for piece, number in told(FormTable(FORMS, beginnings), raw):
        if any(fold(piece).startswith(beginning) for beginning in beginnings):
            assert number == ASK


def test_where_any_word_may_match_none_is_told():
    assert told(FormTable(FORMS, None), "pakt paktu") == [("pakt", ASK), ("paktu", ASK)]


def test_wildcards_of_every_kind_ring_as_by_the_plain_evaluator():
    rules = ["alli*", "defen?e", "treaty~", "no*thing", "pact"]
    texts = [
        "The allies' defence",
        "a defense treety",
        "nowhere, nothing, northing",
        "pacts and pact",
        "ALLIÉS",
    ]
    for asked in (rules[:1], rules[:2], rules[3:], rules):
        watches = [watch(query, query) for query in asked]
        quick, plain = Matcher(watches), PlainMatcher(watches)
        for text in (*texts, *texts):
            assert quick.match(read(text)).matches == plain.match(read(text)).matches
