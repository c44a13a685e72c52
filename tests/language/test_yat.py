"""Serbian beside Croatian and Bosnian, by the vowel that was yat."""

from __future__ import annotations

import pytest

from worker.language.cascade import judge
from worker.language.words import folded_words
from worker.language.yat import speaks_for_je


@pytest.mark.parametrize("text", ["Vrijeme je lijepo", "Čovjek i djeca", "svijet rješenje uspjeh"])
def test_je_where_yat_was_speaks_for_croatian_and_bosnian(text):
    assert speaks_for_je(folded_words(text)[0]) > 0


@pytest.mark.parametrize(
    "text", ["Vreme je lepo", "komisije i reforme", "knjige i pitanje", "stranke koje je izdavanje"]
)
def test_words_that_all_three_write_alike_or_with_e_speak_a_little_for_serbian(text):
    assert -2 < speaks_for_je(folded_words(text)[0]) < 0


def test_without_words_nothing_is_said():
    assert speaks_for_je([]) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Predsednik vlade izjavio je da će rešenje biti doneto pre kraja meseca u celoj zemlji", "sr"),
        ("Predsjednik vlade izjavio je kako će rješenje biti doneseno prije kraja lipnja u tvrtki", "hr"),
        ("Predsjednik vlade saopćio je da će hiljade porodica u julu dobiti uslove za penzije", "bs"),
    ],
)
def test_the_three_are_told_in_latin_letters(text, code):
    assert judge([text]).code == code
