"""When a feed may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.facts import FeedFacts
from worker.feeds.manners import (
    DAY,
    LONGEST_HINT,
    WEEK,
    Pace,
    allowed_from,
    backoff,
    fresh_for,
    interval,
    rate,
    retry_after,
    spread,
)

NOW = 1_795_464_000.0
PACE = Pace(600.0, 6 * 3600.0)
SILENT = FeedFacts()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        (formatdate(NOW + 300, usegmt=True), 300.0),
        (formatdate(NOW - 300, usegmt=True), 0.0),
        ("99999999999999999999", WEEK),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
        ("٣", 0.0),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=3600"}, 3600.0),
        ({"cache-control": 'public, MAX-AGE="60"'}, 60.0),
        ({"cache-control": "max-age=3600", "age": "600"}, 3000.0),
        ({"cache-control": "max-age=60", "age": "600"}, 0.0),
        ({"cache-control": "s-maxage=3600"}, 0.0),
        ({"cache-control": "no-cache, max-age=3600"}, 0.0),
        ({"cache-control": "max-age=31536000"}, LONGEST_HINT),
        ({"expires": formatdate(NOW + 600), "date": formatdate(NOW)}, 600.0),
        ({"expires": formatdate(NOW + 600), "date": formatdate(NOW), "cache-control": "max-age=60"}, 60.0),
        ({"expires": formatdate(NOW - 600), "date": formatdate(NOW)}, 0.0),
        ({"expires": formatdate(NOW + 600)}, 0.0),
        ({"expires": "0", "date": formatdate(NOW)}, 0.0),
        ({"expires": formatdate(NOW + 1e9), "date": formatdate(NOW)}, LONGEST_HINT),
        ({}, 0.0),
    ],
)
def test_cache_control_says_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float) -> None:
    assert fresh_for(headers) == seconds


def test_a_feed_that_was_never_heard_is_asked_at_the_shortest_interval() -> None:
    assert interval(PACE, None, SILENT, {}) == 600.0


def test_a_lively_feed_is_asked_often_and_a_quiet_one_seldom() -> None:
    assert interval(PACE, 1 / 10, SILENT, {}) == 600.0
    assert interval(PACE, 1 / 7200, SILENT, {}) == 3600.0
    assert interval(PACE, 0.0, SILENT, {}) == 6 * 3600.0


@pytest.mark.parametrize(
    ("facts", "headers"), [(FeedFacts(interval=7200), {}), (SILENT, {"cache-control": "max-age=7200"})]
)
def test_what_feed_and_server_ask_for_is_obeyed(facts: FeedFacts, headers: dict[str, str]) -> None:
    assert interval(PACE, 1 / 10, facts, headers) == 7200.0


@given(
    st.floats(0, 10),
    st.integers(0, 10**9),
    st.sampled_from(["", "max-age=5", "max-age=999999999"]),
)
def test_the_interval_stays_between_the_shortest_and_a_day(items: float, ttl: int, control: str) -> None:
    seconds = interval(PACE, items, FeedFacts(interval=ttl), {"cache-control": control})
    assert PACE.shortest <= seconds <= DAY


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(1, WEEK)), min_size=1))
def test_the_rate_is_never_negative_and_never_beyond_the_liveliest_hour(
    hours: list[tuple[int, float]],
) -> None:
    found: float | None = None
    for items, seconds in hours:
        found = rate(found, items, seconds)
    assert found is not None
    assert 0 <= found <= max(items / seconds for items, seconds in hours) + 1e-9


def test_failures_make_the_pause_longer_up_to_a_day() -> None:
    assert [backoff(PACE, failures) for failures in (0, 1, 2)] == [600.0, 1200.0, 2400.0]
    assert backoff(PACE, 1000) == DAY


@given(st.floats(1, DAY), st.text(), st.integers(0, 10**6))
def test_jitter_only_lengthens_and_by_a_tenth_at_most(seconds: float, key: str, turn: int) -> None:
    assert seconds <= spread(seconds, key, turn) <= seconds * 1.1 + 1e-6
    assert spread(seconds, key, turn) == spread(seconds, key, turn)


def test_skipped_hours_and_days_are_waited_for() -> None:
    sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()
    monday = datetime(2026, 11, 23, 0, 0, tzinfo=UTC).timestamp()
    assert allowed_from(sunday, FeedFacts(skip_days=(6,))) == monday
    assert allowed_from(sunday, FeedFacts(skip_hours=(23, 0))) == monday + 3600
    assert allowed_from(sunday, FeedFacts(skip_hours=(5,))) == sunday


@given(
    st.integers(0, 4_000_000_000),
    st.sets(st.integers(0, 23), max_size=23),
    st.sets(st.integers(0, 6), max_size=6),
)
def test_no_moment_is_in_a_skipped_hour(moment: int, hours: set[int], days: set[int]) -> None:
    found = allowed_from(float(moment), FeedFacts(skip_hours=tuple(hours), skip_days=tuple(days)))
    at = datetime.fromtimestamp(found, UTC)
    assert found >= moment
    assert at.hour not in hours
    assert at.weekday() not in days
