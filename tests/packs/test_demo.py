"""The articles that ship for `tocsin demo`: their shape, their spread, and exactly what each rings."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from tests.packs.conftest import Rings, builtin
from worker.watchlist import Example

EXPECT: dict[str, set[str]] = {
    "demo-01": {"mutual-defence-pact", "un-charter-51"},
    "demo-02": {"mutual-defence-pact", "un-charter-51", "collective-defence"},
    "demo-03": {"nato-article-5"},
    "demo-04": {"treaty-withdrawal"},
    "demo-05": {"un-charter-51", "self-defence-claimed"},
    "demo-06": {"arms-transfer"},
    "demo-07": {"un-charter-51", "collective-defence", "self-defence-claimed"},
    "demo-08": {"arms-embargo", "arms-transfer"},
    "demo-09": {"mutual-defence-pact"},
    "demo-10": {"mutual-defence-pact", "collective-defence"},
    "demo-11": {"military-alliance"},
    "demo-12": {"mutual-defence-pact"},
    "demo-13": set(),
    "demo-14": set(),
    "demo-15": set(),
    "demo-16": set(),
    "demo-17": set(),
    "demo-18": set(),
    "demo-19": set(),
    "demo-20": {"mutual-defence-pact"},
}


def articles() -> list[dict[str, Any]]:
    """The demo articles as shipped, one object a line."""
    text = resources.files("worker").joinpath("demo/articles.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_demo_article_has_the_keys_a_reader_wants() -> None:
    for article in articles():
        assert set(article) == {"id", "url", "source", "title", "text", "language", "published"}
        assert article["url"].startswith("https://example.org/")
        assert 2 <= len(article["text"].split("\n\n")) <= 4


def test_the_demo_speaks_twelve_languages_and_is_mostly_but_not_only_alarming() -> None:
    assert len({article["language"] for article in articles()}) >= 12
    ringing = sum(bool(watches) for watches in EXPECT.values())
    assert 0.5 < ringing / len(EXPECT) < 0.75


def test_every_demo_article_has_an_expectation_and_an_id_of_its_own() -> None:
    assert [article["id"] for article in articles()] == sorted(EXPECT)


@pytest.mark.parametrize("article", articles(), ids=lambda article: article["id"])
def test_each_demo_article_rings_exactly_what_is_expected(article: dict[str, Any], rings: Rings) -> None:
    example = Example(text=article["text"], title=article["title"], lang=article["language"])
    assert rings(builtin().watches, example) == EXPECT[article["id"]]
