"""`tocsin explain ALERT_ID`: the alert and its article are found on the bus, and what changed is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_verbs import LIST, lines, tocsin

ARTICLE = '{"id": "1", "text": "The river will flood the valley."}\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "floods.yaml").write_text(LIST, encoding="utf-8")
    (tmp_path / "tocsin.toml").write_text('[watchlists]\npaths = ["floods.yaml"]\n')
    return tmp_path


def rung(place: Path) -> str:
    done = tocsin("run", "--stdin", "--drain", given=ARTICLE, folder=place)
    (alert,) = lines(done.stdout)
    return str(alert["id"])


def test_an_alert_is_explained_by_its_id(place: Path) -> None:
    alert = rung(place)

    done = tocsin("explain", alert, folder=place)
    told = tocsin("explain", alert, "--json", folder=place)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("flood on 1, language en\n✓ NEAR/5\n├ ✓ flood   “flood” in text at 15")
    (line,) = lines(told.stdout)
    assert (line["alert"], line["watch"], line["article"]) == (alert, "flood", "1")
    assert line["explanation"]["matched"] is True  # type: ignore[index]
    assert "notes" not in line


def test_a_watch_that_has_changed_since_is_said_and_explained_as_it_is_now(place: Path) -> None:
    alert = rung(place)
    (place / "floods.yaml").write_text(LIST.replace("NEAR/5", "NEAR/0"), encoding="utf-8")

    done = tocsin("explain", alert, folder=place)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Note: the watch has changed since the alert rang (")
    assert "✗ NEAR/0   — closest 1, at “river will flood” in text at 4" in done.stdout


def test_what_is_not_kept_or_not_watched_is_said(place: Path) -> None:
    alert = rung(place)
    (place / "other.yaml").write_text("watchlist: other\nwatches:\n  - {id: a, query: storm}\n")

    unknown = tocsin("explain", "0" * 32, folder=place)
    elsewhere = tocsin("explain", alert, "-w", "other.yaml", folder=place)
    neither = tocsin("explain", folder=place)

    assert (unknown.returncode, elsewhere.returncode, neither.returncode) == (1, 2, 2)
    assert f"there is no alert {'0' * 32} on the bus" in unknown.stderr
    assert "the watch 'flood', which is not in these watch-lists" in elsewhere.stderr
    assert "--watch ID" in neither.stderr
