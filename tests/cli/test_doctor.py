"""`tocsin doctor` on set-ups that are really broken."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.end_to_end.worker_process import run

WELL = '[sources]\nfolders = ["in"]\n[watchlists]\npaths = ["a.yaml"]\n'
LIST = """\
watchlist: a
title: A
language: en
watches:
  - {id: t, title: T, severity: low, languages: [any], query: treaty}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.yaml").write_text(LIST)
    (tmp_path / "tocsin.toml").write_text(WELL)
    return tmp_path


def test_a_set_up_that_is_well_ends_with_0_and_nothing_is_made(place):
    before = sorted(place.iterdir())
    done = run(place, "doctor")
    assert (done.returncode, "✗" in done.stdout) == (0, False), done.stdout + done.stderr
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize(
    ("addition", "variable", "expected", "remedy"),
    [
        ("[sinks]\nfil = 'x'\n", {}, "sinks.fil", "Did you mean"),
        ("", {"TOCSIN_SOURCES__FOLDERS": "gone"}, "gone is not a folder", "mkdir -p gone"),
        ("", {"TOCSIN_SOURCES__FEEDS": "example"}, "no http or https address", "https://host/path"),
        ("", {"TOCSIN_SINKS__FILE": "gone/alerts"}, "does not exist", "mkdir -p"),
        ("", {"TOCSIN_SINKS__FILE": "in"}, "is a folder", "Name a file"),
        ("", {"TOCSIN_METRICS__TLS_KEY": "k"}, "go together", "set both"),
        ("", {"TOCSIN_WATCHLISTS__PATHS": "gone.yaml"}, "gone.yaml", "tocsin check"),
        (
            "",
            {"TOCSIN_BUS__KIND": "kafka", "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"},
            "No Kafka broker can be reached",
            "doctor",
        ),
    ],
)
def test_a_fault_is_told_with_its_remedy(place, addition, variable, expected, remedy):
    (place / "tocsin.toml").write_text(WELL + addition)
    done = run(place, "doctor", **variable)
    assert done.returncode == 1, done.stdout + done.stderr
    assert expected in done.stdout
    assert remedy in done.stdout


def test_a_log_from_the_future_says_that_the_clock_is_wrong(place):
    run(place, "run", "--drain")
    ahead = time.time() + 3600
    os.utime(place / "tocsin.db", (ahead, ahead))
    done = run(place, "doctor")
    assert done.returncode == 1
    assert "in the future by this clock" in done.stdout


def test_an_example_that_fails_is_named(place):
    (place / "a.yaml").write_text(LIST.replace("query: treaty}", "query: treaty, must_match: [peace]}"))
    done = run(place, "doctor")
    assert done.returncode == 1
    assert "tocsin test" in done.stdout
