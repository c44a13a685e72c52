"""Reading a topic's history, on either bus: everything from the start, nothing moved, nothing written."""

from __future__ import annotations

import pytest

from tests.bus.worlds import World, attempt, collect, message, put, values
from worker.errors import UsageError


def test_a_reader_gives_everything_from_the_oldest_record_on(world: World):
    topic = world.topic("history", partitions=3)
    for number in range(20):
        put(world, topic, [f"v{number}"], key=f"k{number}")
    reader = world.reader()
    assert sorted(values(list(reader.records(topic)))) == sorted(f"v{number}" for number in range(20))
    assert reader.count(topic) >= 20
    assert len(list(reader.records(topic))) == 20, "reading again begins again"


def test_a_reader_keeps_the_order_of_a_partition(world: World):
    topic = world.topic("ordered")
    put(world, topic, [f"v{number}" for number in range(1200)])
    assert values(list(world.reader().records(topic))) == [f"v{number}" for number in range(1200)]


def test_reading_moves_no_group(world: World):
    topic = world.topic("grouped")
    put(world, topic, ["a", "b", "c"])
    member = world.bus("workers")
    member.subscribe([topic])
    attempt(member, [], collect(member, 2, limit=2))
    member.close()
    assert len(list(world.reader().records(topic))) == 3
    again = world.bus("workers")
    again.subscribe([topic])
    assert values(collect(again, 1)) == ["c"]


def test_what_an_aborted_unit_published_is_not_read(world: World):
    topic = world.topic("aborted")
    bus = world.bus("writers")
    bus.subscribe([topic])
    bus.poll(1, 0.1)
    with pytest.raises(RuntimeError):
        attempt(bus, [message(topic, "never")], error=RuntimeError("stop"))
    attempt(bus, [message(topic, "committed")])
    assert values(list(world.reader().records(topic))) == ["committed"]


def test_what_comes_while_reading_is_left_for_the_next_reading(world: World):
    topic = world.topic("growing")
    put(world, topic, ["a", "b"])
    reader = world.reader()
    reading = reader.records(topic)
    first = next(reading)
    put(world, topic, ["c"])
    assert values([first, *reading]) == ["a", "b"]


def test_an_empty_topic_has_nothing_and_a_missing_one_is_named(world: World):
    reader = world.reader() if world.topic("empty") else None
    assert reader is not None
    assert list(reader.records(world.topic("empty"))) == []
    with pytest.raises(UsageError, match="no-such-topic"):
        list(reader.records("no-such-topic"))
