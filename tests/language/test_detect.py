"""Detection: the same answer every time, `und` where nobody can tell, the declared one where it helps."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.language import GATE_SHARE, Detector
from worker.language.detect import BELIEVED, OVERRULES
from worker.types import UNDETERMINED, Article

TEXTS = {
    "en": "The two governments signed a treaty of mutual defence after long talks on Monday evening.",
    "de": "Die beiden Regierungen unterzeichneten am Montagabend einen Vertrag über gegenseitigen Beistand.",
    "fr": "Les deux gouvernements ont signé lundi soir un traité de défense mutuelle après de longs débats.",
    "es": "Los dos gobiernos firmaron el lunes un tratado de defensa mutua tras largas charlas.",
    "ru": "Два правительства подписали договор о взаимной обороне после долгих переговоров в понедельник.",
    "uk": "Два уряди підписали договір про взаємну оборону після тривалих переговорів у понеділок увечері.",
    "ar": "وقعت الحكومتان معاهدة دفاع مشترك بعد محادثات طويلة مساء يوم الاثنين في العاصمة.",
    "zh": "两国政府周一晚间经过长时间会谈后签署了共同防御条约，双方承诺在遭受攻击时互相援助。",
    "ja": "両政府は月曜日の夜、長い協議の末に相互防衛条約に署名し、攻撃を受けた際の支援を約束した。",
    "ko": "양국 정부는 월요일 저녁 오랜 회담 끝에 상호 방위 조약에 서명하고 지원을 약속했다.",
    "id": "Kedua pemerintah menandatangani perjanjian pertahanan setelah pembicaraan panjang di ibu kota.",
    "th": "รัฐบาลทั้งสองลงนามในสนธิสัญญาป้องกันร่วมกันหลังการเจรจาที่ยาวนานในคืนวันจันทร์",
}
MIXED = [
    "Hotel taxi radio internet pizza salami opera piano kiosk bus.",
    "Ja nei takk hei god dag alle sammen i dag",
    "Vlada je potpisala sporazum o obrani i suradnji",
]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize("code", TEXTS)
def test_a_plain_sentence_is_known_by_its_language(detector, code):
    found = detector.detect_text(TEXTS[code])
    assert found.code == code
    assert found.confidence >= (OVERRULES if code != "id" else BELIEVED)  # Malay is all but the same


def test_a_text_has_the_same_answer_in_whatever_order_it_is_asked(detector):
    texts = [*TEXTS.values(), *MIXED]
    expected = {text: detector.detect_text(text) for text in texts}
    chance = random.Random(7)
    for _ in range(10_000 // len(texts)):
        chance.shuffle(texts)
        assert {text: detector.detect_text(text) for text in texts} == expected


def test_a_text_has_the_same_answer_on_every_thread(detector):
    texts = [*TEXTS.values(), *MIXED] * 700
    expected = [detector.detect_text(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(Detector().detect_text, texts)) == expected


def test_a_text_has_the_same_answer_in_another_process(detector):
    texts = [*TEXTS.values(), *MIXED]
    asked = (
        "import json, sys\n"
        "from worker.language import Detector\n"
        "print(json.dumps([str(Detector().detect_text(text)) for text in json.load(sys.stdin)]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked],
        input=json.dumps(texts[::-1]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(told.stdout)[::-1] == [str(detector.detect_text(text)) for text in texts]


@pytest.mark.parametrize("text", ["", "   ", "Oh!", "1 2 3 4 5 6 7 8 9 " * 20, "?!" * 200])
def test_too_few_letters_are_und(detector, text):
    found = detector.detect_text(text)
    assert (found.code, found.confidence) == (UNDETERMINED, 0.0)


def test_the_minimum_is_counted_in_letters():
    letters = sum(each.isalpha() for each in TEXTS["en"])
    assert Detector(minimum=letters).detect_text(TEXTS["en"]).code == "en"
    assert Detector(minimum=letters + 1).detect_text(TEXTS["en"]).code == UNDETERMINED


def test_vowels_that_are_marks_count_as_letters(detector):
    assert detector.detect_text("हिन्दी में").code == "hi"


def test_links_addresses_and_numbers_are_no_letters(detector):
    text = "https://example.org/the-treaty-of-mutual-defence desk.of.the.newspaper@example.org 2026"
    assert detector.detect_text(text).code == UNDETERMINED


def test_an_answer_below_the_confidence_asked_for_is_und():
    unsure = Detector(confidence=1.01).detect_text(TEXTS["en"])
    assert unsure.code == UNDETERMINED
    assert unsure.confidence > 0.9


def test_a_declared_language_is_kept_as_sent_beside_the_detected_one(detector):
    found = detector.detect(Article(id="a", text=TEXTS["zh"], language="zh-Hant-TW"))
    assert (found.code, found.declared, found.disagrees) == ("zh", "zh-Hant-TW", False)


def test_a_declared_language_is_believed_where_the_text_cannot_tell(detector):
    found = detector.detect(Article(id="a", title="Pakt", language="nb-NO"))
    assert (found.code, found.declared, found.detector, found.disagrees) == ("no", "nb-NO", "declared", False)


def test_doubt_between_neighbours_does_not_help_a_third_language(detector):
    found = detector.detect(Article(id="a", text=TEXTS["id"], language="en"))
    assert (found.code, found.disagrees) == ("id", True)


def test_a_text_that_is_surely_of_another_language_disagrees_with_the_declared_one(detector):
    found = detector.detect(Article(id="a", text=TEXTS["de"], language="en"))
    assert (found.code, found.declared, found.disagrees) == ("de", "en", True)


@pytest.mark.parametrize("declared", [None, "", "German", "und"])
def test_a_declared_language_that_is_none_neither_helps_nor_disagrees(detector, declared):
    told = detector.detect(Article(id="a", text=TEXTS["de"], language=declared))
    silent = detector.detect(Article(id="a", text="Pakt", language=declared))
    assert (told.code, told.disagrees, told.declared) == ("de", False, declared)
    assert (silent.code, silent.disagrees, silent.declared) == (UNDETERMINED, False, declared)


def test_the_title_counts_as_text(detector):
    assert detector.detect(Article(id="a", title=TEXTS["fr"])).code == "fr"


def test_a_declared_language_is_believed_where_the_detector_is_not_sure(detector):
    unsure = detector.detect_text(MIXED[2])
    assert unsure.code != "bs"
    assert unsure.confidence < OVERRULES
    found = detector.detect(Article(id="a", text=MIXED[2], language="bs"))
    assert (found.code, found.confidence, found.detector) == ("bs", BELIEVED, "declared")
    assert not found.disagrees


@pytest.mark.parametrize(
    ("title", "text", "declared", "tag"),
    [
        ("", TEXTS["en"], "en_gb", "en-GB"),
        ("", "這個國家的總統在議會發表演說，說明軍事同盟條約對國家安全的意義。", None, "zh-Hant"),
        ("", TEXTS["zh"], None, "zh-Hans"),
        ("", TEXTS["de"], "en", "de"),
        ("Pakt", "", "iw", "he"),
        ("", "Sarkar ne kaha hai ki woh jaldi hi naya kanoon nahi laegi", None, "hi-Latn"),
    ],
)
def test_the_tag_keeps_the_script_and_region_that_are_known(detector, title, text, declared, tag):
    assert detector.detect(Article(id="a", title=title, text=text, language=declared)).tag == tag


def test_a_japanese_headline_without_kana_is_believed_to_be_what_its_sender_says(detector):
    assert detector.detect(Article(id="a", title="首相、辞任表明", language="ja")).code == "ja"


def test_a_text_in_two_languages_is_in_each_that_holds_a_third_of_it(detector):
    halves = Article(id="a", text="\n".join([TEXTS["de"]] * 4 + [TEXTS["fr"]] * 4))
    found = detector.detect(halves)
    assert found.holding(GATE_SHARE) == {"de", "fr"}
    assert sum(share for _, share in found.shares) == pytest.approx(1.0, abs=0.01)


def test_a_title_in_another_language_is_told_but_opens_no_gate(detector):
    found = detector.detect(Article(id="a", title=TEXTS["en"], text="\n".join([TEXTS["de"]] * 6)))
    assert found.code == "de"
    assert [code for code, _ in found.shares] == ["de", "en"]
    assert found.holding(GATE_SHARE) == {"de"}


def test_a_quotation_in_another_script_leaves_the_main_language(detector):
    quoted = f"{TEXTS['en']} {TEXTS['en']} He said: «{TEXTS['ru'][:60]}». {TEXTS['en']}"
    assert detector.detect(Article(id="a", text=quoted)).code == "en"


def test_an_article_in_one_language_has_no_shares(detector):
    for text in TEXTS.values():
        assert detector.detect(Article(id="a", title=text, text="\n".join([text] * 5))).shares == ()


def test_links_menus_and_bylines_do_not_speak_for_the_text(detector):
    menu = "Home\nNews\nSports\nContact us\nShare on Facebook\nhttps://example.org/the/news/of/the/day\n"
    assert detector.detect(Article(id="a", text=menu + "\n".join([TEXTS["id"]] * 6))).code == "id"


def test_warming_on_another_thread_ends_and_changes_no_answer():
    expected = Detector().detect_text(MIXED[0])
    warming = Detector().warm_in_background()
    assert Detector().detect_text(MIXED[0]) == expected
    warming.join(timeout=60)
    assert not warming.is_alive()


@settings(deadline=None)  # the first call loads the profiles
@given(
    st.text(st.characters())
    | st.text(st.characters(categories=["L", "M", "N"]), min_size=20, max_size=300)
    | st.text(st.characters(categories=["L", "Cs", "Co", "Cn"]), min_size=20)
)
def test_no_text_makes_it_raise_and_every_answer_is_a_code_with_a_share(text):
    found = Detector().detect_text(text)
    assert 2 <= len(found.code) <= 3
    assert 0.0 <= found.confidence <= 1.0
    assert found == Detector().detect_text(text)
