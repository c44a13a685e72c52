"""The words of the first texts are sought in the files: with the same scores as in the tables."""

from __future__ import annotations

import random

import pytest

from worker.language import words
from worker.text.fold import fold


def test_words_that_are_sought_score_what_they_score_in_the_tables():
    known = words._load()
    sample = random.Random(51).sample(sorted(known.row_of.keys() - {""}), 800)
    sought = words.rows_of(frozenset([*sample, "51", "zzzzq", ""]))
    assert {word: sought[word] for word in sample} == {
        word: known.scores[known.row_of[word]].tolist() for word in sample
    }
    assert sought.keys() <= known.row_of.keys()
    assert words.rows_of(frozenset()) == {}


def test_after_the_first_texts_the_tables_are_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words, "_compiled", [])
    monkeypatch.setattr(words, "_loaded", [])
    monkeypatch.setattr(words, "_asked", [])
    few = words.votes("the treaty\n")
    for number in range(words._PATIENCE):
        assert not words._loaded
        words.votes(f"w{number}")
    assert words._loaded
    then = words.votes("the treaty\n")
    assert (then.total, then.bests, then.words) == (few.total, few.bests, few.words)


@pytest.mark.parametrize(
    "text",
    [
        "THE Straße, l’été — Łódź; ﬁnal co\u00adoperate",
        "e\u0301te\u0301 a\u0308lter",
        "Ёлка и чай: йод, Киї\u0301в",
        "सरकार ने कहा है कि क़ानून",
        "حُكُومَة الأُردُن ۱۲",
        "መንግሥት ከጎረቤት",
    ],
)
def test_words_are_folded_as_rules_and_articles_are(text: str):
    (found,) = words.folded_words(text)
    assert found == words.written_words(fold(text))


def test_each_line_has_its_words():
    assert words.folded_words("One two\n\nThree") == [["one", "two"], [], ["three"]]
