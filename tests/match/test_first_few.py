"""The first few articles are matched without an index, and nobody can tell by what rings."""

from __future__ import annotations

import pytest

from tests.match.watches import watch
from worker.match import FirstFew, Limits, Matcher, first_few
from worker.text import Document
from worker.types import Article

WATCHES = (watch("treaty", "treaty OR pact NEAR/3 sign"), watch("alliance", "alliance AND NOT football"))
TEXTS = [
    f"{start} {middle} {end}"
    for start in ("A treaty", "The pact they sign", "Rain")
    for middle in ("of alliance", "and football")
    for end in ("today.", "in an alliance.")
]


def document(text: str) -> Document:
    return Document.of(Article(id="a", title="", text=text), "en")


def test_before_and_after_the_index_is_made_the_same_rings_with_the_same_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_few, "FEW_ARTICLES", 5)
    few, indexed = FirstFew(WATCHES, Limits()), Matcher(WATCHES)
    for text in TEXTS:
        assert few.match(document(text)).matches == indexed.match(document(text)).matches


def test_no_index_is_made_for_few_articles_and_one_is_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_few, "FEW_ARTICLES", 2)
    few = FirstFew(WATCHES, Limits())
    looked_at = [few.match(document("Rain.")).evaluated for _ in range(4)]
    assert looked_at == [2, 2, 0, 0]  # the index looks only at watches whose words are there


@pytest.mark.parametrize("many", ["watches", "characters"])
def test_what_is_large_is_matched_by_the_index_at_once(many: str) -> None:
    watches = WATCHES * (first_few.FEW_PAIRS if many == "watches" else 1)
    text = "Rain. " * (first_few.SMALL_CHARACTERS if many == "characters" else 1)
    assert FirstFew(watches, Limits()).match(document(text)).evaluated == 0
