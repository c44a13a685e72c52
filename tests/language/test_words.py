"""The words of the first texts are sought in the files: with the same scores as in the tables."""

from __future__ import annotations

import random

import pytest

from worker.language import words


def test_words_that_are_sought_score_what_they_score_in_the_tables():
    known = words.tables()
    sample = random.Random(51).sample(sorted(known.scores), 500)
    sought = words._load(frozenset([*sample, "51", "zzzzq", ""]))
    assert {word: sought.scores[word] for word in sample} == {word: known.scores[word] for word in sample}
    assert sought.scores.keys() <= known.scores.keys()
    assert (sought.languages, sought.counted) == (known.languages, known.counted)
    assert (words.shape().languages, words.shape().scores) == (known.languages, {})


def test_after_the_first_texts_the_tables_are_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words, "_loaded", [])
    monkeypatch.setattr(words, "_asked", [])
    assert words.vote(["the", "treaty"]).best()[2] > 0
    assert not words._loaded
    for _ in range(100):
        words.vote(["the", "treaty"])
    assert words._loaded
