"""The words of the first texts are sought in the files: with the same scores as in the tables."""

from __future__ import annotations

import random

import pytest

from worker.language import words


def scores_of(tables: words.WordTables, word: str) -> list[int]:
    return tables.scores[tables.rows[tables.number[word]]].tolist()


def test_words_that_are_sought_score_what_they_score_in_the_tables():
    known = words.tables()
    sample = random.Random(51).sample(sorted(known.number.keys() - {""}), 800)
    sought = words._load(frozenset([*sample, "51", "zzzzq", ""]))
    assert {word: scores_of(sought, word) for word in sample} == {
        word: scores_of(known, word) for word in sample
    }
    assert sought.number.keys() <= known.number.keys()
    assert (sought.languages, sought.counted) == (known.languages, known.counted)
    assert (words._empty().languages, set(words._empty().number)) == (known.languages, {""})


def test_after_the_first_texts_the_tables_are_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words, "_loaded", [])
    monkeypatch.setattr(words, "_asked", [])
    few = words.votes([["the", "treaty"], []])
    assert not words._loaded
    words.votes([[f"w{number}" for number in range(200)]])
    assert words._loaded
    assert words.votes([["the", "treaty"], []]).found.tolist() == few.found.tolist()
