"""Votes counted by loops are those counted without."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.language import fast, words
from worker.language.compiled_votes import CompiledStatistics, CompiledVotes

TEXTS = [
    "The two governments signed a treaty\nRegeringen undertegnede i går en aftale",
    "Die Straße ist groß, die STRASSE auch\n\nﬁnal co\u00adoperate",
    "Правительство подписало договор о взаимной обороне",
    "सरकार ने कहा है कि क़ानून",
    "حُكُومَة الأُردُن ۱۲ دولت دیروز پیمان دفاع مشترک را امضا کرد",
    "e\u0301te\u0301 a\u0308lter \ud800 ﷺ",
    "",
]
LETTERS = st.sampled_from("the aEßéёИй\u0301\u00adकि\u093cعَ한\n ,½ﬁ\ud800")


@pytest.fixture(scope="module")
def tables() -> words.WordTables:
    return words._load()


@pytest.fixture(scope="module")
def compiled(tables: words.WordTables) -> CompiledVotes:
    return CompiledVotes(tables.row_of, tables.scores, words.shape().counted)


@pytest.fixture(autouse=True)
def _plain(tables: words.WordTables) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(words, "_loaded", [tables])
        patched.setattr(words, "_compiled", [])
        patched.setattr(fast, "_compiled", [])
        yield


def told(votes: words.WordVotes) -> tuple[object, ...]:
    found = [[float(score) for score in piece] for piece in votes.found]
    return found, list(map(float, votes.total)), votes.bests, votes.words, votes.all_words, votes.two_best


@pytest.mark.parametrize("text", TEXTS)
def test_words_have_the_same_votes(compiled: CompiledVotes, text: str):
    assert told(compiled.votes(text)) == told(words.votes(text))


@given(text=st.text(LETTERS | st.characters(), max_size=60))
def test_any_text_has_the_same_votes(compiled: CompiledVotes, text: str):
    assert told(compiled.votes(text)) == told(words.votes(text))


def test_words_of_the_tables_have_different_hashes(compiled: CompiledVotes, tables: words.WordTables):
    keys, _, _ = compiled._rows
    assert int((keys != 0).sum()) == len(tables.row_of)


@given(st.lists(st.text(LETTERS | st.characters(), max_size=20), max_size=8))
def test_letter_statistics_say_the_same(listed: list[str]):
    known = fast.statistics()
    quick = CompiledStatistics(known.found.features, known.steps, fast._LONGEST)
    count, sums = quick.sums(map(fast._encoded, dict.fromkeys(listed)))
    found = [feature for word in dict.fromkeys(listed) for feature in known.found[word]]
    assert count == len(found)
    assert np.array_equal(sums, known.steps[found].astype(np.float32).sum(axis=0))


def test_threads_that_meet_letters_for_the_first_time_count_the_same(tables: words.WordTables):
    fresh = CompiledVotes(tables.row_of, tables.scores, words.shape().counted)
    texts = [*TEXTS, "Łódź żółw", "ąčęėįšųūž", "ďťň řžš", "ß ﬁ ﬂ ﬃ Ǆ"] * 1_000
    expected = {text: told(words.votes(text)) for text in set(texts)}
    with ThreadPoolExecutor(8) as threads:
        for text, votes in zip(texts, threads.map(fresh.votes, texts), strict=True):
            assert told(votes) == expected[text]
