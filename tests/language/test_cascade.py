"""The cascade: who is asked, who decides, and what the votes say."""

from __future__ import annotations

import pytest

from worker.language import arbiter
from worker.language.cascade import CONFUSED, judge
from worker.language.confidence import LENGTHS, _curves, length_class, probability
from worker.language.letters import telling_letters, writers
from worker.language.scripts import chinese_script, count_scripts, language_of_script
from worker.language.words import scores_of, tables


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


@pytest.mark.parametrize("text", ["Привет", "hello", "سلام", "नमस्ते", "ሰላም"])
def test_a_script_of_several_languages_decides_nothing(text):
    assert language_of_script(text, count_scripts(text)) == ("", 1.0)


def test_words_decide_a_plain_sentence_and_nobody_else_is_asked():
    verdict = judge(["The two governments signed a treaty of mutual defence after long talks on Monday."])
    assert (verdict.code, verdict.detector) == ("en", "words")
    assert len(verdict.votes) == 1


def test_langdetect_is_asked_where_letter_statistics_are_not_sure():
    verdict = judge(["Vlada je potpisala sporazum"])
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


def test_the_fast_twin_of_langdetect_answers_as_langdetect_does():
    from langdetect import detector_factory

    detector_factory.init_factory()
    for text in (
        "Vlada je potpisala sporazum",
        "Regeringen skrev under",
        "Perjanjian itu",
        "El acord de pau",
    ):
        slow = detector_factory._factory.create()
        slow.seed, slow.n_trial = 0, 3
        slow.append(text)
        best = slow.get_probabilities()[0]
        found = arbiter.probabilities(text)
        assert found[best.lang] == pytest.approx(best.prob, abs=1e-9)


@pytest.mark.parametrize("detector", ["script", "words", "py3langid", "langdetect", "langdetect+confused"])
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
    known = tables()
    shared = dict(scores_of(None)["vlada"])
    assert {known.languages[at] for at in shared} >= {"sr", "hr", "bs"}


def test_words_looked_up_alone_score_as_in_the_whole_tables():
    whole = scores_of(None)
    some = frozenset([*list(whole)[:: len(whole) // 500], "nosuchword"])
    assert scores_of(some) == {word: whole[word] for word in some if word in whole}


@pytest.mark.parametrize(("text", "script"), [("這個國家", "Hant"), ("这个国家", "Hans"), ("人民", "")])
def test_chinese_is_told_by_the_characters_only_one_script_has(text, script):
    assert chinese_script(text) == script
