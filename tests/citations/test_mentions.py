"""A name's expression is made when a text first holds its words; until then nothing may be overlooked."""

from __future__ import annotations

import pytest

from tests.citations.sentences import SENTENCES
from worker.citations import mentions, recognise


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in SENTENCES[::3]])
def test_the_first_text_of_a_process_is_read_like_any_other(row, monkeypatch):
    _, *texts = row
    monkeypatch.setattr(mentions, "_patterns", {})
    first = [recognise(text) for text in texts]
    monkeypatch.setattr(mentions, "_PATIENCE", 0)
    assert [recognise(text) for text in texts] == first
    assert any(first)
