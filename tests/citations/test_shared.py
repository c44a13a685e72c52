"""The labelled passages, where they are at hand: a measurement, never the only proof of anything."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from worker.citations import cites, recognise

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"

pytestmark = pytest.mark.skipif(
    not (DATA / "citations.jsonl").is_file(),
    reason="the labelled passages are not here: set TOCSIN_SHARED to the folder that holds data/",
)


def rings(text: str) -> bool:
    return any(cites(citation, "un-charter", "51") for citation in recognise(text))


def test_recall_and_precision_on_the_passages_are_what_the_issue_asks():
    rows = [json.loads(line) for line in (DATA / "citations.jsonl").read_text("utf-8").splitlines()]
    found = {row["id"] for row in rows if rings(row["text"])}
    right = {row["id"] for row in rows if row["label"] == "un_charter_51"}
    assert len(found & right) / len(right) >= 0.97
    assert len(found & right) / len(found) >= 0.98


def test_no_real_article_that_cites_nothing_rings():
    with gzip.open(DATA / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [f"{row.get('title') or ''}\n{row.get('text') or ''}" for row in map(json.loads, lines)]
    assert [text[:80] for text in texts if rings(text)] == []
