"""Fixtures of this folder."""

import pytest

from tests.feeds.parts import AT, Heard, Shelf, Site
from worker.clock import ManualClock
from worker.feeds import FeedParser


@pytest.fixture
def clock():
    return ManualClock(AT)


@pytest.fixture
def shelf(tmp_path, clock):
    found = Shelf(tmp_path / "bus.db", clock)
    yield found
    found.close()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def site():
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="session")
def parser():
    with FeedParser() as found:
        yield found
