"""Han, Roman and spelled-out numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.citations.folding import fold
from worker.citations.grammar import grammar
from worker.citations.numerals import han, hangul, hebrew, roman, to_roman


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("五十一", 51),
        ("五一", 51),
        ("百五十一", 151),
        ("一百五十一", 151),
        ("十", 10),
        ("二〇", 20),
        ("伍拾壹", 51),
    ],
)
def test_han_numerals(written, number):
    assert han(written) == number


@given(st.integers(1, 399).filter(lambda number: number not in (50, 100)))
def test_roman_numerals_come_back(number):
    assert roman(to_roman(number)) == number


@pytest.mark.parametrize("written", ["IIII", "VX", "L", "C", "li", "", "IM", "IC"])
def test_what_is_no_roman_numeral_is_none(written):
    assert roman(written) is None


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("en", "fifty one", 51),
        ("en", "one hundred and fifty first", 151),
        ("de", "einundfünfzig", 51),
        ("de", "hunderteinundfünfzig", 151),
        ("fr", "cinquante et un", 51),
        ("fr", "quatre vingt", 80),
        ("fr", "soixante dix", 70),
        ("es", "ciento cincuenta y uno", 151),
        ("it", "cinquantuno", 51),
        ("nl", "eenenvijftig", 51),
        ("ru", "пятьдесят первая", 51),
        ("uk", "п'ятдесят перша", 51),
        ("ar", "الحادية والخمسون", 51),
        ("ar", "الحادية والخمسون بعد المائة", 151),
        ("fa", "پنجاه و یکم", 51),
        ("he", "חמישים ואחת", 51),
        ("tr", "elli birinci", 51),
        ("hu", "ötvenegyedik", 51),
        ("da", "enoghalvtreds", 51),
        ("id", "lima puluh satu", 51),
        ("vi", "năm mươi mốt", 51),
        ("sw", "hamsini na moja", 51),
        ("pl", "pięćdziesiąty pierwszy", 51),
        ("hi", "इक्यावन", 51),
        ("en", "fifty sixty", None),
        ("en", "and", None),
        ("en", "fifty apples", None),
    ],
)
def test_numbers_spelled_out(language, words, number):
    (known,) = grammar(frozenset((language,))).numbers_spelled
    assert known.number(fold(words).split()) == number


SPELLED = {
    "af": "een-en-vyftig", "az": "əlli birinci", "be": "пяцьдзясят першы", "bg": "петдесет и първи",
    "bn": "একান্ন", "bs": "pedeset prvi", "ca": "cinquanta-u", "cs": "padesátý první", "de": "einundfünfzigste",
    "el": "πεντηκοστό πρώτο", "en": "fifty-first", "et": "viiekümne esimene", "eu": "berrogeita hamaika",
    "fa": "پنجاه و یکم", "fi": "viideskymmenesensimmäinen", "fr": "cinquante et unième", "ga": "caoga a haon",
    "gl": "cincuenta e un", "hr": "pedeset prvog", "hu": "ötvenegyedik", "hy": "հիսունմեկերորդ",
    "is": "fimmtugasta og fyrsta", "it": "cinquantunesimo", "ka": "ორმოცდამეთერთმეტე", "kk": "елу бірінші",
    "ky": "элүү биринчи", "lt": "penkiasdešimt pirmasis", "lv": "piecdesmit pirmais",
    "mk": "педесет и првиот",
    "mn": "тавин нэгдүгээр", "mr": "एक्कावन्न", "ms": "lima puluh satu", "mt": "wieħed u ħamsin",
    "nb": "femtiførste", "ne": "एकाउन्न", "nl": "eenenvijftigste", "pl": "pięćdziesiątego pierwszego",
    "pt": "quinquagésimo primeiro", "ro": "cincizeci și unu", "ru": "пятьдесят первой",
    "sk": "päťdesiaty prvý",
    "sl": "enainpetdeseti", "sq": "pesëdhjetë e një", "sr": "педесет првог", "sv": "femtioförsta",
    "ta": "ஐம்பத்தொன்றாவது", "tl": "limampu't isa", "uk": "п'ятдесят першої", "ur": "اکیاون",
    "uz": "ellik birinchi",
}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), SPELLED.items())
def test_fifty_one_is_spelled_in_every_language(language, words):
    (known,) = grammar(frozenset((language,))).numbers_spelled
    assert known.number(fold(words).replace("-", " ").split()) == 51


def test_thai_writes_numbers_without_spaces():
    (known,) = grammar(frozenset(("th",))).numbers_spelled
    assert known.unspaced("ห้าสิบเอ็ดของ", 0) == (51, 10)
    assert known.unspaced("สิบเอ็ด", 0) == (11, 7)


@pytest.mark.parametrize(
    ("written", "number"), [('נ"א', 51), ('ט"ו', 15), ("ה'", 5), ('קנ"א', 151), ('או"ם', None), ("א", 1)]
)
def test_hebrew_letters(written, number):
    assert hebrew(written) == number


def test_sino_korean_numerals():
    assert hangul("오십일") == 51


@pytest.mark.parametrize(
    ("language", "word", "is_ordinal"),
    [
        ("en", "first", True),
        ("en", "fifty", False),
        ("de", "einundfunfzigste", True),
        ("sv", "femtioett", False),
    ],
)
def test_an_ordinal_is_told_from_a_cardinal(language, word, is_ordinal):
    (known,) = grammar(frozenset((language,))).numbers_spelled
    assert known.ordinal(word) is is_ordinal
