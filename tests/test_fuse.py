"""The fuse on dead letters, by their number in a row and by their share."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from worker.fuse import Fuse


def burnt(fuse: Fuse, deaths: Iterable[bool]) -> Fuse:
    for dead in deaths:
        fuse = fuse.after(dead=dead)
    return fuse


def test_as_many_in_a_row_as_allowed_are_allowed():
    assert burnt(Fuse(3), [True] * 3).blown() is None


def test_one_more_in_a_row_blows_it_and_says_how_many():
    said = burnt(Fuse(3), [False] * 9 + [True] * 4).blown()
    assert said == "4 dead letters in a row (limits.dead_letters_in_a_row = 3)"


@given(st.lists(st.booleans(), max_size=300))
def test_a_share_of_one_leaves_only_the_row(deaths):
    longest = row = 0
    for dead in deaths:
        row = row + 1 if dead else 0
        longest = max(longest, row)
    fuse, blew = Fuse(5), False
    for dead in deaths:
        fuse = fuse.after(dead=dead)
        blew = blew or fuse.blown() is not None
    assert blew == (longest > 5)


def test_a_stream_half_of_it_dead_stays_below_a_share_of_six_tenths():
    fuse = Fuse(50, share=0.6)
    for number in range(5_000):
        fuse = fuse.after(dead=number % 2 == 0)
        assert fuse.blown() is None


def test_a_stream_most_of_it_dead_blows_by_its_share():
    said = burnt(Fuse(50, share=0.6), [number % 5 != 0 for number in range(300)]).blown()
    assert said is not None
    assert "limits.dead_letter_share = 0.6" in said


def test_a_few_bad_messages_at_the_start_say_nothing_of_the_stream():
    assert burnt(Fuse(100, share=0.01), [True] * 20).blown() is None
