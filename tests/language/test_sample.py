"""What of a text is looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.language.sample import cleaned, pieces


@pytest.mark.parametrize(
    ("text", "characters", "kept"),
    [
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("one two three", 40, "one two three"),
        ("abcdefghijklmnopqrstuvwxyz one", 10, "abcdefghij"),
        ("漢字漢字漢字漢字漢字漢字漢字漢字漢字", 6, "漢字漢字漢字"),
        ("see https://example.org/a now", 40, "see now"),
        ("write to desk@example.org, #tag 2026", 40, "write to ,"),
    ],
)
def test_a_piece_ends_with_a_whole_word_where_words_are_apart(text, characters, kept):
    assert cleaned(text, characters) == kept


@given(st.text(max_size=900), st.integers(1, 300))
def test_pieces_are_no_longer_than_asked_for(text, characters):
    assert sum(map(len, pieces(text, characters))) <= characters


def test_a_long_text_is_looked_at_in_three_places():
    text = " ".join(f"word{letter}" * 3 + "." for letter in "abcdefghij" * 20)
    start, middle, end = pieces(text, 180)
    assert text.startswith(start[:20])
    assert text.index(middle[:20]) > 0
    assert end
