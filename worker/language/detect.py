"""The language of an article: what the cascade finds, what its sender declares, and which is believed.

The declared language is believed where the text is too short to tell or the detector is not sure, and
overruled where it is. Both are kept, so that a mislabelled source shows.
"""

from __future__ import annotations

import threading
import unicodedata
from typing import Final

from worker.language import arbiter, fast, words
from worker.language.cascade import Verdict, are_confused, judge
from worker.language.codes import canonical, tag
from worker.language.parts import shares_of
from worker.language.sample import cleaned, pieces
from worker.language.scripts import BY_CHARACTER, CHARACTER_WORTH, chinese_script, count_scripts
from worker.types import UNDETERMINED, Article, Language

OVERRULES: Final = 0.9
"""A detector that is so sure overrules the declared language; below, the declared one is believed."""

BELIEVED: Final = 0.5
"""The confidence of a declared language that no detector supports: nobody has checked it."""

GATE_SHARE: Final = 1 / 3
"""A rule gated by language sees an article as being in each language that holds so much of it."""

_LONGEST_TITLE = 40
"""Characters of a title beside a text: less than a third of the sample, so that it does not speak for all."""

_WIDER: Final = (8, 32)
"""Where neighbours waver, so many times as much of a text is looked at, then all of most: the words that tell
them are few, and a writer may like the other's."""

_SURE: Final = 0.95


class Detector:
    """Tells the language of an article; one may serve many threads.

    sample: how many characters are looked at (the cost is in proportion); minimum: with fewer letters
    nobody can tell; confidence: an answer below it is `und`.
    """

    def __init__(self, sample: int = 180, minimum: int = 5, confidence: float = 0.3) -> None:
        self.sample = sample
        self.minimum = minimum
        self.confidence = confidence

    def detect(self, article: Article) -> Language:
        """The language of title and text, with the declared one weighed in; never raises."""
        verdict = self.explain(article)
        shares: tuple[tuple[str, float], ...] = ()
        if verdict.mixed and verdict.code != UNDETERMINED:
            shares = shares_of(article.title, article.text, verdict.code)
        return _weighed(verdict, article, shares)

    def detect_text(self, text: str) -> Language:
        """The language of a text, or `und`; never raises, whatever the text."""
        return self.detect(Article(id="", text=text))

    def explain(self, article: Article) -> Verdict:
        """The verdict that `detect` weighs, with the votes in the order they were cast."""
        verdict = self._verdict(self._sample(article, self.sample))
        seen = self.sample
        for wider in _WIDER:
            unsure = verdict.confidence < _SURE and are_confused(verdict.code, verdict.second)
            if not unsure or len(article.text) <= 2 * seen:
                break
            seen = wider * self.sample
            verdict = self._verdict(self._sample(article, seen))
        return verdict

    def _sample(self, article: Article, characters: int) -> list[str]:
        """The cleaned title, and the pieces of the text, without empty ones."""
        most = min(_LONGEST_TITLE, characters) if article.text else characters
        title = cleaned(article.title, most) if article.title else ""
        rest = pieces(article.text, max(1, characters - len(title))) if article.text else []
        return [piece for piece in (title, *rest) if piece]

    def warm(self) -> None:
        """Load everything now, so that no article waits for it: half a second of work."""
        words.tables()
        arbiter.warm()
        fast.scores(["warm"], 4)

    def warm_in_background(self, *, compiled: bool = False) -> threading.Thread:
        """Start `warm` on a thread of its own; early articles wait for what they need. compiled: also have
        what costs most done by loops, for who has many articles, and compiles loops anyway.
        """
        thread = threading.Thread(
            target=self.compile if compiled else self.warm, name="language models", daemon=True
        )
        thread.start()
        return thread

    def compile(self) -> None:
        """Load everything, and from now on have the votes of words and statistics counted by loops: the same
        votes in less time, for 100 MB of a compiler (numba) that matching has in memory too.
        """
        self.warm()
        words.compile_votes()
        fast.compile_statistics()

    def _verdict(self, sample: list[str]) -> Verdict:
        if not self._enough("".join(sample)):
            return Verdict(UNDETERMINED, 0.0, "none")
        verdict = judge(sample)
        if verdict.confidence < self.confidence:
            return Verdict(UNDETERMINED, verdict.confidence, verdict.detector, verdict.votes, verdict.second)
        return verdict

    def _enough(self, text: str) -> bool:
        if sum(map(str.isalpha, text[: 4 * self.minimum])) >= self.minimum:
            return True
        scripts = count_scripts(text)
        more = sum(scripts.get(script, 0) for script in BY_CHARACTER)
        letters = sum(1 for character in text if unicodedata.category(character)[0] in "LM")
        return letters + (CHARACTER_WORTH - 1) * more >= self.minimum


def _weighed(verdict: Verdict, article: Article, shares: tuple[tuple[str, float], ...]) -> Language:
    declared = article.language
    told = canonical(declared)
    code, confidence, detector = verdict.code, verdict.confidence, verdict.detector
    if shares and shares[0][0] != code:
        code = shares[0][0]
    disagrees = told not in (UNDETERMINED, code)
    if disagrees and not _overrules(verdict, code, told):
        return Language(told, BELIEVED, declared, "declared", shares=shares, tag=tag(declared))
    return Language(code, confidence, declared, detector, disagrees, shares, _tag(code, declared, article))


def _overrules(verdict: Verdict, code: str, told: str) -> bool:
    """Whether the detector is sure enough. Doubt between neighbours helps no third one."""
    if code == UNDETERMINED:
        return False
    between_neighbours = are_confused(code, verdict.second) and not are_confused(code, told)
    return verdict.confidence >= (BELIEVED if between_neighbours else OVERRULES)


def _tag(code: str, declared: str | None, article: Article) -> str:
    """The detected language with the script or region its sender declared, or that its characters show."""
    if canonical(declared) == code and code != UNDETERMINED:
        return tag(declared)
    if code == "zh":
        return "-".join(filter(None, ("zh", chinese_script(article.title + article.text[:500]))))
    if code in ("sr", "az", "uz", "hi", "ur") and "LATIN" in count_scripts(article.title + article.text[:60]):
        return f"{code}-Latn"
    return code
