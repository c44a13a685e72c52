"""Tocsin's reader before a server that scores manners; and that the server can tell."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds.manners_server import MannersServer, read_with_tocsin, show
from worker.clock import ManualClock


@pytest.fixture
def server(clock: ManualClock) -> Iterator[MannersServer]:
    found = MannersServer(clock)
    yield found
    found.close()


def test_tocsins_reader_gets_full_marks(server: MannersServer, clock: ManualClock, tmp_path: Path) -> None:
    read_with_tocsin(server, clock, tmp_path)
    report = server.report()
    assert [(words, wrong) for words, wrong in report if wrong] == [], show(report)


def test_a_reader_without_manners_gets_few(server: MannersServer, clock: ManualClock) -> None:
    for _ in range(6):
        for url in server.urls():
            try:
                asked = urllib.request.Request(url, headers={"Cookie": "who=me", "User-Agent": "x"})
                urllib.request.urlopen(asked).close()
            except urllib.error.HTTPError as error:
                error.close()
        clock.advance(60)
    well = [words for words, wrong in server.report() if wrong is None]
    assert len(well) < len(server.report()) / 2
    for manner in ("an ETag comes back byte for byte", "410 stops the reader", "no cookie is brought"):
        assert manner not in well


def test_a_reader_that_never_comes_has_shown_nothing(server: MannersServer, clock: ManualClock) -> None:
    urllib.request.urlopen(server.urls()[0]).close()
    shown = show(server.report())
    assert "too few to tell" in shown
    assert shown.splitlines()[-1].endswith(f" of {len(server.report())}")
