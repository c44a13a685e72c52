"""`tocsin backtest` by its console script: files, folders, the bus, two versions, JSON lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.test_verbs import LIST, lines, tocsin

ARTICLES = [
    {"id": "1", "text": "The river will flood the valley.", "published": "2026-11-01T08:00:00Z"},
    {"id": "1", "text": "The river will flood the valley.", "published": "2026-11-01T08:00:00Z"},
    {"id": "2", "text": "A flood, said those who live there, came over the river.", "source": "Courier"},
    {"id": "3", "text": "Nothing happened in the valley.", "published": "2026-11-03T08:00:00Z"},
]
HISTORY = "".join(json.dumps(article) + "\n" for article in ARTICLES)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "new.yaml").write_text(LIST, encoding="utf-8")
    (tmp_path / "old.yaml").write_text(LIST.replace("NEAR/5", "NEAR/9"), encoding="utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.jsonl.gz").write_bytes(gzip.compress(HISTORY.encode()))
    return tmp_path


def of_kind(text: str, kind: str) -> list[dict[str, object]]:
    return [line for line in lines(text) if line["kind"] == kind]


def test_a_folder_is_judged_and_every_article_is_accounted_for(place: Path) -> None:
    (place / "articles" / "bad.jsonl").write_text('{"id": "4", "text": "The valley."}\n{broken\n')

    done = tocsin("backtest", "-w", "new.yaml", "articles", folder=place)

    assert done.returncode == 1, done.stderr
    (figures,) = of_kind(done.stdout, "figures")
    assert figures["outcomes"] == {"alerted": 1, "dead_letter": 1, "duplicate": 1, "no_match": 3}
    assert figures["pieces"] == 6
    assert figures["bad"] == {"not_json": 1}
    assert "bad.jsonl: line 2" in done.stderr
    days = [(day["name"], day["alerts"]) for day in of_kind(done.stdout, "share") if day["by"] == "day"]
    assert days == [("2026-11-01", 1), ("2026-11-03", 0)]


def test_two_versions_are_compared_with_the_nearest_miss(place: Path) -> None:
    done = tocsin("backtest", "-w", "new.yaml", "--against", "old.yaml", "articles", folder=place)

    assert done.returncode == 0, done.stderr
    (comparison,) = of_kind(done.stdout, "comparison")
    assert comparison == {"kind": "comparison", "unchanged": 1, "gained": 0, "lost": 1}
    (lost,) = of_kind(done.stdout, "lost")
    assert lost["watch"] == "flood"
    assert lost["reason"] == "NEAR/5: closest 8, at “flood … river” in text at 2"


def test_days_watches_and_the_size_of_the_sample_can_be_chosen(place: Path) -> None:
    one = tocsin("backtest", "-w", "new.yaml", "--since", "2026-11-02", "articles", folder=place)
    none = tocsin("backtest", "-w", "new.yaml", "--sample", "0", "articles", folder=place)
    wrong = tocsin("backtest", "-w", "new.yaml", "--watch", "flod", "articles", folder=place)
    bad_day = tocsin("backtest", "-w", "new.yaml", "--since", "tomorrow", "articles", folder=place)

    outcomes = {"no_match": 1, "outside": 2, "undated": 1}
    assert of_kind(one.stdout, "figures")[0]["outcomes"] == outcomes
    assert of_kind(none.stdout, "sample") == []
    assert wrong.returncode == bad_day.returncode == 2
    assert "Did you mean 'flood'?" in wrong.stderr
    assert "2026-11-24" in bad_day.stderr


def test_the_bus_is_a_history_that_stays_as_it_was(place: Path) -> None:
    ran = tocsin("run", "-w", "new.yaml", "--stdin", "--drain", given=HISTORY, folder=place)
    first = tocsin("backtest", "-w", "old.yaml", "--bus", folder=place)
    again = tocsin("backtest", "-w", "old.yaml", "--bus", folder=place)

    assert ran.returncode == 0, ran.stderr
    assert first.returncode == 0, first.stderr
    assert of_kind(first.stdout, "figures")[0]["outcomes"] == {"alerted": 2, "duplicate": 1, "no_match": 1}
    assert of_kind(first.stdout, "figures") == of_kind(again.stdout, "figures")
    days = {day["name"] for day in of_kind(first.stdout, "share") if day["by"] == "day"}
    assert len(days) == 3, "what has no date of its own has that of its arrival on the bus"


def test_a_bus_that_is_not_there_is_said_and_not_made(place: Path) -> None:
    done = tocsin("backtest", "-w", "new.yaml", "--bus", folder=place)

    assert done.returncode == 2
    assert "There is no embedded log at tocsin.db" in done.stderr
    assert not (place / "tocsin.db").exists()
