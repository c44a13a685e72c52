"""How far behind a member of a group knows itself to be."""

from __future__ import annotations

import pytest

from tests.bus.worlds import KafkaWorld, behind, collect, put, ring
from worker.bus import kafka_ends
from worker.bus.kafka import KafkaBus


def put_forty(world: KafkaWorld, topic: str) -> None:
    """Records in all partitions of the topic."""
    for number in range(40):
        put(world, topic, [f"a-{number}"], key=f"k-{number}")


def with_one_read_and_forty_more(world: KafkaWorld) -> KafkaBus:
    """A member that has read one record of a topic, to which forty have come since; none is committed."""
    topic = world.topic("articles", partitions=4)
    put(world, topic, ["first"], key="k")
    bus = world.bus("g")
    bus.subscribe([topic])
    assert len(collect(bus, 1)) == 1
    put_forty(world, topic)
    return bus


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
    put_forty(kafka_world, topic)
    assert len(collect(bus, 1)) == 1
    assert behind(bus, 40)


def test_after_a_poll_that_came_empty_the_lag_is_known(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = with_one_read_and_forty_more(kafka_world)
    # As when partitions have just been given to us and their broker takes its time.
    monkeypatch.setattr(bus._consumer, "poll", lambda **_: {})
    assert bus.poll(10, 0.1) == []
    assert sum(bus.lag().values()) == 41


def test_ends_that_were_not_told_are_asked_again(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_ends, "_ENDS_AGAIN_SECONDS", 0.0)
    bus = with_one_read_and_forty_more(kafka_world)
    with monkeypatch.context() as patched:
        patched.setattr(bus._consumer, "end_offsets", lambda *_, **__: 1 / 0)
        assert sum(bus.lag().values()) <= 1
        bus._ends.wait()
    assert behind(bus, 41)
