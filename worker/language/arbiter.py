"""The door to langdetect, the arbiter: asked only where the fast detectors are not sure.

langdetect draws lots unless it is seeded, and its factory is global; so each detector made here is seeded.
`langdetect-rs` computes the same numbers, bit for bit, fifty times faster (a test compares them); where it
does not load, langdetect itself answers. The profiles load on the first question.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, Final

from worker.language.codes import canonical

_SEED: Final = 0

_TRIALS: Final = 3
"""How often langdetect draws lots and averages. Of its own seven, four change no answer on articles."""


def probabilities(text: str) -> dict[str, float]:
    """Code → probability, of the languages langdetect thinks of at all; empty when no n-gram is known."""
    detector = _factory().create()
    detector.seed = _SEED
    detector.n_trial = _TRIALS
    try:
        detector.append(text)
        detector.get_probabilities()
    except Exception as error:
        if type(error).__name__ != "LangDetectException":  # each of the two libraries has its own
            raise
        return {}
    found: dict[str, float] = {}
    for label, share in zip(detector.langlist, detector.langprob, strict=True):
        code = canonical(label)
        found[code] = max(found.get(code, 0.0), float(share))
    return found


_loading = threading.Lock()


def _factory() -> Any:
    with _loading:  # a worker's thread and its warm-up may both be first
        return _load_factory()


@cache
def _load_factory() -> Any:
    try:
        from langdetect_rs import detector_factory
    except ImportError:
        from langdetect import detector_factory

    detector_factory.init_factory()
    return detector_factory._factory  # noqa: SLF001 - langdetect gives no other handle on its detectors
