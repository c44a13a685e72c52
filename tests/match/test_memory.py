"""Words of a text are known by their hash, and mean what they mean by themselves."""

from __future__ import annotations

import random

import numpy as np
import pytest

from worker.match.memory import Memory
from worker.text import FieldText

WORDS = [f"{first}{last}" for first in ("word", "Straße", "слово", "État") for last in range(3_000)]


def number(word: str) -> int:
    return sum(map(ord, word)) * 1_000 + len(word)


def numbers(words: list[str]) -> list[int]:
    return list(map(number, words))


def read(memory: Memory, field: FieldText) -> list[int]:
    found = np.empty(field.pieces_count(), np.int32)
    assert memory.number(field, found) is False
    return [int(each) for each in found]


def test_a_long_text_gives_the_number_of_each_word_however_often_it_is_read():
    memory, pick = Memory(numbers), random.Random(3)
    for _ in range(40):
        words = pick.choices(WORDS, k=400)
        field = FieldText("text", " ".join(words))
        assert field.hashes is not None
        assert read(memory, field) == numbers(words)


def test_a_text_without_spaces_is_read_character_by_character():
    memory = Memory(numbers)
    for raw, words in (("two words", ["two", "words"]), ("联合" * 200, ["联", "合"] * 200)):
        assert read(memory, FieldText("text", raw)) == numbers(words)


def test_a_text_with_conjoining_letters_is_read_word_by_word():
    memory = Memory(numbers)
    for raw, words in (("\u1112\u1161 b", ["\u1112\u1161", "b"]),):
        field = FieldText("text", raw)
        assert field.hashes is None
        assert read(memory, field) == numbers(words)


def test_words_that_were_met_when_it_failed_are_met_again(monkeypatch: pytest.MonkeyPatch):
    memory = Memory(lambda words: [len(word) for word in words])
    with monkeypatch.context() as patched:
        patched.setattr(memory, "_tell", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read(memory, FieldText("text", "one three"))
    assert read(memory, FieldText("text", "three one")) == [5, 3]
