"""Kafka under fire: whatever dies, each article rings exactly once for a read_committed reader."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bus.worlds import (
    PATIENCE,
    KafkaWorld,
    attempt,
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
from tests.kafka_broker import KafkaBroker, skip_or_explain
from worker.bus import kafka, kafka_client
from worker.bus.kafka import KafkaBus
from worker.bus.kafka_topics import KafkaTopics
from worker.bus.topics import TopicSpec
from worker.errors import Fenced, Outage, UsageError
from worker.ports import Bus
from worker.types import Message


@pytest.fixture(scope="module")
def fragile_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker of this module's own, to be killed and paused."""
    skip_or_explain()
    broker = KafkaBroker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def fragile_world(fragile_broker: KafkaBroker, tmp_path: Path) -> Iterator[KafkaWorld]:
    world = KafkaWorld(fragile_broker.bootstrap_servers, tmp_path)
    yield world
    world.close()


def ring_through(bus: Bus, target: str, count: int) -> int:
    """Ring for `count` records whatever outages there are; returns how many outages there were."""
    outages = done = 0
    deadline = time.monotonic() + 2 * PATIENCE
    while done < count and time.monotonic() < deadline:
        try:
            if records := bus.poll(10, 0.5):
                ring(bus, records, target)
                done += len(records)
        except Outage:
            outages += 1
    assert done == count
    return outages


def alerts(count: int) -> list[str]:
    return [f"alert of {i}" for i in range(count)]


def test_a_worker_may_start_before_its_broker(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    skip_or_explain()
    broker = KafkaBroker(tmp_path / "kafka")
    world = KafkaWorld(broker.bootstrap_servers, tmp_path)
    bus = world.bus("g")
    bus.subscribe([f"articles-{world.mark}"])
    threads = threading.active_count()
    for _ in range(3):
        with pytest.raises(Outage, match="No Kafka broker can be reached"):
            bus.poll(1, 0.6)
    assert threading.active_count() == threads
    assert len([record for record in caplog.records if "Trying again" in record.message]) == 1
    try:
        broker.start()
        source, target = world.topic("articles"), world.topic("alerts")
        put(world, source, ["0", "1"])
        ring_through(bus, target, 2)
        assert committed_values(world, target) == alerts(2)
    finally:
        world.close()
        broker.kill()


def test_a_topic_made_after_the_worker_joined_is_found(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kafka_client, "METADATA_SECONDS", 1.0)
    bus = kafka_world.bus("g")
    bus.subscribe([f"articles-{kafka_world.mark}"])
    assert list(bus.poll(1, 2.0)) == []
    assert any("make it with `tocsin topics --create`" in record.message for record in caplog.records)
    put(kafka_world, kafka_world.topic("articles"), ["late"])
    assert values(collect(bus, 1)) == ["late"]


@pytest.mark.parametrize(
    "moment", ["begin_transaction", "flush", "send_offsets_to_transaction", "commit_transaction"]
)
def test_a_worker_killed_inside_its_transaction_leaves_nothing(kafka_world: KafkaWorld, moment: str) -> None:
    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    put(kafka_world, source, [str(i) for i in range(5)])
    victim = member(
        kafka_world, "die_in_commit", source=source, target=target, group="g", first=3, before=moment
    )
    assert victim.wait(PATIENCE) == -signal.SIGKILL
    heir = kafka_world.bus("g")
    heir.subscribe([source])
    ring_through(heir, target, 5)
    assert committed_values(kafka_world, target) == alerts(5)


def test_a_worker_stopped_past_its_session_wakes_up_fenced(kafka_world: KafkaWorld) -> None:
    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    put(kafka_world, source, ["0", "1", "2"])
    zombie = member(kafka_world, "stop_with_records", source=source, target=target, group="g", first=3)
    assert said(zombie) == "polled"
    zombie.send_signal(signal.SIGSTOP)
    heir = kafka_world.bus("g")
    heir.subscribe([source])
    assert drain(heir, target, 3) == 3
    assert zombie.stdin is not None
    zombie.stdin.write("go on\n" * 2)
    zombie.stdin.flush()
    zombie.send_signal(signal.SIGCONT)
    assert said(zombie) == "fenced"
    zombie.kill()
    zombie.wait()
    assert committed_values(kafka_world, target) == alerts(3)


def test_workers_that_come_and_go_ring_each_article_once(kafka_world: KafkaWorld) -> None:
    source, target = kafka_world.topic("articles", partitions=4), kafka_world.topic("alerts")
    articles = [str(i) for i in range(600)]
    kafka_world.intake().put([message(source, a, a) for a in articles], {})
    reader = kafka_world.bus("reader")
    reader.subscribe([target])
    workers = []
    found: list[str] = []
    for _ in range(3):
        workers.append(member(kafka_world, "work", source=source, target=target, group="g"))
        found += values(collect(reader, 30))
        if len(workers) == 2:
            workers[0].kill()
    found += values(collect(reader, 600 - len(found)))
    for worker in workers:
        worker.kill()
        worker.wait()
    assert sorted(found) == sorted(f"alert of {a}" for a in articles)
    assert len(committed_values(kafka_world, target)) == 600


def test_a_broker_killed_between_poll_and_commit(
    fragile_broker: KafkaBroker, fragile_world: KafkaWorld
) -> None:
    source, target = fragile_world.topic("articles"), fragile_world.topic("alerts")
    put(fragile_world, source, [str(i) for i in range(40)])
    bus = fragile_world.bus("g")
    bus.subscribe([source])
    ring(bus, collect(bus, 10), target)
    records = collect(bus, 10)
    fragile_broker.kill()
    with pytest.raises(Outage):
        ring(bus, records, target)
    fragile_broker.start()
    ring_through(bus, target, 30)
    assert committed_values(fragile_world, target) == alerts(40)


def test_a_broker_that_hangs_past_the_transaction_timeout(
    fragile_broker: KafkaBroker, fragile_world: KafkaWorld
) -> None:
    source, target = fragile_world.topic("articles"), fragile_world.topic("alerts")
    put(fragile_world, source, [str(i) for i in range(30)])
    bus = fragile_world.bus("g")
    bus.subscribe([source])
    ring(bus, collect(bus, 10), target)
    records = collect(bus, 10)
    fragile_broker.pause()
    started = time.monotonic()
    try:
        with pytest.raises(Outage):
            ring(bus, records, target)
    finally:
        fragile_broker.resume()
    assert time.monotonic() - started < 20
    ring_through(bus, target, 20)
    assert committed_values(fragile_world, target) == alerts(30)


@pytest.mark.parametrize("method", ["commit_transaction", "send_offsets_to_transaction"])
def test_a_wait_of_the_library_that_never_ends_is_left_behind(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    from kafka import KafkaProducer

    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    put(kafka_world, source, ["0", "1"])
    bus = kafka_world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 2)
    for_ever = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(KafkaProducer, method, lambda *_: for_ever.wait())
        with pytest.raises(Outage, match="no answer within 3 s"):
            ring(bus, records, target)
    for_ever.set()
    ring_through(bus, target, 2)
    assert committed_values(kafka_world, target) == alerts(2)


@pytest.mark.parametrize("answered", [True, False])
def test_a_commit_whose_answer_is_lost_is_neither_repeated_nor_forgotten(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    from kafka import KafkaProducer, errors

    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    put(kafka_world, source, ["0", "1"])
    bus = kafka_world.bus("g")
    bus.subscribe([source])
    records = collect(bus, 2)
    commit = KafkaProducer.commit_transaction

    def lose_the_answer(producer: Any) -> None:
        if answered:
            commit(producer)
        raise errors.RequestTimedOutError

    with monkeypatch.context() as patched:
        patched.setattr(KafkaProducer, "commit_transaction", lose_the_answer)
        with pytest.raises(Outage):
            ring(bus, records, target)
    put(kafka_world, source, ["2"])
    ring_through(bus, target, 1 if answered else 3)
    assert committed_values(kafka_world, target) == alerts(3)


def test_a_main_thread_caught_in_the_library_is_reported_to_the_watchdog(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung: list[str] = []
    rescued = threading.Event()

    def on_hang(what: str) -> None:
        hung.append(what)
        rescued.set()

    bus = KafkaBus(kafka_world.settings(), group=kafka_world.mark, on_hang=on_hang)
    kafka_world.opened.append(bus)
    bus.subscribe([kafka_world.topic("articles")])
    bus.poll(1, 0.1)
    monkeypatch.setattr(kafka, "HANG_SECONDS", 0.1)
    monkeypatch.setattr(bus._consumer, "poll", lambda **_: rescued.wait(PATIENCE) and {})
    bus.poll(1, 0.1)
    assert hung == ["polling Kafka"]


def test_a_topic_that_refuses_a_large_message_is_wrong_configuration(kafka_world: KafkaWorld) -> None:
    topics = KafkaTopics(kafka_world.settings())
    name = f"small-{kafka_world.mark}"
    topics.create([TopicSpec(name, 1, 86_400, "a test", largest_message=1_000)])
    topics.close()
    bus = kafka_world.bus("g")
    with pytest.raises(UsageError, match=r"Raise its max\.message\.bytes"):
        attempt(bus, [Message(name, b"k", bytes(100_000))])
    attempt(bus, [message(name, "small")])
    assert committed_values(kafka_world, name) == ["small"]


def test_publishing_to_a_topic_that_is_not_there_is_an_outage(kafka_world: KafkaWorld) -> None:
    with pytest.raises(Outage):
        kafka_world.intake().put([message("nowhere", "x")], {"source": "1"})
    assert kafka_world.intake().state("source") is None


def test_a_member_remembers_its_latest_keys_only(kafka_world: KafkaWorld) -> None:
    bus = kafka_world.bus("g", remembered_keys=2)
    for key in ("a", "b", "c"):
        with bus.unit() as unit:
            unit.first_sight(key)
    with bus.unit() as unit:
        assert [unit.first_sight(key) for key in ("a", "b", "c")] == [True, False, False]


def test_a_member_that_is_never_let_in_starts_over(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    topic = kafka_world.topic("articles")
    put(kafka_world, topic, ["a"])
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    bus._connect(time.monotonic() + PATIENCE)
    stuck = bus._consumer
    monkeypatch.setattr(stuck, "poll", lambda **_: {})  # as if the answer to its request to join were lost
    monkeypatch.setattr(kafka, "JOIN_SESSIONS", 0.01)
    assert list(bus.poll(1, 0.1)) == []
    monkeypatch.undo()
    assert values(collect(bus, 1)) == ["a"]
    assert bus._consumer is not stuck
    assert any("starting over as a new member" in record.message for record in caplog.records)


def test_a_member_for_whom_no_partition_is_left_stands_by(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kafka.structs import MemberState

    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    put(kafka_world, source, ["0"])
    first, second = kafka_world.bus("g"), kafka_world.bus("g")
    first.subscribe([source])
    second.subscribe([source])
    ring_through(first, target, 1)
    deadline = time.monotonic() + 2 * PATIENCE
    states: set[object] = set()
    while states != {MemberState.STABLE} and time.monotonic() < deadline:
        first.poll(1, 0.3)
        second.poll(1, 0.3)
        # A member whose request to join was lost has no consumer until its next poll makes a new one.
        consumers = [each._consumer for each in (first, second)]
        states = {each and each.group_metadata().state for each in consumers}
    assert states == {MemberState.STABLE}
    standing_by = next(bus for bus in (first, second) if not bus._tenures.places())
    consumer = standing_by._consumer
    monkeypatch.setattr(kafka, "JOIN_SESSIONS", 0.0)
    assert list(standing_by.poll(1, 0.3)) == []
    assert standing_by._consumer is consumer


def test_a_consumer_that_reads_nothing_though_messages_wait_is_replaced(
    kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = kafka_world.topic("articles")
    put(kafka_world, topic, ["a"])
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    attempt(bus, [], collect(bus, 1))
    stalled = bus._consumer
    monkeypatch.setattr(stalled._fetcher, "send_fetches", lambda *_, **__: [])
    drained = time.monotonic() + PATIENCE  # what is under way or in its buffers
    while bus.poll(10, 0.5) and time.monotonic() < drained:
        pass
    put(kafka_world, topic, ["b", "c"])
    monkeypatch.setattr(kafka, "STALL_SECONDS", 0.5)
    with pytest.raises(Outage, match=r"though \d+ messages wait"):
        all(bus.poll(10, 0.5) is not None for _ in range(20))
    monkeypatch.setattr(kafka, "STALL_SECONDS", 60.0)
    assert values(collect(bus, 2))[-2:] == ["b", "c"]
    assert bus._consumer is not stalled


def test_a_quiet_topic_is_no_stall(kafka_world: KafkaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = kafka_world.topic("articles")
    put(kafka_world, topic, ["a"])
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    attempt(bus, [message(topic, "b")], collect(bus, 1))
    attempt(bus, [], collect(bus, 1))
    consumer = bus._consumer
    monkeypatch.setattr(kafka, "STALL_SECONDS", 0.2)
    for _ in range(5):  # a transaction's marker lies at the end, which is no message
        assert list(bus.poll(10, 0.3)) == []
    assert bus._consumer is consumer


def test_what_others_abort_is_never_polled(kafka_world: KafkaWorld) -> None:
    from kafka import KafkaProducer

    topic = kafka_world.topic("articles")
    producer = KafkaProducer(
        bootstrap_servers=kafka_world.bootstrap, transactional_id=f"other-{kafka_world.mark}"
    )
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, value=b"aborted").get(timeout=PATIENCE)
    producer.abort_transaction()
    producer.close()
    put(kafka_world, topic, ["committed"])
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    assert values(collect(bus, 1)) == ["committed"]


def test_who_keeps_a_partition_when_another_joins_keeps_what_was_polled_of_it(
    kafka_world: KafkaWorld,
) -> None:
    source = kafka_world.topic("articles", partitions=4)
    kafka_world.intake().put([message(source, str(i), str(i)) for i in range(40)], {})
    first, second = kafka_world.bus("g"), kafka_world.bus("g")
    first.subscribe([source])
    attempt(first, [], collect(first, 40))
    before = dict(first._tenures._held)
    second.subscribe([source])
    deadline = time.monotonic() + 2 * PATIENCE
    while len(second._tenures.places()) < 2 and time.monotonic() < deadline:
        first.poll(1, 0.2)
        second.poll(1, 0.2)
    kept = dict(first._tenures._held)
    assert (len(before), len(kept), len(second._tenures.places())) == (4, 2, 2)
    assert all(tenure is before[place] for place, tenure in kept.items())


def test_a_static_member_that_comes_back_in_time_causes_no_rebalance(kafka_world: KafkaWorld) -> None:
    def joined(instance: str) -> KafkaBus:
        bus = KafkaBus(
            kafka_world.settings(instance=instance, session_timeout=15.0), group=f"g-{kafka_world.mark}"
        )
        kafka_world.opened.append(bus)
        bus.subscribe([source])
        return bus

    def generation(bus: KafkaBus) -> int:
        return bus._consumer.group_metadata().generation_id

    source = kafka_world.topic("articles", partitions=2)
    steady, brief = joined("steady"), joined("brief")
    deadline = time.monotonic() + 2 * PATIENCE
    while not (steady._tenures.places() and brief._tenures.places()) and time.monotonic() < deadline:
        steady.poll(1, 0.2)
        brief.poll(1, 0.2)
    for _ in range(15):  # a cooperative move is two rebalances; let the second pass
        steady.poll(1, 0.2)
        brief.poll(1, 0.2)
    held, known = brief._tenures.places(), generation(steady)
    assert len(held) == 1
    brief.close()
    again = joined("brief")
    while not again._tenures.places() and time.monotonic() < deadline:
        again.poll(1, 0.2)
        steady.poll(1, 0.2)
    assert again._tenures.places() == held
    assert generation(steady) == known


@pytest.mark.parametrize("stays", [True, False])
def test_who_works_longer_than_the_poll_interval_stays_a_member_by_saying_so(
    kafka_broker: KafkaBroker, tmp_path: Path, stays: bool
) -> None:
    world = KafkaWorld(kafka_broker.bootstrap_servers, tmp_path, poll_interval=4.0)
    source, target = world.topic("articles"), world.topic("alerts")
    put(world, source, ["0", "1"])
    slow, other = world.bus("g"), world.bus("g")
    slow.subscribe([source])
    records = collect(slow, 2)
    other.subscribe([source])
    try:
        until = time.monotonic() + 7
        while time.monotonic() < until:
            if stays:
                slow.stay()
            other.poll(1, 0.5)
        if stays:
            ring(slow, records, target)
        else:
            with pytest.raises(Fenced):
                ring(slow, records, target)
    finally:
        world.close()


def test_members_that_work_between_short_polls_come_to_rest(kafka_world: KafkaWorld) -> None:
    """kafka-python 3.0.12 forgets a join that finished between two polls: see worker/bus/kafka_joining.py."""
    source = kafka_world.topic("articles", partitions=4)
    members = [kafka_world.bus("g") for _ in range(2)]
    for each in members:
        each.subscribe([source])
    generations: list[int] = []
    deadline = time.monotonic() + 2 * PATIENCE
    # Each poll of one is the other's work in between.
    while len(generations) < 10 or len(set(generations[-10:])) > 1:
        assert time.monotonic() < deadline, f"still rebalancing: {generations}"
        for each in members:
            each.poll(1, 0.2)
        if all(len(each._tenures.places()) == 2 for each in members):
            generations.append(members[0]._consumer.group_metadata().generation_id)


def test_a_join_that_outlives_its_reason_is_brought_to_its_end(kafka_world: KafkaWorld) -> None:
    """kafka-python 3.0.12 asks for no join any more once what caused it is known, be it under way or not; the
    member then stays outside, without a heartbeat: see worker/bus/kafka_joining.py.
    """
    source = kafka_world.topic("articles", partitions=3)
    # A member that has been outside for three sessions would be replaced.
    settings = kafka_world.settings(session_timeout=PATIENCE)
    for group in range(6):
        # One that knows nothing of its topic yet joins once for that, and again when it is told.
        bus = KafkaBus(settings, group=f"{source}-{group}")
        kafka_world.opened.append(bus)
        bus.subscribe([source])
        deadline = time.monotonic() + PATIENCE / 2
        while len(bus._tenures.places()) < 3:
            assert time.monotonic() < deadline, bus._consumer.group_metadata().state
            bus.poll(1, 0.01)
