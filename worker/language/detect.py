"""Detects an article's language with langdetect, the same answer every time.

langdetect draws lots unless it is seeded, and its factory is global; so this file is the only door
to it, and seeds each detector it makes. Its profiles load on the first call (1.3 s), not at import.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import Any

from worker.language.codes import canonical
from worker.types import UNDETERMINED, Article, Language

_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\d+")
_LETTER = re.compile(r"[^\W\d_]")

_SEED = 0

_TRIALS = 3
"""How often langdetect draws lots and averages. Of its own seven, four change no answer on whole
articles and cost half of the time."""


class Detector:
    """Tells the language of an article.

    sample: how many characters are looked at (the cost is in proportion); minimum: with fewer letters
    nobody can tell; confidence: an answer below it is `und`.
    """

    def __init__(self, sample: int = 400, minimum: int = 20, confidence: float = 0.5) -> None:
        self.sample = sample
        self.minimum = minimum
        self.confidence = confidence

    def detect(self, article: Article) -> Language:
        """The language of title and text; the declared one where the text cannot tell."""
        declared = article.language
        text = f"{article.title}\n{article.text}" if article.title else article.text
        found = self.detect_text(text)
        told = canonical(declared)
        if found.code == UNDETERMINED and told != UNDETERMINED:
            return Language(told, found.confidence, declared, "declared")
        disagrees = told not in (UNDETERMINED, found.code)
        return Language(found.code, found.confidence, declared, found.detector, disagrees)

    def detect_text(self, text: str) -> Language:
        """The language of a text, or `und`; never raises, whatever the text."""
        # Twice the sample is looked through for words, so that links and numbers cost none of it.
        words = _NO_WORDS.sub(" ", text[: 2 * self.sample])[: self.sample]
        if len(_LETTER.findall(words)) < self.minimum:
            return Language(UNDETERMINED, 0.0)
        code, confidence = _ask_langdetect(words)
        if confidence < self.confidence:
            code = UNDETERMINED
        return Language(code, round(confidence, 4), None, "langdetect")

    def warm(self) -> None:
        """Load the profiles now, so that the first article does not wait for them."""
        _factory()


def _ask_langdetect(text: str) -> tuple[str, float]:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.seed = _SEED
    detector.n_trial = _TRIALS
    try:
        detector.append(text)
        found = detector.get_probabilities()
    except LangDetectException:  # no n-gram of the text is in any profile
        return UNDETERMINED, 0.0
    if not found:
        return UNDETERMINED, 0.0
    return canonical(found[0].lang), float(found[0].prob)


_loading = threading.Lock()


def _factory() -> Any:
    with _loading:  # a worker's thread and its warm-up may both be first
        return _load_factory()


@cache
def _load_factory() -> Any:
    from langdetect import detector_factory

    detector_factory.init_factory()
    return detector_factory._factory  # noqa: SLF001 - langdetect gives no other handle on its detectors
