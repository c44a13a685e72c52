"""The complete text of every error a query can have stands in `errors.txt`, for people to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.rules import QueryPlace, RuleError, RuleErrors, compile_concept, nearest, parse
from worker.rules.errors import Problem
from worker.rules.parser import MAX_ERRORS

CONCEPTS = {"alliance": compile_concept("alliance", {"en": ["alliance"]})[0]}
TABLE = (Path(__file__).parent / "errors.txt").read_text(encoding="utf-8").split("====\n")


@pytest.mark.parametrize("row", TABLE, ids=[row.partition("\n---\n")[0] or "nothing" for row in TABLE])
def test_an_error_reads_as_in_the_table(row: str):
    query, _, told = row.partition("\n---\n")
    with pytest.raises(RuleErrors) as refused:
        parse(query, concepts=CONCEPTS, instruments=["un-charter", "nato"])
    assert str(refused.value) == told.removesuffix("\n")


def test_the_table_is_long_enough_to_hold_every_error():
    assert len(TABLE) >= 65


def test_all_errors_of_a_query_are_told_in_one_run():
    with pytest.raises(RuleErrors) as refused:
        parse('@a titel:b cite(c 1) ab* pact~ /(/ NEAR "open', instruments=["nato"])
    assert [error.column for error in refused.value.errors] == [1, 4, 17, 22, 26, 32, 36, 41]


def test_after_twenty_errors_the_rest_is_counted():
    with pytest.raises(RuleErrors) as refused:
        parse("titel:a " * (MAX_ERRORS + 5))
    assert len(refused.value.errors) == MAX_ERRORS + 1
    assert refused.value.errors[-1].message == "and 5 more errors in this query"


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("ab", 2, "    ab\n     ^"),
        ("\tab", 2, "    \tab\n    \t^"),
        ("条约x", 3, "    条约x\n        ^"),
        ("e\u0301x", 3, "    e\u0301x\n     ^"),
        ("ab", 3, "    ab\n      ^"),
        ("a\x1b[31mb", 2, "    a\\u001b[31mb\n     ^"),
        ("a\u202eb", 3, "    a\\u202eb\n           ^"),
    ],
)
def test_the_caret_stands_under_its_character(line: str, column: int, shown: str):
    error = RuleError("f", 1, column, line, "wrong")
    assert str(error) == f"f:1:{column}: wrong\n{shown}"


def test_a_long_line_is_cut_around_the_caret():
    told = str(RuleError("f", 1, 5000, "x" * 10_000, "wrong")).splitlines()
    assert len(told[1]) < 120
    assert told[2].index("^") < 80


def test_a_place_in_a_query_of_several_lines():
    place = QueryPlace("one\ntwo three")
    assert place.at(8) == ("query", 2, 5, "two three")
    assert RuleError.at(place, Problem(3, "end")).column == 4


@pytest.mark.parametrize(
    ("word", "known"), [("titel", "title"), ("TITLE", "title"), ("xyz", None), ("text", "text")]
)
def test_the_nearest_known_word(word: str, known: str | None):
    assert nearest(word, ["title", "text"]) == known


@pytest.mark.parametrize("query", ["a AND\u200b b", "a\u200bAND b", "a OR\u00ad b", "a \ufeffNEAR/5 b"])
def test_an_operator_with_something_invisible_in_it_is_no_word(query: str):
    with pytest.raises(RuleErrors, match="an invisible character"):
        parse(query)
