"""Wildcards asked by the word: the same answer as each wildcard gives by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.match.patterns import LONG_WORD, Patterns
from worker.rules.terms import glob_pattern

WORDS = st.text("abé", max_size=9)
WILDCARDS = st.text("abé*?", min_size=2, max_size=9).filter(
    lambda text: set(text) & set("*?") and set(text) - set("*?")
)


@given(st.lists(WILDCARDS, max_size=6), st.lists(WORDS | st.just("ab" * LONG_WORD), max_size=5))
def test_each_of_some_words_finds_the_wildcards_that_match_it(wildcards: list[str], words: list[str]):
    patterns = Patterns()
    for leaf, wildcard in enumerate(wildcards, 1):
        patterns.add_glob(wildcard, leaf)
    matching = {
        at: [leaf for leaf, one in enumerate(wildcards, 1) if glob_pattern(one).fullmatch(word)]
        for at, word in enumerate(words)
    }
    found = {at: sorted(leaves) for at, leaves in patterns.matching(words)}
    assert found == {at: leaves for at, leaves in matching.items() if leaves}
