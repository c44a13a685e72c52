"""Rows of rules and of words: what is worked out for all of them at once is what each alone would say."""

from __future__ import annotations

import random

import numpy as np
import pytest

from worker.match.clauses import Clauses, clauses_of
from worker.match.entries import Entries
from worker.match.leaves import Book
from worker.match.loops import NOTHING
from worker.match.phrases import NONE, Phrases, Words
from worker.match.ragged import first_least
from worker.match.rows import Rows
from worker.rules import parse


def test_the_first_of_the_least_of_each_row():
    values = np.asarray([3.0, 1.0, 1.0, 5.0, 2.0, 0.5, 0.5])
    assert first_least(values, np.asarray([0, 3, 4])).tolist() == [1, 3, 5]


def test_what_is_asked_for_is_entered_once():
    entered: list[str] = []

    def enter(text: str) -> int:
        entered.append(text)
        return len(entered)

    entries: Entries[str] = Entries(enter)
    assert entries.get("a") is None
    assert [entries["a"], entries["b"], entries["a"]] == [1, 2, 1]
    assert entered == ["a", "b"]


def test_clauses_are_found_again_by_rule_and_number():
    rows = Rows()
    rows.add(Clauses([[1, 2], [3]], [4], complete=True))
    rows.add(Clauses([], [], complete=False))
    rows.add(Clauses([[5]], [6, 7], complete=True))
    slots = rows.slots()
    assert slots.starts.tolist() == [0, 4, 5, 8]
    assert slots.values.tolist() == [4, 1, 2, 3, NOTHING, 6, 7, 5]
    assert rows.numbers().tolist() == [0, 1, 1, 2, 1, 0, 0, 1]
    assert rows.wanted().tolist() == [2, 1, 1]


@pytest.mark.parametrize("at_once", [1, 7, 1 << 16])
def test_a_rule_hangs_on_the_clause_the_book_calls_rarest(at_once: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("worker.match.rows.AT_ONCE", at_once)
    draw, book, rows = random.Random(1), Book(), Rows()
    words = "the treaty of nato exerc* quorum ratifies and".split()
    expected = []
    for number in range(50):
        clauses = [draw.choices(words, k=draw.randint(1, 3)) for _ in range(draw.randint(1, 4))]
        query = " AND ".join(f"({' OR '.join(clause)})" for clause in clauses)
        query += draw.choice(("", " AND NOT film"))
        entered = clauses_of(parse(query), book)
        rows.add(entered)
        expected += [(leaf, number) for leaf in book.rarest(entered.required)]
    leaves, rules = rows.anchors(book)
    assert list(zip(leaves.tolist(), rules.tolist(), strict=True)) == expected


def test_a_phrase_is_filed_under_its_two_rarest_neighbours_in_all_their_forms():
    words = Words(
        np.asarray([0, 1, 2, 4, 5], np.int32),
        np.asarray([NONE, NONE, 3, NONE, 6], np.int32),
        np.asarray([0.0, 0.5, 0.1, 0.2, 0.1]),
    )
    phrases = Phrases()
    phrases.add(7, [1, 2])
    phrases.add(9, [1, 3, 4])
    phrases.add(11, [1, 2])
    filed = phrases.filed(words)
    assert [(key >> 32, key & 0xFFFF_FFFF) for key in filed.keys.tolist()] == [(1, 2), (1, 3), (4, 5), (4, 6)]
    rows = [filed.phrases.of(np.asarray([row])).tolist() for row in range(4)]
    assert [filed.leaves[row].tolist() for row in rows] == [[7, 11], [7, 11], [9], [9]]
    assert filed.offsets.tolist() == [0, 1, 0]
    assert filed.terms.starts.tolist() == [0, 0, 3, 3]
    assert (filed.terms.values.tolist(), filed.stems.tolist()) == ([1, 4, 5], [NONE, NONE, 6])


def test_there_may_be_no_phrases():
    filed = Phrases().filed(Words(np.zeros(1, np.int32), np.full(1, NONE, np.int32), np.zeros(1)))
    assert len(filed.keys) == len(filed.leaves) == 0
