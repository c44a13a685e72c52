"""Sentences and paragraphs: spans that hold every visible character, in order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.text.strings import strings
from worker.text import Span, paragraph_spans, sentence_spans

TEXTS = st.lists(
    st.one_of(strings, st.sampled_from([". ", "。", "؟ ", "\n", "\n\n", "\r\n", "। "])), max_size=6
)
texts = TEXTS.map("".join)


def cut(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Mr. Lee signed it.", "NATO replied!"]),
        ("de", ["Am 5. Mai trat er in Kraft.", "Die Nato schwieg."]),
        ("ru", ["Договор подписан.", "Стороны сослались на Устав ООН."]),
        ("hi", ["संधि पर हस्ताक्षर हुए।", "नाटो चुप रहा।"]),
        ("ar", ["هل وقع الاتفاق؟", "نعم وقع."]),
        ("und", ["It is signed.", "It holds."]),
        ("xx-unknown", ["It is signed.", "It holds."]),
    ],
)
def test_sentences_end_where_their_language_ends_them(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert cut(text, sentence_spans(text, language)) == sentences


def test_chinese_and_japanese_sentences_need_no_space() -> None:
    assert cut("条約。署名した。", sentence_spans("条約。署名した。", "ja")) == ["条約。", "署名した。"]
    assert cut("签署条约。北约回应。", sentence_spans("签署条约。北约回应。", "zh")) == [
        "签署条约。",
        "北约回应。",
    ]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", []),
        (" \n \n", []),
        ("  ", []),
        (" one \t", [" one \t"]),
        ("one\u2028two", ["one", "two"]),
        ("one\ntwo", ["one", "two"]),
        ("one\r\ntwo\rthree", ["one", "two", "three"]),
        ("wrapped\nline\n\nnext", ["wrapped\nline", "next"]),
        ("wrapped\r\nline\r\n \t\r\nnext\n", ["wrapped\r\nline", "next\n"]),
        ("one\u2029two", ["one", "two"]),
    ],
)
def test_paragraphs_end_at_blank_lines_or_without_them_at_line_breaks(
    text: str, paragraphs: list[str]
) -> None:
    assert cut(text, paragraph_spans(text)) == paragraphs


def test_a_title_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    text = "Pact signed\nMoscow and Pyongyang agreed."
    assert cut(text, sentence_spans(text, "en")) == ["Pact signed", "Moscow and Pyongyang agreed."]


@given(texts)
def test_paragraphs_hold_every_visible_character(text: str) -> None:
    spans = paragraph_spans(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(cut(text, spans)).split()) == "".join(text.split())


@given(texts, st.sampled_from(["en", "ru", "ja", "hi", "und"]))
@example("a \ud800. B", "en")
def test_sentences_are_in_bounds_in_order_and_within_a_paragraph(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    paragraphs = paragraph_spans(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert any(first <= start and end <= last for first, last in paragraphs)
    assert "".join("".join(cut(text, spans)).split()) == "".join(text.split())
