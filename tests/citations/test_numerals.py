"""Han, Roman and spelled-out numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.citations.grammar import grammar
from worker.citations.numerals import han, roman, to_roman


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
    from worker.citations.folding import fold

    assert grammar(frozenset((language,))).numbers_spelled.number(fold(words).split()) == number
