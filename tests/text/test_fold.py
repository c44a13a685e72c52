"""Folding: what the rules of *Text* say of each script, and what holds for any string."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.text.strings import strings
from worker.text import fold
from worker.text.fold import _fold_in_context


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("NATO Treaty", "nato treaty"),
        ("ﬁnance Ｎａｔｏ 𝐍𝐀𝐓𝐎", "finance nato nato"),
        ("x² ™ ① ⅷ", "x2 tm 1 viii"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("Príncipe Ålesund", "principe alesund"),
        ("Pri\u0301ncipe A\u030alesund", "principe alesund"),
        ("Tiếng Việt", "tieng viet"),
        ("Ọ̀ṣun", "osun"),
        ("İstanbul ISI ısı I", "istanbul isi isi i"),
        ("Ξένος σοφός ΣΟΦΌΣ ΐ", "ξενοσ σοφοσ σοφοσ ι"),
    ],
)
def test_latin_and_greek_lose_case_and_marks(raw: str, folded: str) -> None:
    assert fold(raw) == folded


MARKED = st.sampled_from(
    "אבש\u05b8\u05bc\u05c1ابعؤئى\u064b\u0651\u0653\u0654\u0670ـ\u06d2कखড়\u093c\u094d\u093f\u09be\u09cb१\u0d4dൺ1a"
)


@given(st.text(MARKED, max_size=8))
def test_words_with_marks_fold_as_letter_by_letter(text: str) -> None:
    assert fold(text) == _fold_in_context(text)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Ёлка ёлка", "елка елка"),
        ("за\u0301мок", "замок"),
        ("ѐ", "е"),
        ("мой Йод", "мой йод"),
        ("и\u0306", "й"),
        ("Київ", "київ"),
        ("Ќе ѓаволе", "ќе ѓаволе"),
        ("Ўзбекистон", "ўзбекистон"),
    ],
)
def test_cyrillic_loses_stress_and_keeps_the_marks_that_make_letters(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("شَرْط", "شرط"),
        ("مـــيثاق", "ميثاق"),
        ("أمن إسلام آمن ٱلله", "امن اسلام امن الله"),
        ("ا\u0653 ا\u0654 ا\u0655", "ا ا ا"),
        ("مؤتمر رئيس", "مؤتمر رئيس"),
        ("ﺍﻟﻌﺮﺑﻴﺔ", "العربية"),
        ("שָׁלוֹם כְּתָב", "שלום כתב"),
    ],
)
def test_arabic_and_hebrew_lose_points_and_arabic_alefs_are_one(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@pytest.mark.parametrize(
    "raw",
    "न्याय हिन्दी ক্ষমতা தமிழ் తెలుగు ไทย ที่ ລາວ ນີ້ ភាសាខ្មែរ မြန်မာ ひらがな が 条約 한국어 አንቀጽ ქართული".split(),
)
def test_marks_that_carry_the_word_stay(raw: str) -> None:
    assert fold(raw) == unicodedata.normalize("NFC", raw)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [("ｶﾞ", "ガ"), ("か\u3099", "が"), ("㍿", "株式会社"), ("\u1112\u1161\u11ab", "한"), ("ㅎ", "\u1112")],
)
def test_east_asian_forms_are_composed(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@pytest.mark.parametrize("raw", "５１ ٥١ ۵۱ ५१ ৫১ ๕๑ ໕໑ ៥១ ၅၁ ༥༡ 𝟓𝟏 ௫௧".split())
def test_decimal_digits_of_any_script_are_ascii(raw: str) -> None:
    assert fold(raw) == "51"


@pytest.mark.parametrize(
    "invisible",
    "\u00ad \u200b \u200c \u200d \u200e \u200f \u202a \u202e \u2066 \u2069 \u061c \ufe0f \ufeff".split(" "),
)
def test_what_nobody_sees_is_dropped(invisible: str) -> None:
    assert fold(f"{invisible}co{invisible}operation{invisible}") == "cooperation"


@settings(max_examples=600)
@given(strings)
@example("\ud800")
@example("a\udfffb")
@example("ǰ\u0345")
def test_any_string_folds_and_folding_again_changes_nothing(raw: str) -> None:
    folded = fold(raw)
    assert fold(folded) == folded


@settings(max_examples=300)
@given(strings)
def test_case_and_composition_do_not_matter(raw: str) -> None:
    assert fold(unicodedata.normalize("NFD", raw)) == fold(raw)
    assert fold(unicodedata.normalize("NFC", raw)) == fold(raw)


def test_every_code_point_folds_to_something_that_stays() -> None:
    points = [chr(point) for point in range(sys.maxunicode + 1)]
    unstable = [f"U+{ord(point):04X}" for point in points if fold(fold(point)) != fold(point)]
    assert unstable == []
