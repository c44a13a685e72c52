"""Real articles, where they are at hand: everything here is also shown on small examples elsewhere."""

import os
from pathlib import Path

import pytest

from tests.schemas.validate import published_article_errors
from worker.article import article_message, read_articles
from worker.types import Article

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared data at {SHARED}; set TOCSIN_SHARED")


def read(name):
    return list(read_articles((SHARED / name).read_bytes(), source_name=name, parse_feed=list))


def test_the_seed_article_reads_the_same_from_json_and_text():
    (from_json,), (from_text,) = read("seed_article.json"), read("seed_article.txt")
    assert "Pasal 51 Piagam Perserikatan Bangsa-Bangsa" in from_json.text
    assert "Pasal 51 Piagam Perserikatan Bangsa-Bangsa" in from_text.text


def test_every_article_of_the_corpus_is_read_and_can_be_published():
    articles = read("articles.jsonl.gz")
    assert len(articles) > 2000
    assert all(isinstance(article, Article) for article in articles)
    assert [e for article in articles[::50] for e in published_article_errors(article_message(article))] == []
