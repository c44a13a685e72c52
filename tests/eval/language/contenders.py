"""The detectors that are compared, each as a function from a text to what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lines import ROOT  # noqa: F401  (puts the checkout on the path)

from worker.language import Detector, canonical

CHARACTERS = 600
"""What the others are given of a text, as in earlier measurements."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer; only ours comes with a probability that means something."""

    code: str
    confidence: float = 0.0
    detector: str = ""


Tell = Callable[[str], Told]


def tocsin() -> Tell:
    detector = Detector()
    detector.compile()  # as a worker does
    return _told_by(detector)


def plain() -> Tell:
    detector = Detector()
    detector.warm()  # as a command does
    return _told_by(detector)


def _told_by(detector: Detector) -> Tell:
    def tell(text: str) -> Told:
        found = detector.detect_text(text)
        return Told(found.code, found.confidence, found.detector)

    return tell


def langdetect() -> Tell:
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0

    def tell(text: str) -> Told:
        try:
            return Told(canonical(detect(text[:CHARACTERS])))
        except LangDetectException:
            return Told("und")

    return tell


def py3langid() -> Tell:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    return lambda text: Told(canonical(identifier.classify(text[:CHARACTERS])[0]))


def lingua() -> Tell:
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

    def tell(text: str) -> Told:
        found = detector.detect_language_of(text[:CHARACTERS])
        return Told(canonical(found.iso_code_639_1.name) if found else "und")

    return tell


CONTENDERS: dict[str, Callable[[], Tell]] = {
    "tocsin": tocsin,
    "langdetect": langdetect,
    "py3langid": py3langid,
    "lingua": lingua,
}
