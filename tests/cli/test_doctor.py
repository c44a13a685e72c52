"""`tocsin doctor` on set-ups that are really broken."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.newsday import item
from tests.end_to_end.worker_process import run
from tests.feeds.parts import Answer, Site, rss

WELL = '[sources]\nfolders = ["in"]\n[watchlists]\npaths = ["a.yaml"]\n'
LIST = "watchlist: a\nwatches:\n  - {id: t, title: T, severity: low, query: treaty}\n"


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


def test_a_worker_that_has_run_and_rung_nothing_is_well(place):
    (place / "in" / "a.json").write_text('{"title": "Nothing of note"}')
    run(place, "run", "--drain")
    done = run(place, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("addition", "variable", "expected", "remedy"),
    [
        ("[sinks]\nfil = 'x'\n", {}, "sinks.fil", "Did you mean"),
        ("", {"TOCSIN_SOURCES__FOLDERS": "gone"}, "gone is not a folder", "mkdir -p gone"),
        ("", {"TOCSIN_SOURCES__FEEDS": "example"}, "sources are not right", "refuses to start"),
        ("[[x", {}, "is not TOML", "README"),
        ("", {"TOCSIN_METRICS__PORT": "abc"}, "`metrics.port`: expected `int`", "README"),
        ("", {"TOCSIN_METRICS__HOST": "192.0.2.1"}, "cannot be bound", "metrics.host"),
        ("", {"TOCSIN_METRICS__USERS": "a.yaml"}, "a.yaml:1: expected name:bcrypt hash", "htpasswd"),
        ("", {"TOCSIN_SOURCES__LISTS": "gone.yaml"}, "gone.yaml cannot be read", "refuses to start"),
        ("", {"TOCSIN_SOURCES__LISTS": "a.yaml"}, "the sources are not right", "refuses to start"),
        (
            "",
            {"TOCSIN_SOURCES__FEEDS": "http://127.0.0.1:9/x", "TOCSIN_SOURCES__ALLOW_NETWORKS": "banana"},
            "'banana' does not appear to be",
            "10.1.0.0/16",
        ),
        ("", {"TOCSIN_SOURCES__FEEDS": "http://127.0.0.1:9/x"}, "loopback", "tocsin feeds check"),
        ("", {"TOCSIN_SOURCES__HEARTBEAT_SECONDS": "3"}, "at least 10", "refuses to start"),
        ("", {"TOCSIN_BUS__EMBEDDED__PATH": "gone/log.db"}, "gone does not exist", "mkdir -p"),
        ("", {"TOCSIN_BUS__EMBEDDED__PATH": "a.yaml"}, "is no database", "a path of its own"),
        ("", {"TOCSIN_CITATIONS__FOLDER": "gone"}, "there is no such folder", "DATA.md"),
        ("", {"TOCSIN_TRACES__ENDPOINT": "collector:4318"}, "expected http://", "doctor"),
        (
            "",
            {
                "TOCSIN_BUS__KIND": "kafka",
                "TOCSIN_BUS__KAFKA__SECURITY_PROTOCOL": "SSL",
                "TOCSIN_BUS__KAFKA__SSL_CAFILE": "gone.pem",
            },
            "bus.kafka.ssl_cafile gone.pem cannot be used",
            "topics: not looked at",
        ),
        ("", {"TOCSIN_SINKS__FILE": "gone/alerts"}, "does not exist", "mkdir -p"),
        ("", {"TOCSIN_SINKS__FILE": "in"}, "is a folder", "Name a file"),
        ("", {"TOCSIN_METRICS__TLS_KEY": "k"}, "go together", "set both"),
        ("", {"TOCSIN_WATCHLISTS__PATHS": "gone.yaml"}, "gone.yaml", "tocsin check"),
        (
            "",
            {"TOCSIN_BUS__KIND": "kafka", "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"},
            "No Kafka broker can be reached",
            "is there a firewall between?",
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


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


def doctor_of_feeds(place: Path, *addresses: str) -> tuple[int, str]:
    """Exit code and words where the feeds stand in a list, which is all there is to read."""
    (place / "feeds.yaml").write_text("sources:\n" + "".join(f"  - {each}\n" for each in addresses))
    (place / "tocsin.toml").write_text(
        '[sources]\nlists = ["feeds.yaml"]\nallow_networks = ["127.0.0.0/8"]\n'
        '[watchlists]\npaths = ["a.yaml"]\n'
    )
    done = run(place, "doctor")
    return done.returncode, done.stdout


def test_feeds_that_answer_are_well_and_those_alone_are_enough_to_read(place, site):
    site.says("/a", Answer(200, rss(item(1))))
    assert doctor_of_feeds(place, site.url("/a"))[0] == 0


def test_when_no_feed_answers_this_side_is_suspected(place, site):
    for path in ("/a", "/b"):
        site.says(path, Answer(503))
    code, words = doctor_of_feeds(place, site.url("/a"), site.url("/b"))
    assert code == 1
    assert "2 of 2 feeds asked give nothing" in words
    assert "HTTP 503" in words
    assert "network, proxy and name server" in words


def test_a_feed_that_fails_among_many_is_a_remark(place, site):
    for number in range(9):
        site.says(f"/{number}", Answer(200, rss(item(number))))
    site.says("/9", Answer(404))
    code, words = doctor_of_feeds(place, *(site.url(f"/{number}") for number in range(10)))
    assert code == 0, words
    assert "! sources: 1 of 10 feeds asked give nothing" in words


def test_no_more_than_twenty_of_many_feeds_are_asked(place, site):
    for number in range(50):
        site.says(f"/{number}", Answer(200, rss(item(number))))
    assert doctor_of_feeds(place, *(site.url(f"/{number}") for number in range(50)))[0] == 0
    asked = [path for path, _ in site.asked if path != "/robots.txt"]
    assert len(asked) == 17
    assert {"/0", "/48"} <= set(asked)


def test_a_port_that_is_taken_may_be_a_worker_s(place, site):
    done = run(place, "doctor", TOCSIN_METRICS__PORT=str(site.port))
    assert done.returncode == 0
    assert f"127.0.0.1:{site.port} is taken" in done.stdout
