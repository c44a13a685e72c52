"""How far behind a member of a group knows itself to be."""

from __future__ import annotations

import pytest

from tests.bus.worlds import KafkaWorld, behind, collect, put, ring
from worker.bus import kafka_ends


def test_a_poll_that_came_full_has_the_ends_asked_soon(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_ends, "ENDS_SECONDS", 1e9)
    monkeypatch.setattr(kafka_ends, "ENDS_OF_MANY_SECONDS", 0.0)
    topic, alerts = kafka_world.topic("articles", partitions=4), kafka_world.topic("alerts")
    put(kafka_world, topic, ["first"], key="k")
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    ring(bus, collect(bus, 1), alerts)
    assert behind(bus, 0)
    for number in range(40):
        put(kafka_world, topic, [f"a-{number}"], key=f"k-{number}")
    assert len(collect(bus, 1)) == 1
    assert behind(bus, 40)
