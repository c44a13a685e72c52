"""The bounded memory of keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.bus.recent_keys import RecentKeys

KEYS = st.lists(st.sampled_from("abcdefgh"))


@given(KEYS, st.integers(1, 8))
def test_the_most_recent_keys_are_remembered_and_no_others(keys: list[str], capacity: int) -> None:
    recent = RecentKeys(capacity)
    for key in keys:
        recent.add([key])
    latest = list(dict.fromkeys(reversed(keys)))
    remembered = {key for key in "abcdefgh" if key in recent}
    assert remembered == set(latest[:capacity])
    assert len(recent) == len(remembered)


def test_asking_for_a_key_makes_it_recent() -> None:
    recent = RecentKeys(2)
    recent.add(["a", "b"])
    assert "a" in recent
    recent.add(["c"])
    assert ["a" in recent, "b" in recent] == [True, False]
