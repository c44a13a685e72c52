"""Worlds for the tests of the bus room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bus.worlds import EmbeddedWorld, KafkaWorld, World


@pytest.fixture
def embedded_world(tmp_path: Path) -> Iterator[EmbeddedWorld]:
    """The embedded bus on a temporary file."""
    world = EmbeddedWorld(tmp_path / "log.db")
    yield world
    world.close()


@pytest.fixture
def kafka_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KafkaWorld]:
    """Topics of its own on the real broker."""
    world = KafkaWorld(request.getfixturevalue("kafka_broker").bootstrap_servers, tmp_path)
    yield world
    world.close()


@pytest.fixture(params=["embedded", "kafka"])
def world(request: pytest.FixtureRequest) -> World:
    """Either; a contract test runs in both."""
    chosen: World = request.getfixturevalue(f"{request.param}_world")
    return chosen
