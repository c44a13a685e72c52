"""The letter statistics that ship, against the model they were made of."""

from __future__ import annotations

import importlib.util
import threading
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
def test_as_many_n_grams_are_found_as_by_the_whole_automaton(model, text):
    from py3langid.langid import visit_counts

    known = fast.statistics()
    found = fast._counts(known, fast._encoded(text))
    theirs = visit_counts(model.tk_nextmove, model._rowbase, model.tk_output, model._encode(text))
    assert sorted(found.values()) == sorted(theirs.values())


@pytest.mark.parametrize("text", TEXTS[:3])
def test_the_best_language_is_the_models(model, text):
    scores = fast.scores(text)
    assert fast.statistics().languages[int(scores.argmax())] == model.classify(text)[0]


@pytest.mark.parametrize("text", ["", "12 345", "漢字"])
def test_a_text_without_a_known_n_gram_or_with_few_has_no_infinite_score(text):
    scores = fast.scores(text)
    assert scores is None or np.isfinite(scores).all()


def test_variants_are_merged_into_their_language():
    known = fast.statistics()
    ours, variants = known.doubles
    assert len(known.languages) + len(variants) == known.steps.shape[1]
    assert ours.max() < len(known.languages) <= variants.min()


def test_rows_made_by_several_threads_are_those_made_by_one():
    texts = [text * 3 for text in TEXTS]
    expected = [fast.scores(text) for text in texts]
    fast._loaded.clear()
    found = {}

    def ask(number):
        found[number] = [fast.scores(text) for text in texts]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for told in found.values():
        assert all(np.array_equal(mine, theirs) for mine, theirs in zip(told, expected, strict=True))
