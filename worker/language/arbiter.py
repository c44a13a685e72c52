"""The door to langdetect, the arbiter between neighbours: asked only where the fast detectors waver.

langdetect draws lots unless it is seeded, and its factory is global; so factories of our own are made, one
for each group of neighbours, with their profiles only: its loop runs over every language it has loaded, and
two or three cost a tenth of fifty-five. The detector made for a text is seeded. Profiles load on the first
question, or earlier by `warm`.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

from worker.language.codes import canonical

GROUPS: Final = tuple(
    frozenset(group.split())
    for group in ("no da sv", "mk bg", "cs sk", "ca es pt", "ur fa ar", "hi mr ne", "af nl")
)
"""Neighbours that langdetect has profiles of."""

_SEED: Final = 0
_TRIALS: Final = 2
_DRAWS: Final = 60
_CHARACTERS: Final = 150
"""How often langdetect draws lots and averages, how many n-grams it draws, and from how much of the text: of
its own seven trials and thousand draws few change an answer between two languages."""


def probabilities(text: str, first: str, second: str) -> dict[str, float]:
    """Code → probability among the neighbours that `first` and `second` belong to.

    Empty when no group holds both, or langdetect knows nothing of the text.
    """
    group = next((group for group in GROUPS if first in group and second in group), None)
    if group is None:
        return {}
    from langdetect import LangDetectException

    detector = _factory(group).create()
    detector.seed = _SEED
    detector.n_trial = _TRIALS
    detector.ITERATION_LIMIT = _DRAWS
    try:
        detector.append(text[:_CHARACTERS])
        detector.get_probabilities()
    except LangDetectException:  # no letters it knows: it has no vote
        return {}
    return dict(zip(map(canonical, detector.langlist), map(float, detector.langprob), strict=True))


def warm() -> None:
    """Load the profiles of all groups: a fifth of a second of work."""
    for group in GROUPS:
        _factory(group)


_loading = threading.Lock()


def _factory(group: frozenset[str]) -> Any:
    with _loading:  # a worker's thread and its warm-up may both be first
        return _load_factory(group)


@cache
def _load_factory(group: frozenset[str]) -> Any:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_json_profile(
        [(Path(PROFILES_DIRECTORY) / code).read_text("utf-8") for code in sorted(group)]
    )
    return factory
