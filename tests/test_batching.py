"""The size of a unit of work: bounded, prompt when little waits, large when much does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.batching import BUSY_SECONDS, GROWTH, PROMPT_SECONDS, BatchSize

sizes = st.builds(
    lambda most, share, cost: BatchSize(most, max(1, int(most * share)), cost),
    st.integers(1, 5_000),
    st.floats(0, 1),
    st.none() | st.floats(0, 10),
)
seconds = st.floats(0, 1_000)
lags = st.integers(0, 10**9)


def settled(cost: float, lag: int, most: int = 1_000) -> BatchSize:
    """After many units whose messages cost the same, with as many waiting."""
    batch = BatchSize(most)
    for _ in range(40):
        batch = batch.after(batch.size, batch.size * cost, lag)
    return batch


@given(sizes, st.integers(0, 5_000), seconds, lags)
def test_a_size_lies_between_one_and_the_most(batch, handled, spent, lag):
    assert 1 <= batch.after(handled, spent, lag).size <= batch.most


@given(sizes, st.integers(0, 5_000), seconds, lags)
def test_a_size_grows_by_steps(batch, handled, spent, lag):
    assert batch.after(handled, spent, lag).size <= GROWTH * batch.size


@given(sizes, st.integers(1, 5_000), seconds, lags, lags)
def test_more_that_waits_never_makes_it_smaller(batch, handled, spent, one, other):
    low, high = sorted((one, other))
    assert batch.after(handled, spent, low).size <= batch.after(handled, spent, high).size


@given(sizes, st.integers(1, 5_000), seconds, seconds)
def test_a_slower_unit_never_makes_it_larger_while_little_waits(batch, handled, one, other):
    low, high = sorted((one, other))
    assert batch.after(handled, high, 0).size <= batch.after(handled, low, 0).size


@given(sizes, seconds, lags)
def test_a_unit_of_nothing_changes_nothing(batch, spent, lag):
    assert batch.after(0, spent, lag) == batch


@given(st.floats(1e-5, 5.0))
def test_with_little_waiting_a_unit_is_prompt(cost):
    batch = settled(cost, lag=0)
    assert batch.size == 1 or batch.size * cost <= PROMPT_SECONDS * 1.001
    assert (batch.size + 1) * cost > PROMPT_SECONDS * 0.999 or batch.size == batch.most


@given(st.floats(1e-5, 5.0))
def test_with_much_waiting_a_unit_is_long_but_bounded(cost):
    batch = settled(cost, lag=10**7)
    assert batch.size == 1 or batch.size * cost <= BUSY_SECONDS * 1.001
    assert (batch.size + 1) * cost > BUSY_SECONDS * 0.999 or batch.size == batch.most


def test_a_burst_of_slow_messages_shrinks_the_next_unit_at_once():
    batch = settled(0.001, lag=0)
    assert batch.after(batch.size, batch.size * 0.1, 0).size < batch.size / 5
