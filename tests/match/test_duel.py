"""The index against the plain evaluator: alike in matches, evidence, and what could not be evaluated."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.match.duel import Maker, differences, fight
from worker.clock import ManualClock
from worker.match import Matcher, Optimisations, PlainMatcher
from worker.text import Document
from worker.types import Article

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2].parent / "shared"))
SWITCHED_OFF = [
    Optimisations(anchors=False),
    Optimisations(clauses=False),
    Optimisations(pairs=False),
    Optimisations(anchors=False, clauses=False, pairs=False),
]


@pytest.mark.parametrize("seed", range(10, 20))
def test_the_index_says_what_the_plain_evaluator_says(seed: int):
    pairs, matched, wrong = fight(seed, 10_000)
    assert wrong == []
    assert pairs >= 10_000
    assert matched > 500  # a duel without matches proves little


@pytest.mark.parametrize("without", SWITCHED_OFF, ids=str)
def test_an_optimisation_switched_off_changes_no_match(without: Optimisations):
    maker = Maker(5)
    watches = [maker.watch(number) for number in range(200)]
    oracle = PlainMatcher(watches, plain=True)
    matcher = Matcher(watches, clock=ManualClock(), optimisations=without)
    assert [wrong for _ in range(25) for wrong in differences(matcher, oracle, maker.document())] == []


def test_real_articles_in_many_languages_say_the_same_in_both():
    if not (SHARED / "data" / "articles.jsonl.gz").exists():
        pytest.skip("the shared articles are not there")
    with gzip.open(SHARED / "data" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for number, line in enumerate(lines) if number % 40 == 0]
    documents = [
        Document.of(
            Article(id="a", title=one.get("title") or "", text=one["text"]), one.get("language") or "und"
        )
        for one in articles
    ]
    pairs, _, wrong = fight(77, 100 * len(documents), documents)
    assert wrong == []
    assert pairs > 5_000
