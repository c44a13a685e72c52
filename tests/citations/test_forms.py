"""Every form of citation we know of, and every look-alike (the lines are in forms.py)."""

from __future__ import annotations

import pytest

from tests.citations.forms import CITES, DOES_NOT
from worker.citations import cites, recognise


def rings(text: str) -> bool:
    return any(cites(citation, "un-charter", "51") for citation in recognise(text))


@pytest.mark.parametrize("text", CITES)
def test_a_form_that_cites_article_51_is_found(text):
    assert rings(text), recognise(text)


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_look_alike_is_not_taken_for_article_51(text):
    assert not rings(text), [citation for citation in recognise(text) if citation.instrument == "un-charter"]
