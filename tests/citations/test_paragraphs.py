"""Longer passages of our own, as reports, letters and treaties write them, in some 80 languages.

Written before the recogniser had seen any of them, to learn what it misses; kept so that it stays learnt.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.citations import cites, recognise

TABLES = sorted((Path(__file__).parent / "passages").glob("*.txt"))


def _rows(label: str) -> list[object]:
    rows: list[object] = []
    for table in TABLES:
        for number, line in enumerate(table.read_text("utf-8").splitlines(), 1):
            code, _, rest = line.partition("|")
            found, _, text = rest.partition("|")
            if not line.startswith("#") and found == label:
                rows.append(pytest.param(text, id=f"{table.stem}-{code}-{number}"))
    return rows


def rings(text: str) -> bool:
    return any(cites(citation, "un-charter", "51") for citation in recognise(text))


@pytest.mark.parametrize("text", _rows("+"))
def test_a_paragraph_that_cites_article_51_of_the_charter_is_found(text):
    assert rings(text), recognise(text)


@pytest.mark.parametrize("text", _rows("-"))
def test_a_paragraph_that_cites_something_else_is_not_taken_for_it(text):
    assert not rings(text), recognise(text)


def _treaties() -> list[object]:
    lines = (Path(__file__).parent / "passages" / "treaties.txt").read_text("utf-8").splitlines()
    rows = [line.split("|", 2) for line in lines if not line.startswith("#")]
    return [pytest.param(*cited.split(), text, id=f"{code}-{text}") for code, cited, text in rows]


@pytest.mark.parametrize(("instrument", "provision", "text"), _treaties())
def test_a_provision_of_another_treaty_is_known_for_its_own(instrument, provision, text):
    assert any(cites(citation, instrument, provision) for citation in recognise(text)), recognise(text)


@pytest.mark.parametrize("text", _rows("?"))
@pytest.mark.xfail(
    strict=True,
    reason="only the court tells which article is meant, a number before “art.” may count articles,"
    " the"
    " noun for a paragraph stands for an article, or the Charter is named and no more",
)
def test_a_paragraph_we_miss_is_known_to_be_missed(text):
    assert rings(text)
