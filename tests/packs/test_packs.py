"""What each built-in watch-list promises: examples, languages, a description, the seed of it all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.packs.conftest import Rings, builtin
from worker.watchlist import Example, Watch

PACKS = {"un-charter-51", "alliance-pacts", "collective-defence", "arms-transfers", "treaty-withdrawals"}
EXAMPLE_LANGUAGES = 20
CONCEPT_LANGUAGES = 30
GUARDS = {"alliance-case"}
"""Concepts of one expression that most languages leave in Latin; too few languages is right for them."""

WATCHES = builtin().watches
by_id = pytest.mark.parametrize("watch", WATCHES, ids=lambda watch: watch.id)


def _examples(good: bool) -> list[object]:
    return [
        pytest.param(watch, example, id=f"{watch.id}:{example.lang or 'en'}:{number}")
        for watch in WATCHES
        for number, example in enumerate(watch.must_match if good else watch.must_not_match)
    ]


def test_the_five_packs_are_built_in() -> None:
    assert {watchlist.id for watchlist in builtin().watchlists} == PACKS


@pytest.mark.parametrize("watchlist", builtin().watchlists, ids=lambda watchlist: watchlist.id)
def test_each_pack_says_for_whom_it_is_and_what_it_leaves_out(watchlist: object) -> None:
    description = getattr(watchlist, "description", "")
    assert description.startswith("For ")
    assert "It means to catch" in description.replace("\n", " ")
    assert "does not mean to catch" in description.replace("\n", " ")


@by_id
def test_each_watch_shows_matches_in_twenty_languages(watch: Watch) -> None:
    assert len({example.lang or "en" for example in watch.must_match}) >= EXAMPLE_LANGUAGES


@by_id
def test_each_watch_shows_what_must_not_ring_it(watch: Watch) -> None:
    assert len(watch.must_not_match) >= 8
    assert len({example.lang or "en" for example in watch.must_not_match}) >= 3


@pytest.mark.parametrize("watchlist", builtin().watchlists, ids=lambda watchlist: watchlist.id)
def test_each_concept_has_thirty_languages(watchlist: object) -> None:
    concepts = getattr(watchlist, "concepts", {})
    languages = {name: {phrase.language for phrase in concept.phrases} for name, concept in concepts.items()}
    assert {name: len(found) for name, found in languages.items() if len(found) < CONCEPT_LANGUAGES} == {
        name: len(languages[name]) for name in GUARDS & languages.keys()
    }


@pytest.mark.parametrize(("watch", "example"), _examples(good=True))
def test_every_must_match_rings_its_watch(watch: Watch, example: Example, rings: Rings) -> None:
    assert rings([watch], example) == {watch.id}


@pytest.mark.parametrize(("watch", "example"), _examples(good=False))
def test_every_must_not_match_leaves_its_watch_silent(watch: Watch, example: Example, rings: Rings) -> None:
    assert rings([watch], example) == set()


def test_the_seed_article_rings_the_alliance_watch_and_the_charter_watch(rings: Rings) -> None:
    shared = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    seed = shared / "data" / "seed_article.txt"
    if not seed.is_file():
        pytest.skip(f"the seed article is not at {seed}; set TOCSIN_SHARED")
    rung = rings(WATCHES, Example(text=seed.read_text("utf-8"), lang="id"))
    assert {"un-charter-51", "mutual-defence-pact"} <= rung
