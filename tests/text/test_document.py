"""Documents: an article's fields, each with its tokens, sentences, paragraphs and lead."""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import integers

from tests.text.strings import strings
from worker.text import LEAD_TOKENS, Document, FieldText, sentence_spans
from worker.types import Article


def test_fields_stand_in_order_and_empty_ones_are_left_out() -> None:
    article = Article(id="1", title="Pact", text="Signed.", url="https://a.example/1", authors=("A. B", "C"))
    document = Document.of(article, "en")
    assert list(document.fields) == ["title", "text", "url", "authors[0]", "authors[1]"]
    assert [field.name for field in document.fields.values()] == list(document.fields)


def test_a_document_counts_as_its_own_language_and_undetermined_as_none() -> None:
    article = Article(id="1", title="Pact", text="")
    assert Document.of(article, "en").languages == {"en"}
    assert Document.of(article).languages == frozenset()
    assert Document.of(article, "sr", frozenset({"sr", "hr"})).languages == {"sr", "hr"}


def test_a_quote_is_what_was_received() -> None:
    field = FieldText("text", "The «Mutual\u00ad De\u0301fense» Pact")
    assert field.terms == ["the", "mutual", "defense", "pact"]
    assert field.quote(1, 2) == "Mutual\u00ad De\u0301fense"


def test_every_token_knows_its_sentence_and_paragraph() -> None:
    field = FieldText("text", "It is signed. It holds.\n\nNATO replied.")
    assert field.terms == ["it", "is", "signed", "it", "holds", "nato", "replied"]
    assert field.sentences("en") == [0, 0, 0, 1, 1, 2, 2]
    assert field.paragraphs() == [0, 0, 0, 0, 0, 1, 1]


def test_the_sentences_at_a_place_are_those_it_touches() -> None:
    field = FieldText("text", "It is signed. It holds.\n\nNATO replied. Nobody fired.")
    at = field.raw.index
    assert field.sentences_at("en", at("holds"), at("holds") + 5) == [(14, 23)]
    assert field.sentences_at("en", at("holds"), at("replied")) == [(14, 23), (25, 38)]
    assert field.sentences_at("en", 23, 25) == []


@given(strings, integers(0, 60), integers(0, 60))
def test_sentences_at_a_place_are_cut_as_in_the_whole_text(raw: str, start: int, end: int) -> None:
    touched = [span for span in sentence_spans(raw, "en") if span[0] < end and start < span[1]]
    assert FieldText("text", raw).sentences_at("en", start, end) == touched


def test_stems_stand_beside_their_tokens() -> None:
    field = FieldText("text", "Verträge über 条約")
    assert field.stems("de") == ["vertrag", "uber", "条", "約"]
    assert field.stems("zh") == field.terms


def test_the_lead_is_the_first_paragraph() -> None:
    assert FieldText("text", "one two three\n\nfour").lead_end() == 3
    assert FieldText("text", "\n\n one two\nthree").lead_end() == 2
    assert FieldText("text", "").lead_end() == 0


def test_the_lead_of_an_unbroken_text_has_a_limit() -> None:
    assert FieldText("text", "word " * 500).lead_end() == LEAD_TOKENS


@given(strings)
def test_numbers_stand_beside_tokens_and_never_fall(raw: str) -> None:
    field = FieldText("text", raw)
    for numbers in (field.sentences("en"), field.paragraphs()):
        assert len(numbers) == len(field.terms)
        assert numbers == sorted(numbers)
    assert 0 <= field.lead_end() <= min(len(field.terms), LEAD_TOKENS)
    assert len(field.stems("ru")) == len(field.terms)
