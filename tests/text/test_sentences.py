"""Sentences and paragraphs: spans that hold every visible character, in order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.text.strings import strings
from worker.text import FieldText, Span, paragraph_spans, sentence_spans

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


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Согласно п. 3 ст. 51 Устава, на 5 млн. долларов."),
        ("ru", "Договор действует до 20 янв. 2025 г. включительно."),
        ("uk", "Згідно зі ст. 51 Статуту В. В. Іваненко підписав договір у м. Київ."),
        ("be", "Паводле арт. 51 Статута дагавор падпісаны."),
        ("mk", "Според чл. 51 од Повелбата договорот е потпишан."),
        ("sr", "На основу чл. 51 Повеље уговор је потписан."),
        ("hr", "Prema čl. 51. Povelje ugovor je potpisan 5. svibnja 2014. godine."),
        ("bs", "Ugovor je potpisan 5. maja."),
        ("sl", "Po 51. členu Ustanovne listine in čl. 52 je pogodba podpisana."),
        ("cs", "Podle 51. článku je smlouva platná."),
        ("pl", "Zgodnie z art. 51 ust. 2 traktat podpisano w 2014 r. w Warszawie."),
        ("lv", "Saskaņā ar 51. pantu līgums parakstīts 2014. gada 5. maijā."),
        ("lt", "Pagal 51 str. sutartis galioja, kredituota 25 mlrd. eurų."),
        ("et", "Leping allkirjastati 5. mail 2014. aastal."),
        ("hu", "Az Alapokmány 51. cikke szerint 2014. május 5-én írták alá."),
        ("no", "Traktaten ble undertegnet 5. mai 2014."),
        ("sv", "Avtalet, dvs. Nato-avtalet, gäller från kl. 12 enligt t.ex. Sverige."),
        ("is", "Samkvæmt gr. 51 var samningurinn undirritaður 1. janúar."),
        ("de", "Der 51. Artikel gilt, sagt Hr. Meier vor der 3. Kammer."),
        ("nl", "O.a. De Vries en d.w.z. Het verdrag volgens art. 51."),
        ("fr", "M. Macron et Mme. Dupont ont cité l'art. 51 de la Charte."),
        ("it", "Secondo la pag. 3 e l'art. 51, n. 2, il trattato vale."),
        ("es", "El art. 51, párr. 2 de la Carta rige."),
        ("pt", "O tratado n.º 5, al. 2, pág. 3 vale."),
        ("ro", "Potrivit alin. 2 lit. b din art. 51 tratatul este valabil."),
        ("tr", "Antlaşmanın 51. maddesi ve 5. Madde geçerlidir."),
        ("az", "Nizamnamənin 51. maddəsi qüvvədədir."),
        ("el", "Σύμφωνα με το άρθ. 51 παρ. 2 του Χάρτη, 96 χλμ. από την πόλη."),
        ("en", "Under arts. 51 and 52, paras. 2 and ch. 5, Amb. Smith signed."),
        ("id", "Menurut Psl. 51 Piagam, Tn. Budi di Jl. Sudirman menandatangani."),
        ("vi", "TP. Hồ Chí Minh và GS. Trần ký hiệp ước."),
        ("ar", "وقع د. أحمد المعاهدة وفق م. 51 من الميثاق."),
        ("fa", "طبق م. ۵۱ منشور امضا شد."),
        ("hi", "डॉ. सिंह और श्री. मोदी ने संधि पर हस्ताक्षर किए।"),
        ("bn", "ড. রহমান চুক্তি স্বাক্ষর করেছেন।"),
        ("ta", "திரு. ஸ்டாலின் ஒப்பந்தம்"),
        ("ka", "მუხ. 51 ხელშეკრულება"),
        ("th", "สนธิสัญญา พ.ศ. 2557 ลงนาม"),
        ("und", "Согласно ст. 51 договор подписан."),
    ],
)
def test_a_full_stop_of_an_abbreviation_or_an_ordinal_ends_no_sentence(language: str, sentence: str) -> None:
    assert cut(sentence, sentence_spans(sentence, language)) == [sentence]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("ru", ["Он подписал договор.", "51 страна против."]),
        ("de", ["Er kam am 3.", "Danach ging er."]),
        ("fr", ["Il a couru 100 m.", "Le traité est signé."]),
        ("en", ["It was plan B.", "Then he left."]),
        ("en", ["the treaty ended.", "they signed nothing."]),
        ("km", ["សន្ធិសញ្ញា។", "ចុះហត្ថលេខា"]),
    ],
)
def test_a_full_stop_that_ends_a_sentence_ends_it(language: str, sentences: list[str]) -> None:
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


@given(texts, st.sampled_from(["en", "th", "ru", "cs", "und"]), st.integers(-5, 200), st.integers(0, 60))
@example("พ.ศ.2550 ม.ค.2551. ก.ย. 12.3.1999. Á. Nagy. ", "th", 9, 3)
@example("Á.B. Č.D. 3.4.5. máje. Konec. čl. 5. Á.", "cs", 14, 2)
@example("Согласно ст. 51 Устава. Да.", "ru", 12, 1)
@example("Prema čl. 51. Povelje. Da.", "hr", 13, 1)
def test_the_sentences_that_are_asked_for_are_those_of_the_whole(
    text: str, language: str, start: int, size: int
):
    end = start + size
    known = sentence_spans(text, language)
    asked = FieldText("text", text).sentences_at(language, start, end)
    assert asked == [span for span in known if span[0] < end and start < span[1]]
