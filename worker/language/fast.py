"""Letter statistics of some 110 languages: py3langid's model, packed to be loaded fast, asked word by word.

The model is a naive Bayes over byte n-grams (py3langid 0.4, BSD licence beside the file), of which
`tests/eval/language/pack.py` makes `data/statistics.npz`. It ships with Tocsin, so that it is loaded in a
tenth of the time, and so that a text's answer, and the confidence fitted on such answers, do not change
with a library. It is loaded when the first text needs it, or earlier by `warm`.

A word between two spaces has the same n-grams wherever it stands, so what they sum up to is kept: news
repeats its words, and a text costs a look-up each. What is lost, n-grams across two words, tells nothing:
on short texts the answers are better without.
"""

from __future__ import annotations

import math
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from worker.language.compiled_votes import CompiledStatistics


@dataclass(frozen=True, slots=True)
class Statistics:
    """The model: its columns are those of `languages`, then variants to be merged into one of them.

    steps: features by columns, how far above `floors` a log-probability is, in steps of `step`;
    order: the columns, so that the variants of a language stand behind it; starts: where in it each language
    begins; found: the features of each word.
    """

    languages: tuple[str, ...]
    steps: Any
    step: float
    floors: Any
    priors: Any
    order: Any
    starts: Any
    found: _Found


_MOST_BYTES: Final = 60
"""… of a word are looked at: longer ones are no words."""

_DAMPED: Final = 0.55
"""What an n-gram counts for: those of a word are not independent, and its weight is against other votes'."""


def scores(words: Sequence[str], length: int) -> Any | None:
    """A numpy vector of log-scores over `statistics().languages`, 0 for the best; None without n-grams.

    words: as written, of a text of so many bytes; each counts once. Differences are divided by the root of
    the length: independent letters would count each word many times over, and this scale keeps short and
    long texts comparable (py3langid's own choice).
    """
    import numpy as np

    known = statistics()
    if _compiled:
        count, raw = _compiled[0].sums(map(_encoded, dict.fromkeys(words)))
    else:
        found = list(chain.from_iterable(map(known.found.__getitem__, dict.fromkeys(words))))
        steps = known.steps.take(found, axis=0).astype(np.float32)
        # Whole numbers: no order changes their sum.
        count, raw = len(found), np.ones(len(found), dtype=np.float32) @ steps
    if not count:
        return None
    raw *= known.step * _DAMPED
    raw += known.floors * (_DAMPED * count)
    raw += known.priors
    raw[: len(known.languages)] = np.maximum.reduceat(raw[known.order], known.starts)
    merged = raw[: len(known.languages)]
    merged -= merged.max()
    merged /= math.sqrt(length)
    return merged


_MOST_KEPT: Final = 50_000
"""Words whose n-grams are kept; when there are so many, all are forgotten."""


class _Found(dict[str, tuple[int, ...]]):
    """Word as written → the features that stand in it: at each byte the longest n-gram that ends with it."""

    def __init__(self, features: dict[bytes, int]) -> None:
        self.features = features

    def __missing__(self, word: str) -> tuple[int, ...]:
        seek, text, size = self.features.get, _encoded(word), 1
        found = []
        for end in range(2, len(text) + 1):
            if size < _LONGEST:
                size += 1  # no n-gram is longer than the one a byte before and this byte
            while size > 1:
                feature = seek(text[end - size : end])
                if feature is not None:
                    found.append(feature)
                    break
                size -= 1
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = kept = tuple(feature for feature in found if feature >= 0)
        return kept


_LONGEST: Final = 5


def _encoded(word: str) -> bytes:
    """The bytes of a word, between spaces, as those the model was made from: composed, not in capitals."""
    word = unicodedata.normalize("NFC", word.lower() if len(word) > 1 and word.isupper() else word)
    return f" {word[:_MOST_BYTES]} ".encode("utf-8", "surrogatepass")[:_MOST_BYTES]


_loading = threading.Lock()
_loaded: list[Statistics] = []
_compiled: list[CompiledStatistics] = []


def compile_statistics() -> None:
    """From now on have n-grams found and added by loops: for who has many texts."""
    if not _compiled:
        from worker.language.compiled_votes import CompiledStatistics

        known = statistics()
        _compiled.append(CompiledStatistics(known.found.features, known.steps, _LONGEST))


def statistics() -> Statistics:
    """The model, loaded when first asked for; safe on any thread."""
    if not _loaded:
        with _loading:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]


def _load() -> Statistics:
    import numpy as np

    with (
        (resources.files("worker.language") / "data" / "statistics.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        languages = tuple(data["languages"].tolist())
        of_language = data["of_language"].astype(np.intp)
        order = np.argsort(of_language, kind="stable")
        grams = _n_grams(data["parents"].tolist(), data["letters"].tobytes())
        return Statistics(
            languages,
            data["steps"],
            float(data["step"]),
            data["floors"],
            data["priors"],
            order,
            np.searchsorted(of_language[order], np.arange(len(languages))),
            _Found(dict(zip(grams[1:], data["features"].tolist(), strict=True))),
        )


_BYTE: Final = tuple(bytes([byte]) for byte in range(256))


def _n_grams(parents: list[int], letters: bytes) -> list[bytes]:
    """The n-gram of each state of the trie; state 0, the empty one, comes first."""
    grams = [b""]
    for parent, letter in zip(parents, letters, strict=True):
        grams.append(grams[parent] + _BYTE[letter])
    return grams
