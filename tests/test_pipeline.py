"""The sentence on the real embedded bus: every outcome, exactly once, and nothing before the commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.match.watches import watch
from tests.schemas.validate import alert_errors, dead_letter_errors
from worker import metrics
from worker import pipeline as pipelines
from worker.batching import BatchSize
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.clock import ManualClock
from worker.errors import Fenced, Outage
from worker.fuse import Fuse
from worker.language import Detector
from worker.match import Matcher
from worker.pipeline import (
    FuseBlown,
    Journal,
    Judgement,
    Pipeline,
    Worker,
    few_at_a_time,
    oldest_first,
)
from worker.ports import ALERTS, ARTICLES, DEAD_LETTERS, UnitOfWork
from worker.types import DeadReason, Message, Outcome, Record
from worker.watchlist import Watch

TREATY, ALLIANCE = watch("treaty", "treaty"), watch("alliance", "alliance")
EVERY_OUTCOME = {
    Outcome.ALERTED: 1,
    Outcome.NO_MATCH: 1,
    Outcome.DUPLICATE: 1,
    Outcome.TOMBSTONE: 1,
    Outcome.DEAD_LETTER: 2,
    Outcome.HEARTBEAT: 1,
}


class Diary(Journal):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.entries: list[tuple[Record, Judgement]] = []

    def judged(self, record: Record, judgement: Judgement) -> None:
        self.entries.append((record, judgement))


class Interrupted(EmbeddedBus):
    """The real bus; something happens between the last judgement and each commit."""

    before_commit: Callable[[], object] = staticmethod(lambda: None)

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        with super().unit() as unit:
            yield unit
            self.before_commit()


class World:
    """A bus in a file, a worker on it, and what came of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock()
        self.metrics = metrics.create("0", "embedded")
        self.metrics.expect_watchlists(["pacts"])
        self.diary = Diary()
        self.buses: list[EmbeddedBus] = []
        self.bus = self.member("tocsin", ARTICLES)
        self.worker = self.hired(self.bus)

    def member(self, group: str, topic: str) -> Interrupted:
        bus = Interrupted(self.path, group=group, clock=self.clock)
        bus.subscribe([topic])
        self.buses.append(bus)
        return bus

    def hired(self, bus: EmbeddedBus, *watches: Watch, batch: int = 100, fuse: int = 100) -> Worker:
        """A worker with these watches; the two usual ones when none are named."""
        matcher = Matcher(watches or (TREATY, ALLIANCE))
        pipeline = Pipeline(Detector(), matcher, self.clock, self.metrics, "tocsin 0", 10_000)
        return Worker(bus, pipeline, self.diary, BatchSize(batch, size=batch), Fuse(fuse))

    def put(self, *values: dict[str, str] | bytes | None) -> None:
        """Publish articles, raw values and tombstones, all under one key so that they keep their order."""
        intake = EmbeddedIntake(self.path, clock=self.clock)
        raw = [json.dumps(value).encode() if isinstance(value, dict) else value for value in values]
        intake.put([Message(ARTICLES, b"key", value) for value in raw], {})
        intake.close()

    def on(self, topic: str) -> Sequence[Record]:
        """Everything on a topic."""
        return self.member(f"reader-{len(self.buses)}", topic).poll(1000, 0)

    def outcomes(self) -> dict[Outcome, int]:
        """The outcomes counted, without those at zero."""
        found = {each: self.counted("outcomes", outcome=each.value) for each in Outcome}
        return {outcome: value for outcome, value in found.items() if value}

    def counted(self, name: str, **labels: str) -> int:
        value = self.metrics.registry.get_sample_value(f"tocsin_{name}_total", labels)
        assert value is not None
        return int(value)

    def through(self, stage: str) -> tuple[int, int]:
        """What came into a stage, and how much of it did not come out."""
        came = self.metrics.registry.get_sample_value("tocsin_stage_seconds_count", {"stage": stage})
        assert came is not None
        return int(came), self.counted("stage_failures", stage=stage)

    def behind(self) -> int:
        return sum(self.bus.lag().values())

    def close(self) -> None:
        for bus in self.buses:
            bus.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path / "log.db")
    yield built
    built.close()


def article(number: int, text: str = "They signed a treaty.", **fields: str) -> dict[str, str]:
    return {"id": f"a-{number}", "text": text, **fields}


def of_every_outcome() -> list[dict[str, str] | bytes | None]:
    beat = {"id": "heartbeat:1", "text": "They signed a treaty."}
    return [article(1), article(2, "It rained."), article(1), None, b"{", b'{"id": "x"}', beat]


def test_a_message_that_rings_is_alerted_with_a_valid_alert_on_the_bus(world):
    world.put(article(1))
    assert world.worker.step(0) == 1
    (alert,) = world.on(ALERTS)
    assert alert_errors(alert.value) == []
    assert json.loads(alert.value)["article"]["id"] == "a-1"
    assert world.outcomes() == {Outcome.ALERTED: 1}
    assert world.counted("alerts", watchlist="pacts", severity="high") == 1


def test_a_message_that_rings_nothing_is_no_match_and_publishes_nothing(world):
    world.put(article(1, "It rained."))
    world.worker.step(0)
    assert world.outcomes() == {Outcome.NO_MATCH: 1}
    assert (list(world.on(ALERTS)), list(world.on(DEAD_LETTERS))) == ([], [])


@pytest.mark.parametrize("batch", [1, 100])
def test_the_same_article_again_is_a_duplicate_in_one_unit_and_in_another(world, batch):
    worker = world.hired(world.bus, batch=batch)
    world.put(article(1), article(1), article(1, published="2026-11-23T20:00:00Z"))
    while worker.step(0):
        pass
    assert world.outcomes() == {Outcome.ALERTED: 1, Outcome.DUPLICATE: 2}
    assert len(world.on(ALERTS)) == 1


def test_a_message_without_a_value_is_a_tombstone(world):
    world.put(None)
    world.worker.step(0)
    assert world.outcomes() == {Outcome.TOMBSTONE: 1}
    assert world.behind() == 0


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{", DeadReason.NOT_JSON),
        (b"\xff{}", DeadReason.NOT_UTF8),
        (b'{"id": "x"}', DeadReason.NO_CONTENT),
        (b'{"text": "' + b"x" * 10_000 + b'"}', DeadReason.TOO_LARGE),
    ],
)
def test_a_message_that_is_no_article_is_a_dead_letter_that_says_why_and_keeps_its_bytes(
    world, value, reason
):
    world.put(value, article(1))
    world.worker.step(0)
    (letter,) = world.on(DEAD_LETTERS)
    assert letter.value == value
    assert dead_letter_errors(Message(letter.topic, letter.key, letter.value, letter.headers)) == []
    assert dict(letter.headers)["tocsin.reason"] == reason.encode()
    assert world.outcomes() == {Outcome.DEAD_LETTER: 1, Outcome.ALERTED: 1}
    assert world.counted("dead_letters", reason=reason, origin="topic") == 1


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_every_message_ends_in_one_outcome_and_the_outcomes_add_up_to_the_articles(world, batch):
    worker = world.hired(world.bus, batch=batch)
    world.put(*of_every_outcome())
    while worker.step(0):
        pass
    assert world.outcomes() == EVERY_OUTCOME
    assert EVERY_OUTCOME.keys() == set(Outcome) - {Outcome.EXPIRED}  # happens only when it is asked for
    assert sum(world.outcomes().values()) == world.counted("articles") == len(of_every_outcome())
    assert [judged.outcome for _, judged in world.diary.entries].count(Outcome.DEAD_LETTER) == 2
    assert world.behind() == 0


def test_a_message_that_waited_too_long_expires_unjudged(world):
    world.worker.pipeline.expire_seconds = 60
    world.put(article(1), b"{")
    world.clock.advance(61)
    world.put(article(2))
    world.worker.step(0)
    assert world.outcomes() == {Outcome.EXPIRED: 2, Outcome.ALERTED: 1}
    assert world.behind() == 0
    assert (len(world.on(ALERTS)), list(world.on(DEAD_LETTERS))) == (1, [])


def test_a_unit_that_takes_too_long_commits_what_it_has_and_leaves_the_rest_to_the_next(world):
    class Slow(Matcher):
        def match(self, document):
            world.clock.advance(10)
            return super().match(document)

    world.worker.unit_seconds = 15
    world.worker.pipeline.matcher = Slow([TREATY])
    world.put(*(article(number) for number in range(5)))
    assert [world.worker.step(0) for _ in range(5)] == [2, 1, 1, 1, 0]  # and takes less the next time
    assert world.outcomes() == {Outcome.ALERTED: 5}
    assert [judged.article.id for _, judged in world.diary.entries] == [f"a-{n}" for n in range(5)]
    assert len(world.on(ALERTS)) == 5
    # Those that the first unit had no time for were looked at in vain once, and not with each unit.
    assert world.through("decode")[0] == 5 + 3


def test_messages_that_are_judged_together_are_seen_in_their_order(world):
    first, second = article(1), article(2)
    corrected = {**first, "text": f"{first['text']} Corrected."}
    world.put(first, second, first, corrected, second)
    assert world.worker.step(0) == 5
    outcomes = [judged.outcome for _, judged in world.diary.entries]
    assert outcomes == [Outcome.ALERTED] * 2 + [Outcome.DUPLICATE] * 3
    assert world.through("match")[0] == 3  # the correction is another text, which rings nothing anew
    assert len(world.on(ALERTS)) == 2


@given(st.lists(st.integers(0, 300_000) | st.none(), max_size=200))
def test_records_are_judged_by_few_all_of_them_in_their_order(sizes: list[int | None]):
    records = [
        Record("t", 0, at, None, None if size is None else bytes(size), (), 0.0)
        for at, size in enumerate(sizes)
    ]
    groups = [list(group) for group in few_at_a_time(records)]
    assert [record for group in groups for record in group] == records
    for group in groups:
        together = sum(len(record.value or b"") for record in group)
        assert 0 < len(group) <= pipelines.TOGETHER
        assert len(group) == 1 or together <= pipelines.TOGETHER_BYTES


def test_records_of_several_partitions_are_judged_oldest_first_and_each_partition_in_its_order():
    def record(partition: int, offset: int, at: float) -> Record:
        return Record("t", partition, offset, None, b"", (), at)

    busy = [record(0, 0, 5.0), record(0, 1, 1.0), record(0, 2, 9.0)]  # a sender's clock that stepped back
    other = [record(1, 0, 2.0), record(1, 1, 6.0)]
    assert oldest_first([*busy, *other]) == [other[0], busy[0], busy[1], other[1], busy[2]]


def test_an_alert_carries_the_trace_of_its_article(world):
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    intake = EmbeddedIntake(world.path, clock=world.clock)
    for number, name in enumerate(("traceparent", "ce_traceparent", "unrelated")):
        value = json.dumps(article(number)).encode()
        intake.put([Message(ARTICLES, b"key", value, ((name, trace), ("x", b"1")))], {})
    intake.close()
    world.worker.step(0)
    assert [dict(each.headers).get("traceparent") for each in world.on(ALERTS)] == [trace, trace, None]


def test_a_heartbeat_that_came_through_is_told_with_its_time_and_rings_nothing(world):
    world.put({"id": "heartbeat:1", "text": "They signed a treaty."})
    world.clock.advance(5)
    world.worker.step(0)
    assert world.outcomes() == {Outcome.HEARTBEAT: 1}
    assert len(world.on(ALERTS)) == 0
    beat = world.metrics.registry.get_sample_value("tocsin_heartbeat_timestamp_seconds")
    assert beat == world.clock.now()


@pytest.mark.parametrize(
    ("only", "outcome"),
    [
        (["pacts"], Outcome.ALERTED),
        (["another", "pacts"], Outcome.ALERTED),
        (["another"], Outcome.NO_MATCH),
        ([], Outcome.ALERTED),
        ("another", Outcome.ALERTED),
        ([1], Outcome.ALERTED),
    ],
)
def test_an_article_is_judged_by_the_watchlists_its_source_feeds(world, only, outcome):
    world.put({**article(1), "extra": {"tocsin_watchlists": only}})
    world.worker.step(0)
    assert world.outcomes() == {outcome: 1}


def test_what_one_watchlist_has_seen_another_source_may_still_bring_to_the_rest(world):
    world.put({**article(1), "extra": {"tocsin_watchlists": ["another"]}}, article(1), article(1))
    world.worker.step(0)
    assert world.outcomes() == {Outcome.NO_MATCH: 1, Outcome.ALERTED: 1, Outcome.DUPLICATE: 1}


def test_an_updated_article_never_rings_the_same_watch_twice(world):
    world.put(article(1), article(1, "They signed a treaty, says a correction."))
    world.worker.step(0)
    world.put(article(1, "They signed two treaties and a treaty."))
    world.worker.step(0)
    assert len(world.on(ALERTS)) == 1
    assert world.outcomes() == {Outcome.ALERTED: 1, Outcome.DUPLICATE: 2}


def test_an_updated_article_rings_the_watches_it_has_not_rung_yet(world):
    world.put(article(1))
    world.worker.step(0)
    world.put(article(1, "They signed a treaty of alliance."))
    world.worker.step(0)
    watches = [json.loads(each.value)["watch"]["id"] for each in world.on(ALERTS)]
    assert sorted(watches) == ["pacts/alliance", "pacts/treaty"]
    assert world.outcomes() == {Outcome.ALERTED: 2}


def test_a_watch_that_could_not_be_evaluated_is_counted_and_told_and_the_others_ring(world):
    heavy = watch("heavy", "/x/ NEAR/50 /x./")
    worker = world.hired(world.bus, heavy, TREATY)
    worker.pipeline.article_bytes = 1_000_000
    world.put(article(1, "xy " * 30_000 + "treaty"))
    worker.step(0)
    assert world.counted("could_not_evaluate") == 1
    assert world.outcomes() == {Outcome.ALERTED: 1}
    ((_, judged),) = world.diary.entries
    assert [missed.watch.id for missed in judged.unevaluated] == ["pacts/heavy"]


def test_the_fuse_holds_for_as_many_dead_letters_in_a_row_as_allowed(world):
    worker = world.hired(world.bus, fuse=3)
    world.put(b"{", b"{", b"{", article(1), b"{", b"{", b"{")
    assert worker.step(0) == 7
    assert world.outcomes() == {Outcome.DEAD_LETTER: 6, Outcome.ALERTED: 1}


def test_the_fuse_stops_after_too_many_in_a_row_and_commits_nothing_of_that_unit(world):
    worker = world.hired(world.bus, fuse=3)
    world.put(article(1), b"{", b"{", b"{", b"{", article(2))
    with pytest.raises(FuseBlown, match=r"4 dead letters in a row.*not_json"):
        worker.step(0)
    assert world.behind() == 6
    assert (list(world.on(ALERTS)), list(world.on(DEAD_LETTERS))) == ([], [])
    assert (world.outcomes(), world.counted("articles"), world.diary.entries) == ({}, 0, [])


def test_dead_letters_are_in_a_row_across_units(world):
    worker = world.hired(world.bus, batch=2, fuse=3)
    world.put(b"{", b"{", b"{", b"{")
    assert worker.step(0) == 2
    with pytest.raises(FuseBlown):
        worker.step(0)
    assert world.outcomes() == {Outcome.DEAD_LETTER: 2}
    assert world.behind() == 2


def test_a_stream_of_which_too_large_a_share_is_dead_stops_too(world):
    worker = world.hired(world.bus, batch=1)
    worker.fuse = Fuse(10, share=0.5)
    world.put(*(b"{" if number % 3 else article(number) for number in range(60)))
    told = r"5\d% of about the last 10 messages.*tocsin deadletters"
    with pytest.raises(FuseBlown, match=told):
        all(worker.step(0) for _ in range(60))
    assert 10 <= sum(world.outcomes().values()) < 60


def test_an_outage_in_the_commit_counts_nothing_and_the_records_are_judged_again(world):
    def down() -> None:
        raise Outage("the disk is gone")

    world.put(*of_every_outcome())
    world.bus.before_commit = down
    for _ in range(3):
        with pytest.raises(Outage, match="disk"):
            world.worker.step(0)
    assert (world.outcomes(), world.counted("articles"), world.diary.entries) == ({}, 0, [])
    assert (list(world.on(ALERTS)), list(world.on(DEAD_LETTERS))) == ([], [])
    assert world.behind() == len(of_every_outcome())
    assert world.through("commit") == (3, 3)

    world.bus.before_commit = lambda: None
    assert world.worker.step(0) == len(of_every_outcome())
    assert world.outcomes() == EVERY_OUTCOME
    assert world.through("commit") == (4, 3)
    assert (len(world.on(ALERTS)), len(world.on(DEAD_LETTERS))) == (1, 2)


def test_dead_letters_judged_again_after_an_outage_are_not_counted_twice_by_the_fuse(world):
    def down() -> None:
        raise Outage("the disk is gone")

    worker = world.hired(world.bus, fuse=3)
    world.put(b"{", b"{")
    world.bus.before_commit = down
    for _ in range(3):
        with pytest.raises(Outage):
            worker.step(0)
    world.bus.before_commit = lambda: None
    assert worker.step(0) == 2


def test_of_two_members_with_the_same_records_the_slower_writes_and_counts_nothing(world):
    rival = world.hired(world.member("tocsin", ARTICLES))
    world.put(article(1), b"{")
    world.bus.before_commit = lambda: rival.step(0)
    with pytest.raises(Fenced):
        world.worker.step(0)
    assert (len(world.on(ALERTS)), len(world.on(DEAD_LETTERS))) == (1, 1)
    assert world.outcomes() == {Outcome.ALERTED: 1, Outcome.DEAD_LETTER: 1}
    assert world.worker.step(0) == 0


def test_an_empty_bus_is_no_unit(world):
    assert world.worker.step(0) == 0
    assert world.metrics.registry.get_sample_value("tocsin_batch_records_count") == 0.0


def test_delay_is_the_time_from_arrival_to_commit(world):
    world.put(article(1))
    world.clock.advance(7.0)
    world.worker.step(0)
    assert world.metrics.registry.get_sample_value("tocsin_delay_seconds_sum") == 7.0
    assert (
        world.metrics.registry.get_sample_value("tocsin_last_success_timestamp_seconds") == world.clock.now()
    )


def test_a_new_matcher_is_used_from_the_next_unit_on(world):
    world.put(article(1, "An alliance."))
    world.worker.pipeline.matcher = Matcher((TREATY,))
    world.worker.step(0)
    world.worker.pipeline.matcher = Matcher((ALLIANCE,))
    world.put(article(2, "An alliance."))
    world.worker.step(0)
    assert world.outcomes() == {Outcome.NO_MATCH: 1, Outcome.ALERTED: 1}
