"""What the embedded bus does beyond the contract: waking readers, many threads, retention, and kill -9."""

from __future__ import annotations

import random
import threading
import time

import pytest

from tests.bus.worlds import (
    EmbeddedWorld,
    attempt,
    collect,
    committed_values,
    drain,
    member,
    message,
    put,
    ring,
    said,
    spec,
    values,
)
from worker.bus import embedded
from worker.bus.embedded import RETENTION_SECONDS, EmbeddedBus, EmbeddedIntake, EmbeddedTopics
from worker.bus.embedded_retention import SEEN_KEY_SECONDS
from worker.bus.topics import CATALOGUE, TopicStatus
from worker.bus.wakeup import Bell, bell_for
from worker.clock import ManualClock
from worker.types import Message


def test_a_waiting_reader_is_woken_by_another_thread(
    embedded_world: EmbeddedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOOK_SECONDS", 60.0)  # nothing but the bell can wake it
    bus, waits = embedded_world.bus("g"), []
    bus.subscribe(["articles"])
    about_to_poll = threading.Event()

    def read() -> None:
        about_to_poll.set()
        waits.append((bus.poll(1, 30.0), time.monotonic()))

    reader = threading.Thread(target=read)
    reader.start()
    about_to_poll.wait()
    put(embedded_world, "articles", ["a"])
    published = time.monotonic()
    reader.join()
    ((records, woken),) = waits
    assert values(records) == ["a"]
    assert woken - published < 10.0


def test_a_bell_wakes_who_read_its_count_before_it_rang() -> None:
    bell = Bell()
    seen = bell.rings()
    bell.ring()
    started = time.monotonic()
    bell.wait(seen, 10.0)
    assert time.monotonic() - started < 5.0


def test_one_database_has_one_bell_however_its_path_is_written(tmp_path) -> None:
    (tmp_path / "here").mkdir()
    first = bell_for(tmp_path / "log.db")
    assert bell_for(tmp_path / "here" / ".." / "log.db") is first


def test_another_process_s_message_is_noticed(embedded_world: EmbeddedWorld) -> None:
    put(embedded_world, "articles", ["a"])
    reader = embedded_world.bus("reader")
    reader.subscribe(["alerts"])
    worker = member(embedded_world, "work", source="articles", target="alerts", group="g")
    assert values(collect(reader, 1)) == ["alert of a"]
    worker.kill()
    worker.wait()


def test_many_threads_write_and_one_reads_everything_once(embedded_world: EmbeddedWorld) -> None:
    def write(name: int) -> None:
        intake = EmbeddedIntake(embedded_world.path)
        for i in range(25):
            intake.put([message("articles", f"{name}-{i}", f"{name}")], {f"source{name}": str(i)})
        intake.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for writer in writers:
        writer.start()
    bus = embedded_world.bus("g")
    bus.subscribe(["articles"])
    records = collect(bus, 150, limit=10)
    for writer in writers:
        writer.join()
    for name in range(6):
        assert [v for v in values(records) if v.startswith(f"{name}-")] == [f"{name}-{i}" for i in range(25)]


def test_two_members_of_a_group_share_the_work_without_doing_any_twice(embedded_world: EmbeddedWorld) -> None:
    put(embedded_world, "articles", [str(i) for i in range(200)])
    members = [
        member(embedded_world, "work", source="articles", target="alerts", group="g") for _ in range(2)
    ]
    reader = embedded_world.bus("reader")
    reader.subscribe(["alerts"])
    alerts = values(collect(reader, 200))
    for each in members:
        each.kill()
        each.wait()
    assert sorted(alerts) == sorted(f"alert of {i}" for i in range(200))
    assert len(committed_values(embedded_world, "alerts")) == 200


def test_killed_again_and_again_at_any_moment_each_article_rings_once(embedded_world: EmbeddedWorld) -> None:
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    articles = [str(i) for i in range(500)]
    for round_ in range(5):
        put(embedded_world, "articles", articles[round_ * 100 : round_ * 100 + 100])
        worker = member(embedded_world, "work", source="articles", target="alerts", group="g")
        assert said(worker) == "started"
        threading.Event().wait(chance.random() * 0.05)
        worker.kill()
        worker.wait()
    survivor = embedded_world.bus("g")
    survivor.subscribe(["articles"])
    drain(survivor, "alerts", sum(survivor.lag().values()))
    assert committed_values(embedded_world, "alerts") == [f"alert of {a}" for a in articles]


def test_a_busy_partition_does_not_starve_the_others(embedded_world: EmbeddedWorld) -> None:
    topic = embedded_world.topic("articles", partitions=3)
    intake = embedded_world.intake()
    intake.put([message(topic, str(i), f"key{i}") for i in range(300)], {})
    bus = embedded_world.bus("g")
    bus.subscribe([topic])
    assert {r.partition for _ in range(3) for r in bus.poll(10, 1.0)} == {0, 1, 2}


def test_keys_are_remembered_over_restarts(embedded_world: EmbeddedWorld) -> None:
    for expected in (True, False):
        bus = embedded_world.bus("g")
        with bus.unit() as unit:
            assert unit.first_sight("a") is expected
        bus.close()


class TestRetention:
    """Old records go by age or size, and never before every group has read them."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    def log(self, world: EmbeddedWorld, clock: ManualClock, **shape) -> tuple[EmbeddedBus, EmbeddedIntake]:
        specs = [spec("articles", 1, **shape)]
        bus = EmbeddedBus(world.path, group="g", clock=clock, specs=specs)
        intake = EmbeddedIntake(world.path, clock=clock, specs=specs)
        world.opened += [bus, intake]
        bus.subscribe(["articles"])
        return bus, intake

    def test_read_records_go_when_they_are_old(
        self, embedded_world: EmbeddedWorld, clock: ManualClock
    ) -> None:
        bus, intake = self.log(embedded_world, clock)
        intake.put([message("articles", "old")], {})
        clock.advance(86_000)
        intake.put([message("articles", "young")], {})
        ring(bus, collect(bus, 2), "alerts")
        clock.advance(500)
        assert bus.remove_old() == 1
        assert committed_values(embedded_world, "articles")[0] == "young"

    def test_unread_records_stay_however_old(self, embedded_world: EmbeddedWorld, clock: ManualClock) -> None:
        bus, intake = self.log(embedded_world, clock)
        intake.put([message("articles", "a"), message("articles", "b")], {})
        ring(bus, collect(bus, 1), "alerts")
        clock.advance(10 * 86_400)
        assert bus.remove_old() == 1
        assert values(collect(bus, 1)) == ["b"]

    def test_the_oldest_go_when_the_topic_is_too_large(
        self, embedded_world: EmbeddedWorld, clock: ManualClock
    ) -> None:
        bus, intake = self.log(embedded_world, clock, retention_bytes=2_500)
        intake.put([Message("articles", None, bytes(1_000)) for _ in range(5)], {})
        attempt(bus, [], collect(bus, 5))
        assert bus.remove_old() == 3

    def test_offsets_go_on_after_everything_was_removed(
        self, embedded_world: EmbeddedWorld, clock: ManualClock
    ) -> None:
        bus, intake = self.log(embedded_world, clock)
        intake.put([message("articles", "a")], {})
        attempt(bus, [], collect(bus, 1))
        clock.advance(2 * 86_400)
        assert bus.remove_old() == 1
        intake.put([message("articles", "b")], {})
        (record,) = collect(bus, 1)
        assert (record.offset, record.value) == (1, b"b")

    def test_a_bus_that_is_polled_removes_by_itself(
        self, embedded_world: EmbeddedWorld, clock: ManualClock
    ) -> None:
        bus, intake = self.log(embedded_world, clock)
        intake.put([message("articles", "a")], {})
        attempt(bus, [], collect(bus, 1))
        clock.advance(86_400 + RETENTION_SECONDS)
        bus.poll(1, 0.0)
        assert bus.remove_old() == 0
        assert committed_values(embedded_world, "articles") == []

    def test_keys_are_forgotten_after_more_than_a_year(
        self, embedded_world: EmbeddedWorld, clock: ManualClock
    ) -> None:
        bus, _ = self.log(embedded_world, clock)
        sights = []
        for age in (0, SEEN_KEY_SECONDS - 10, 20):
            clock.advance(age)
            bus.remove_old()
            with bus.unit() as unit:
                sights.append(unit.first_sight("a"))
        assert sights == [True, False, True]


def test_topics_are_made_once_and_described(embedded_world: EmbeddedWorld) -> None:
    topics = EmbeddedTopics(embedded_world.path)
    embedded_world.opened.append(topics)
    assert {each.status for each in topics.describe(CATALOGUE)} == {TopicStatus.MISSING}
    assert topics.create(CATALOGUE) == [each.name for each in CATALOGUE]
    assert topics.create(CATALOGUE) == []
    assert {each.status for each in topics.describe(CATALOGUE)} == {TopicStatus.OK}
    (differing,) = topics.describe([spec(CATALOGUE[0].name, 5)])
    assert differing.differences == {"partitions": ("5", "1")}
