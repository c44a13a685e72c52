"""The contract of worker.ports.Bus and Intake, which the embedded bus and Kafka both keep."""

from __future__ import annotations

import contextlib
import time
import uuid

import pytest

from tests.bus.worlds import (
    KafkaWorld,
    World,
    attempt,
    behind,
    collect,
    committed_values,
    drain,
    member,
    message,
    put,
    ring,
    said,
    values,
)
from worker.bus.topics import LARGEST_MESSAGE_BYTES
from worker.errors import BadInput, Fenced
from worker.types import DeadReason, Message


class Broken(Exception):
    """What a unit's work raises."""


def test_messages_of_one_key_keep_their_order(world: World) -> None:
    topic = world.topic("articles", partitions=3)
    sent = [(f"key{i % 5}", f"{i:03d}") for i in range(100)]
    world.intake().put([message(topic, text, key) for key, text in sent], {})
    bus = world.bus("g")
    bus.subscribe([topic])
    records = collect(bus, 100, limit=7)
    for key in {key for key, _ in sent}:
        received = [r for r in records if r.key == key.encode()]
        assert values(received) == [text for k, text in sent if k == key]
        assert len({r.partition for r in received}) == 1


def test_keys_spread_over_many_partitions_and_all_are_read(world: World) -> None:
    topic = world.topic("articles", partitions=12)
    world.intake().put([message(topic, f"{i}", f"key{i}") for i in range(200)], {})
    bus = world.bus("g")
    bus.subscribe([topic])
    records = collect(bus, 200)
    assert sorted(values(records), key=int) == [str(i) for i in range(200)]
    assert {r.partition for r in records} == set(range(12))


def test_messages_without_a_key_reach_every_partition(world: World) -> None:
    topic = world.topic("articles", partitions=2)
    put(world, topic, [str(i) for i in range(40)], key=None)
    bus = world.bus("g")
    bus.subscribe([topic])
    assert {r.partition for r in collect(bus, 40)} == {0, 1}


def test_offsets_count_up_by_partition_from_where_the_record_lies(world: World) -> None:
    topic = world.topic("articles")
    put(world, topic, ["a", "b", "c"])
    bus = world.bus("g")
    bus.subscribe([topic])
    assert [(r.topic, r.partition, r.offset) for r in collect(bus, 3)] == [(topic, 0, i) for i in range(3)]


def test_groups_read_independently(world: World) -> None:
    topic, alerts = world.topic("articles"), world.topic("alerts")
    put(world, topic, ["a", "b"])
    one, two = world.bus("one"), world.bus("two")
    one.subscribe([topic])
    ring(one, collect(one, 2), alerts)
    two.subscribe([topic])
    assert values(collect(two, 2)) == ["a", "b"]


def test_several_topics_are_read_by_one_member(world: World) -> None:
    first, second = world.topic("articles"), world.topic("letters")
    put(world, first, ["a"])
    put(world, second, ["b"])
    bus = world.bus("g")
    bus.subscribe([first, second])
    assert {(r.topic, r.value) for r in collect(bus, 2)} == {(first, b"a"), (second, b"b")}


def test_an_empty_topic_gives_nothing_within_the_timeout(world: World) -> None:
    topic = world.topic("articles", partitions=2)
    bus = world.bus("g")
    bus.subscribe([topic])
    bus.poll(10, 5.0 if isinstance(world, KafkaWorld) else 0.1)  # joining a group takes its time
    started = time.monotonic()
    assert list(bus.poll(10, 0.2)) == []
    assert 0.1 < time.monotonic() - started < 2.0
    assert sum(bus.lag().values()) == 0


def test_lag_falls_when_a_unit_commits_and_not_when_records_are_polled(world: World) -> None:
    topic, alerts = world.topic("articles"), world.topic("alerts")
    put(world, topic, ["a", "b", "c", "d", "e"])
    bus = world.bus("g")
    bus.subscribe([topic])
    records = collect(bus, 3)
    assert dict(bus.lag()) == {(topic, 0): 5}
    ring(bus, records, alerts)
    assert dict(bus.lag()) == {(topic, 0): 2}
    ring(bus, collect(bus, 2), alerts)
    assert dict(bus.lag()) == {(topic, 0): 0}


def test_lag_counts_what_waits_in_partitions_whose_turn_has_not_come(world: World) -> None:
    topic, alerts = world.topic("articles", partitions=4), world.topic("alerts")
    for number in range(40):
        put(world, topic, [f"a-{number}"], key=f"k-{number}")
    bus = world.bus("g")
    bus.subscribe([topic])
    ring(bus, collect(bus, 1), alerts)
    assert behind(bus, 39)


def test_the_lag_of_a_topic_written_in_units_comes_to_zero(world: World) -> None:
    source, topic, alerts = world.topic("source"), world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b"])
    first, second = world.bus("first"), world.bus("second")
    first.subscribe([source])
    ring(first, collect(first, 2), topic)  # on Kafka a transaction leaves its marker behind the records
    second.subscribe([topic])
    ring(second, collect(second, 2), alerts)
    second.poll(10, 1.0)
    assert dict(second.lag()) == {(topic, 0): 0}


@pytest.mark.parametrize(
    ("key", "value", "headers"),
    [
        (b"k", b"v", (("ce_id", b"1"), ("ce_id", b"2"), ("empty", b""), ("bytes", b"\x00\xff"))),
        (None, b"no key", ()),
        (b"tombstone", None, (("why", "gone — weg".encode()),)),
        (b"", b"", ()),
        (b"\x00\xff", "日本語".encode(), (("ключ", b"1"),)),
    ],
    ids=["headers", "no key", "no value", "empty", "any bytes"],
)
def test_key_value_and_headers_come_back_as_they_were(world: World, key, value, headers) -> None:
    topic = world.topic("articles")
    world.intake().put([Message(topic, key, value, headers)], {})
    bus = world.bus("g")
    bus.subscribe([topic])
    (record,) = collect(bus, 1)
    assert (record.key, record.value, record.headers) == (key, value, headers)
    assert abs(record.timestamp - time.time()) < 3600


def test_a_value_of_ten_megabytes_passes_through_a_unit(world: World) -> None:
    source, target = world.topic("articles"), world.topic("letters")
    large = bytes(range(256)) * 40_960
    world.intake().put([Message(source, b"k", large)], {})
    bus = world.bus("g")
    bus.subscribe([source])
    (record,) = collect(bus, 1)
    with bus.unit() as unit:
        unit.publish(Message(target, record.key, record.value, (("tocsin.reason", b"too_large"),)))
        unit.advance([record])
    reader = world.bus("reader")
    reader.subscribe([target])
    (letter,) = collect(reader, 1)
    assert letter.value == large


def test_a_message_no_topic_takes_is_refused_and_the_unit_writes_nothing(world: World) -> None:
    topic = world.topic("articles")
    bus = world.bus("g")
    too_large = Message(topic, b"k", bytes(LARGEST_MESSAGE_BYTES + (2 << 20)))
    with pytest.raises(BadInput) as refused:
        attempt(bus, [message(topic, "fits"), too_large])
    assert refused.value.reason is DeadReason.TOO_LARGE
    assert committed_values(world, topic) == []


def test_a_message_with_neither_key_nor_value_is_refused(world: World) -> None:
    topic = world.topic("articles")
    with pytest.raises(ValueError, match="a key or a value"):
        world.intake().put([Message(topic, None, None)], {})


def test_nothing_is_visible_before_the_unit_ends(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a"])
    bus, reader = world.bus("g"), world.bus("reader")
    reader.subscribe([target])
    reader.poll(1, 1.0)
    bus.subscribe([source])
    records = collect(bus, 1)
    with bus.unit() as unit:
        unit.publish(message(target, "alert"))
        unit.advance(records)
        assert list(reader.poll(1, 0.3)) == []
    assert values(collect(reader, 1)) == ["alert"]


def test_an_aborted_unit_leaves_nothing_and_its_records_come_again(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b", "c"])
    bus = world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 3)
    with pytest.raises(Broken):
        attempt(bus, [message(target, "never")], records, error=Broken())
    again = collect(bus, 3)
    assert again == records
    ring(bus, again, target)
    assert committed_values(world, target) == ["alert of a", "alert of b", "alert of c"]


def test_an_abort_between_two_units_takes_back_only_what_is_not_committed(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b", "c", "d"])
    bus = world.bus("g")
    bus.subscribe([source])
    ring(bus, collect(bus, 2), target)
    collect(bus, 2)
    with pytest.raises(Broken):
        attempt(bus, [], error=Broken())
    assert values(collect(bus, 2)) == ["c", "d"]


def test_records_a_unit_did_not_advance_past_come_again_after_a_restart(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b", "c"])
    bus = world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 3)
    ring(bus, records[:1], target)
    ring(bus, records[1:2], target)
    bus.close()
    successor = world.bus("g")
    successor.subscribe([source])
    assert values(collect(successor, 1)) == ["c"]


def test_a_unit_may_publish_without_reading(world: World) -> None:
    topic = world.topic("articles")
    bus = world.bus("g")
    with bus.unit() as unit:
        unit.publish(message(topic, "put back"))
    assert committed_values(world, topic) == ["put back"]


def test_an_empty_unit_commits(world: World) -> None:
    bus = world.bus("g")
    with bus.unit():
        pass
    with bus.unit() as unit:
        unit.advance([])


def test_first_sight_is_true_once(world: World) -> None:
    bus = world.bus("g")
    with bus.unit() as unit:
        assert [unit.first_sight("a"), unit.first_sight("a"), unit.first_sight("b")] == [True, False, True]
    with bus.unit() as unit:
        assert [unit.first_sight("a"), unit.first_sight("c")] == [False, True]


def test_asking_whether_a_key_was_seen_remembers_nothing(world: World) -> None:
    bus = world.bus("g")
    for known in (False, True):
        with bus.unit() as unit:
            assert [unit.has_seen("a"), unit.has_seen("b")] == [known, False]
            assert unit.first_sight("a") is not known
            assert unit.has_seen("a")


def test_first_sight_is_forgotten_when_the_unit_aborts(world: World) -> None:
    bus = world.bus("g")
    sights = []
    for error in (Broken(), None):
        with contextlib.suppress(Broken), bus.unit() as unit:
            sights.append(unit.first_sight("a"))
            if error:
                raise error
    assert sights == [True, True]


def test_what_one_group_has_seen_is_new_to_another(world: World) -> None:
    for group in ("one", "two"):
        with world.bus(group).unit() as unit:
            assert unit.first_sight("a")


def test_closing_twice_is_no_fault(world: World) -> None:
    topic = world.topic("articles")
    bus, intake = world.bus("g"), world.intake()
    bus.subscribe([topic])
    bus.poll(1, 0.2)
    for each in (bus, bus, intake, intake):
        each.close()


def test_an_intake_remembers_the_state_of_its_sources(world: World) -> None:
    topic = world.topic("articles")
    intake = world.intake()
    assert intake.state("folder:/news") is None
    intake.put([message(topic, "a")], {"folder:/news": "1", "feed:x": "etag"})
    intake.put([], {"folder:/news": "2"})
    intake.close()
    assert [world.intake().state(key) for key in ("folder:/news", "feed:x")] == ["2", "etag"]
    assert committed_values(world, topic) == ["a"]


def test_a_successor_goes_on_where_a_killed_member_had_committed(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, [str(i) for i in range(10)])
    victim = member(world, "stop_in_mid_unit", source=source, target=target, group="g", first=4, second=3)
    assert said(victim) == "in mid unit"
    victim.kill()
    victim.wait()
    heir = world.bus("g")
    heir.subscribe([source])
    assert drain(heir, target, 6) == 6
    assert committed_values(world, target) == [f"alert of {i}" for i in range(10)]


def test_a_member_that_lost_its_partitions_commits_nothing(world: World) -> None:
    if isinstance(world, KafkaWorld):
        world.poll_interval = 3.0  # the zombie below does not poll, and is put out of the group for it
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b"])
    zombie, heir = world.bus("g"), world.bus("g")
    zombie.subscribe([source])
    records = collect(zombie, 2)
    heir.subscribe([source])
    assert drain(heir, target, 2) == 2
    with pytest.raises(Fenced):
        attempt(zombie, [message(target, "of the dead")], records)
    heir.close()
    put(world, source, ["c"])
    assert drain(zombie, target, 1) == 1
    assert committed_values(world, target) == ["alert of a", "alert of b", "alert of c"]


def test_records_of_before_an_abort_cannot_be_committed_twice(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a"])
    bus = world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 1)
    ring(bus, records, target)
    with pytest.raises(Fenced):
        attempt(bus, [message(target, "twice")], records)
    assert committed_values(world, target) == ["alert of a"]


def test_a_new_group_begins_at_the_start(world: World) -> None:
    topic = world.topic("articles")
    put(world, topic, ["old"])
    bus = world.bus(uuid.uuid4().hex)
    bus.subscribe([topic])
    assert values(collect(bus, 1)) == ["old"]


def test_records_of_a_topic_this_member_does_not_read_cannot_be_committed(world: World) -> None:
    source, other = world.topic("articles"), world.topic("letters")
    put(world, source, ["a"])
    stranger, bus = world.bus("stranger"), world.bus("g")
    stranger.subscribe([source])
    records = collect(stranger, 1)
    bus.subscribe([other])
    bus.poll(1, 0.1)
    with pytest.raises(Fenced):
        attempt(bus, [message(other, "never")], records)
    assert committed_values(world, other) == []


def test_what_was_polled_and_not_committed_is_polled_again_after_a_rewind(world: World) -> None:
    topic = world.topic("articles")
    put(world, topic, ["a", "b", "c"])
    bus = world.bus("g")
    bus.subscribe([topic])
    records = collect(bus, 3)
    attempt(bus, [], records[:1])
    bus.rewind()
    assert values(collect(bus, 2)) == ["b", "c"]


def test_who_stays_a_member_reads_nothing_meanwhile_and_commits_what_it_had(world: World) -> None:
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["a", "b", "c"])
    bus = world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 1, limit=1)
    for _ in range(5):
        bus.stay()
    attempt(bus, [message(target, "rung")], records)
    assert values(collect(bus, 2)) == ["b", "c"]
    assert committed_values(world, target) == ["rung"]
