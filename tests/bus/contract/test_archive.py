"""The contract of worker.ports.Archive: all that is committed can be read, and put back once."""

from __future__ import annotations

import contextlib

import pytest

from tests.bus.worlds import World, attempt, committed_values, message, put, values
from worker.errors import Fenced, Outage, TocsinError


def test_everything_on_a_topic_is_read_each_partition_in_its_order(world: World) -> None:
    topic = world.topic("letters", partitions=3)
    sent = [(f"key{i % 5}", f"{i:03d}") for i in range(60)]
    world.intake().put([message(topic, text, key) for key, text in sent], {})
    found = list(world.archive().records(topic))
    assert sorted(values(found)) == [text for _, text in sent]
    for partition in range(3):
        offsets = [record.offset for record in found if record.partition == partition]
        assert offsets == sorted(offsets)


def test_what_was_aborted_is_not_read(world: World) -> None:
    topic = world.topic("letters")
    put(world, topic, ["a"])
    with contextlib.suppress(ZeroDivisionError):
        attempt(world.bus("g"), [message(topic, "aborted")], error=ZeroDivisionError())
    put(world, topic, ["b"])
    assert values(list(world.archive().records(topic))) == ["a", "b"]


def test_a_topic_that_is_not_there_holds_nothing(world: World) -> None:
    world.topic("letters")
    assert list(world.archive().records("nowhere")) == []


def test_what_is_put_back_is_there_at_once_and_together(world: World) -> None:
    source, letters = world.topic("articles"), world.topic("letters")
    archive = world.archive()
    archive.claim()
    archive.put_back([message(source, "a"), message(letters, "mark")], ["replay:0/0"])
    assert committed_values(world, source) == ["a"]
    assert committed_values(world, letters) == ["mark"]


def test_of_two_that_put_back_at_the_same_time_one_writes_nothing(world: World) -> None:
    topic = world.topic("articles")
    first, second = world.archive(), world.archive()
    first.claim()
    second.claim()
    second.put_back([message(topic, "second")], ["replay:0/7"])
    with pytest.raises((Fenced, Outage)):
        first.put_back([message(topic, "first")], ["replay:0/7"])
    assert committed_values(world, topic) == ["second"]


def test_nothing_of_what_fails_is_put_back(world: World) -> None:
    topic = world.topic("articles")
    archive = world.archive()
    archive.claim()
    archive.put_back([message(topic, "a")], ["replay:0/1"])
    other = world.archive()
    other.claim()
    with pytest.raises(TocsinError):
        archive.put_back([message(topic, "b"), message(topic, "a")], ["replay:0/2", "replay:0/1"])
    assert committed_values(world, topic) == ["a"]
