"""A sentence that cites and one that competes, in every language we claim."""

from __future__ import annotations

import pytest

from tests.citations.sentences import SENTENCES
from worker.citations import cites, recognise
from worker.citations.languages import languages
from worker.types import Grade

CLAIMED = (
    "ar zh en fr ru es "
    "bg cs da de el et fi ga hr hu it lt lv mt nl pl pt ro sk sl sv "
    "id ms vi th hi bn ur ne mr ta fa he tr az kk uz ka hy uk be sr mk sq is nb ca ja ko sw tl mn"
).split()
POSITIVE = [pytest.param(text, id=code) for code, text, _ in SENTENCES]
NEGATIVE = [pytest.param(text, id=code) for code, _, text in SENTENCES]


@pytest.mark.parametrize("text", POSITIVE)
def test_the_charter_is_found_as_explicit_whatever_the_language(text):
    found = recognise(text)
    assert any(cites(citation, "un-charter", "51", Grade.EXPLICIT) for citation in found), found


@pytest.mark.parametrize("text", NEGATIVE)
def test_the_competing_instrument_is_recognised_as_what_it_is(text):
    found = recognise(text)
    assert [citation.provision for citation in found] == ["51"]
    assert found[0].instrument not in (None, "un-charter")


@pytest.mark.parametrize("hint", ["en", "zz", "ru", ""])
def test_the_language_is_a_hint_and_never_a_condition(hint):
    for _, text, _ in SENTENCES:
        assert any(cites(citation, "un-charter", "51") for citation in recognise(text, hint)), text


def test_every_language_of_the_issue_has_a_file_and_two_sentences():
    files = {language.code for language in languages()}
    assert set(CLAIMED) <= files
    assert set(CLAIMED) <= {code for code, _, _ in SENTENCES}
