"""The examples beside a rule, run by whatever judge is given."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from worker.rules import evaluate, explain
from worker.text import Document
from worker.types import Article
from worker.watchlist import Judgement, Watch, load, run_examples

PAGE = (resources.files("worker.rules") / "LANGUAGE.md").read_text(encoding="utf-8")

LIST = """\
watchlist: pacts
watches:
  - id: one
    title: One
    query: treaty AND NOT football
    must_match:
      - "The treaty was signed."
      - "The pact was signed."
      - {text: "Two treaties", quotes: [treaty]}
      - {title: "Treaty", lang: en}
      - {file: article.txt}
      - {file: absent.txt}
    must_not_match:
      - "A football treaty"
      - "A treaty"
"""


def judge(watch: Watch, article: Article) -> Judgement:
    document = Document.of(article, article.language or "en")
    verdict = evaluate(watch.rule, document, lambda _: ())
    explained = explain(watch.rule, document, lambda _: (), watch.languages)
    return Judgement(explained.matched, verdict.leaves, lambda: explained)


@pytest.fixture
def results(tmp_path: Path):
    (tmp_path / "list.yaml").write_text(LIST)
    (tmp_path / "article.txt").write_text("A treaty in a file")
    return list(run_examples(load([tmp_path]).watches, judge))


def test_every_example_is_run_in_order(results):
    assert [(one.expectation, one.number) for one in results] == [
        *(("must_match", number) for number in range(1, 7)),
        *(("must_not_match", number) for number in range(1, 3)),
    ]


def test_what_passes_has_no_failure(results):
    assert [one.failure is None for one in results] == [True, False, False, True, True, False, True, False]


def test_a_failure_shows_the_explanation(results):
    assert str(results[1]).splitlines() == [
        "✗ one must_match 2: “The pact was signed.”",
        "  it did not match, and must",
        "  ✗ AND",
        "  ├ ✗ treaty   — the word is not there",
        "  └ ✓ NOT",
        "    └ ✗ football   — the word is not there",
    ]


def test_a_quote_that_is_not_among_the_evidence_fails(results):
    assert results[2].failure == "it matched without “treaty” among its evidence, which is “treaties”"


def test_a_file_that_cannot_be_read_fails(results):
    assert "its file cannot be read" in results[5].failure


def test_a_match_that_must_not_be_shows_its_words(results):
    assert results[7].failure == "it matched, and must not: “treaty” by treaty"


def test_the_watch_list_of_the_language_page_loads_and_passes(tmp_path: Path):
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "list.yaml").write_text(text, encoding="utf-8")
    results = list(run_examples(load([tmp_path]).watches, judge))
    assert len(results) == 3
    assert [one.failure for one in results] == [None, None, None]
