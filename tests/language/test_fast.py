"""The letter statistics that ship, against the model they were made of."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from worker.language import fast

PACK = Path(__file__).resolve().parents[1] / "eval" / "language" / "pack.py"
TEXTS = [
    "Regeringen undertegnede i går en aftale om fælles forsvar",
    "Правительство подписало договор о взаимной обороне",
    "دولت دیروز پیمان دفاع مشترک را امضا کرد",
    "THE TWO GOVERNMENTS signed a treaty ! ? * '' ĳ e\u0301 \U0001f600",
    "መንግሥት ከጎረቤት አገሮች ጋር",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
]


@pytest.fixture(scope="module")
def model():
    langid = pytest.importorskip(
        "py3langid.langid", reason="py3langid, which the file is made of, is not installed"
    )
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)


def test_the_file_is_what_the_script_packs(model):
    spec = importlib.util.spec_from_file_location("pack", PACK)
    pack = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pack)
    with np.load(pack.FILE) as shipped:
        made = pack.packed()
        assert set(shipped.files) == set(made)
        assert all(np.array_equal(shipped[name], made[name]) for name in made)


@pytest.mark.parametrize("text", TEXTS)
def test_as_many_n_grams_are_found_in_a_word_as_by_the_whole_automaton(model, text):
    from py3langid.langid import visit_counts

    for word in text.split():
        encoded = fast._encoded(word)
        theirs = visit_counts(model.tk_nextmove, model._rowbase, model.tk_output, encoded)
        assert len(fast.statistics().found[word]) == sum((theirs or {}).values())


@pytest.mark.parametrize("text", TEXTS[:3])
def test_the_best_language_is_the_models(model, text):
    scores = fast.scores(text.split(), len(text.encode()))
    assert fast.statistics().languages[int(scores.argmax())] == model.classify(text)[0]


@pytest.mark.parametrize("text", ["", "12 345", "漢字"])
def test_a_text_without_a_known_n_gram_or_with_few_has_no_infinite_score(text):
    scores = fast.scores(text.split(), max(1, len(text.encode())))
    assert scores is None or np.isfinite(scores).all()


def test_neither_the_order_of_words_nor_their_repetition_changes_a_score():
    words = TEXTS[0].split()
    expected = fast.scores(words, 60)
    assert np.array_equal(fast.scores(words[::-1] * 3, 60), expected)


def test_a_word_in_capitals_has_the_n_grams_of_small_letters():
    found = fast.statistics().found
    assert found["REGERINGEN"] == found["regeringen"]
    assert fast._encoded("A") != fast._encoded("a")


def test_variants_are_merged_into_their_language():
    known = fast.statistics()
    assert len(known.languages) < len(known.order) == known.steps.shape[1]
    firsts = known.order[known.starts].tolist()
    assert firsts == list(range(len(known.languages)))
