"""Passages of our own in every language, one table a family of languages (the folder passages/)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from worker.citations import cites, recognise
from worker.citations.languages import languages

TABLES = Path(__file__).parent / "passages"
OTHER = "other.toml"


def _rows(kind: str) -> list[object]:
    rows: list[object] = []
    for file in sorted(TABLES.glob("*.toml")):
        if file.name != OTHER:
            for code, table in tomllib.loads(file.read_text("utf-8")).items():
                rows += [pytest.param(text, id=f"{code}-{i}") for i, text in enumerate(table[kind])]
    return rows


def _others() -> list[object]:
    tables = tomllib.loads((TABLES / OTHER).read_text("utf-8"))
    return [
        pytest.param(*asked.split(), text, id=f"{asked}-{i}")
        for asked, table in tables.items()
        for i, text in enumerate(table["cites"])
    ]


@pytest.mark.parametrize("text", _rows("cites"))
def test_a_passage_that_cites_article_51_of_the_charter_is_found(text):
    assert any(cites(citation, "un-charter", "51") for citation in recognise(text)), recognise(text)


@pytest.mark.parametrize("text", _rows("not"))
def test_a_passage_that_cites_something_else_is_not_taken_for_it(text):
    found = recognise(text)
    assert not any(cites(citation, "un-charter", "51") for citation in found), found


@pytest.mark.parametrize(("instrument", "provision", "text"), _others())
def test_other_treaties_are_found_in_the_languages_that_write_of_them(instrument, provision, text):
    assert any(cites(citation, instrument, provision) for citation in recognise(text)), recognise(text)


def test_every_language_has_a_table():
    tabled = {
        code
        for file in TABLES.glob("*.toml")
        if file.name != OTHER
        for code in tomllib.loads(file.read_text("utf-8"))
    }
    tabled |= {
        line.split("|")[0] for file in TABLES.glob("*.txt") for line in file.read_text("utf-8").splitlines()
    }
    assert {language.code for language in languages()} - tabled <= {"ig", "xh"}
