"""The cascade: who is asked, who decides, and what the votes say."""

from __future__ import annotations

import pytest

from worker.language import arbiter
from worker.language.cascade import CONFUSED, judge
from worker.language.confidence import LENGTHS, _curves, length_class, probability
from worker.language.letters import telling_letters, writers
from worker.language.scripts import chinese_script, count_scripts, language_of_script
from worker.language.words import rows_of, shape


def scores_of(word):
    """Language → what the tables say of a folded word."""
    return dict(zip(shape().languages, rows_of(frozenset([word]))[word], strict=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ελλάδα και Κύπρος", "el"),
        ("ประเทศไทย", "th"),
        ("מדינת ישראל", "he"),
        ("ײִדיש און העברעיִש", "yi"),
        ("საქართველო", "ka"),
        ("Հայաստան", "hy"),
        ("대한민국 大統領", "ko"),
        ("日本の国会", "ja"),
        ("中国人民", "zh"),
        ("தமிழ் நாடு", "ta"),
        ("অসম আৰু বাংলা", "as"),
        ("বাংলাদেশ সরকার", "bn"),
    ],
)
def test_letters_alone_decide_a_language_that_has_a_script_for_itself(text, code):
    verdict = judge([text])
    assert (verdict.code, verdict.detector) == (code, "script")
    assert [vote.detector for vote in verdict.votes] == ["script"]


def test_han_as_only_japan_writes_it_is_japanese_without_kana():
    assert judge(["東京都、検査拡充 医療費対策"]).code == "ja"
    assert judge(["政府宣布新的经济措施"]).code == "zh"


def test_a_few_characters_that_china_and_japan_both_write_are_not_sure():
    assert judge(["国会議員、首相辞任表明"]).confidence < 0.9
    assert judge(["首相、辞任表明"]).confidence < 0.9 < judge(["总理在国会宣布辞职"]).confidence


@pytest.mark.parametrize(
    "text", ["al hukuma tuqarrir taghyir alqanun", "I kyvernisi anakoinose nea metra gia tin oikonomia"]
)
def test_latin_letters_are_of_no_language_that_is_not_written_in_them(text):
    assert judge([text]).code not in set("am ar be bg el fa hy mk mr ru uk".split())


def test_hindi_is_known_in_latin_letters_by_its_words():
    assert judge(["Pradhan mantri ne kaha ki sarkar jaldi hi naya kanoon laegi"]).code == "hi"


@pytest.mark.parametrize("text", ["Привет", "hello", "سلام", "नमस्ते", "ሰላም"])
def test_a_script_of_several_languages_decides_nothing(text):
    assert language_of_script(text, count_scripts(text)) == ("", 1.0)


def test_words_decide_a_plain_sentence_and_nobody_else_is_asked():
    verdict = judge(["The two governments signed a treaty of mutual defence after long talks on Monday."])
    assert (verdict.code, verdict.detector) == ("en", "words")
    assert len(verdict.votes) == 1


def test_langdetect_is_asked_between_neighbours_the_others_waver_on():
    verdict = judge(["to store byer"])
    assert [vote.detector for vote in verdict.votes] == ["words", "py3langid", "langdetect"]
    assert verdict.detector == "langdetect"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Pemerintah menandatangani perjanjian pertahanan bersama karena ingin menjaga keamanan", "id"),
        ("Die regering het gesê hulle sal nie die ooreenkoms onderteken nie", "af"),
        ("De regering heeft gezegd dat zij de overeenkomst niet zal ondertekenen", "nl"),
        ("O goberno asinou onte un acordo de defensa cos países da unión despois dunha longa xuntanza", "gl"),
        ("Владата вчера потпиша договор со соседните држави за заедничка одбрана", "mk"),
        ("Правителството подписа вчера договор със съседните държави за обща отбрана", "bg"),
        ("Regeringen underskrev i går en aftale om fælles forsvar med nabolandene", "da"),
        ("Regeringen skrev igår under ett avtal om gemensamt försvar med grannländerna", "sv"),
        ("Regjeringen undertegnet i går en avtale om felles forsvar med nabolandene", "no"),
        ("حکومت نے کل پڑوسی ممالک کے ساتھ مشترکہ دفاع کے معاہدے پر دستخط کیے", "ur"),
        ("دولت دیروز پیمان دفاع مشترک با کشورهای همسایه را امضا کرد", "fa"),
        ("Vláda včera podepsala smlouvu o společné obraně se sousedními státy", "cs"),
        ("Vláda včera podpísala zmluvu o spoločnej obrane so susednými štátmi", "sk"),
    ],
)
def test_neighbours_are_told_apart(text, code):
    assert judge([text]).code == code


def test_a_text_without_letters_is_undetermined():
    assert judge([""]).code == "und"
    assert judge(["12 ?!"]).votes == ()


def test_the_arbiter_speaks_of_neighbours_only():
    told = arbiter.probabilities("Vláda včera podepsala smlouvu o společné obraně", "cs", "sk")
    assert set(told) == {"cs", "sk"}
    assert told["cs"] > 0.9
    assert arbiter.probabilities("Vláda včera podepsala smlouvu", "cs", "en") == {}
    assert arbiter.probabilities("12 ?!", "cs", "sk") == {}


def test_the_arbiter_gives_one_text_one_answer():
    asked = [arbiter.probabilities("Regeringen undertegnede en aftale", "da", "no") for _ in range(50)]
    assert all(told == asked[0] for told in asked)


def test_a_mark_speaks_for_its_language_and_against_the_neighbour():
    found = scores_of("wetin")
    assert found["pcm"] > 0 > found["en"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Di govment don tok say dem no go gri make pipol suffer again for di kontri", "pcm"),
        ("እቲ መንግስቲ ምስ ጎረባብቱ ስምምዕ ከም ዝኸተመ ኣብ ናይ ሎሚ ጋዜጣ ኣፍሊጡ ኣሎ", "ti"),
        ("መንግሥት ከጎረቤት አገሮች ጋር የጋራ መከላከያ ስምምነት ላይ ደርሷል ነው ያሉት", "am"),
        ("Urhulumente utyikitye isivumelwano kwaye abantu bonke bavuya kakhulu ngoko", "xh"),
    ],
)
def test_languages_of_less_news_are_told_from_their_neighbours(text, code):
    assert judge([text]).code == code


@pytest.mark.parametrize(
    "detector", ["script", "words", "py3langid", "langdetect+confused", "py3langid+confused"]
)
def test_probabilities_rise_with_the_lead_and_never_reach_certainty(detector):
    for curve in range(len(LENGTHS) + 1):
        leads, shares = _curves()[detector][curve]
        assert leads == sorted(leads)
        assert shares == sorted(shares)
        assert shares[-1] < 1
    told = [probability(detector, 20, lead / 10) for lead in range(-5, 100)]
    assert told == sorted(told)


def test_a_text_of_each_length_has_its_table():
    assert [length_class(length) for length in (1, 30, 31, 90, 91, 5000)] == [0, 0, 1, 1, 2, 2]


def test_every_language_of_the_letter_table_and_of_the_confused_is_a_code():
    codes = {code for languages in writers().values() for code in languages} | set().union(*CONFUSED)
    assert all(2 <= len(code) <= 3 and code.isascii() for code in codes)


def test_telling_letters_are_found_whatever_their_case():
    assert telling_letters("ŐRSÉG és ŁÓDŹ") == ["ó"][:0] + sorted({"ő", "ł", "ź"})
    assert telling_letters("plain ascii") == []


def test_written_forms_of_one_table_share_its_words():
    found = scores_of("vlada")
    assert found["sr"] == found["hr"] > found["bs"] > 0


@pytest.mark.parametrize(("text", "script"), [("這個國家", "Hant"), ("这个国家", "Hans"), ("人民", "")])
def test_chinese_is_told_by_the_characters_only_one_script_has(text, script):
    assert chinese_script(text) == script
