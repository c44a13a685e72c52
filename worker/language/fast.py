"""Letter statistics of some 110 languages: py3langid's model, packed to be loaded fast.

The model is a naive Bayes over byte n-grams (py3langid 0.4, BSD licence beside the file), of which
`tests/eval/language/pack.py` makes `data/statistics.npz`. It ships with Tocsin, so that it is loaded in a
tenth of the time, and so that a text's answer, and the confidence fitted on such answers, do not change
with a library. It is loaded when the first text needs it, or earlier by `warm`.
"""

from __future__ import annotations

import math
import threading
import unicodedata
from array import array
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Statistics:
    """The model: its columns are those of `languages`, then variants to be merged into one of them.

    steps: features by columns, how far above `floors` a log-probability is, in steps of `step`;
    doubles: the columns of languages and of their variants; features: what each state of `follows` counts
    as, or -1.
    """

    languages: tuple[str, ...]
    steps: Any
    step: float
    floors: Any
    priors: Any
    doubles: tuple[Any, Any]
    follows: _Automaton
    features: array[int]


_MOST_BYTES: Final = 150
"""Each byte has its cost, and some scripts have three a letter."""


def scores(text: str) -> Any | None:
    """A numpy vector of log-scores over `statistics().languages`, 0 for the best; None without features.

    Differences are divided by the root of the text's bytes: independent letters would count each word
    many times over, and this scale keeps short and long texts comparable (py3langid's own choice).
    """
    import numpy as np

    known = statistics()
    encoded = _encoded(text)
    counts = _counts(known, encoded)
    if not counts:
        return None
    found = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
    weights = np.log1p(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    raw = weights @ known.steps.take(found, axis=0).astype(np.float32)
    raw *= known.step
    raw += known.floors * weights.sum()
    raw += known.priors
    ours, variants = known.doubles
    np.maximum.at(raw, ours, raw[variants])
    merged = raw[: len(known.languages)]
    merged -= merged.max()
    merged /= math.sqrt(len(encoded))
    return merged


def _encoded(text: str) -> bytes:
    """The bytes of a text as those the model was made from: composed, and not all in capitals."""
    text = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    return text.encode("utf-8", "surrogatepass")[:_MOST_BYTES]


def _counts(known: Statistics, encoded: bytes) -> Counter[int]:
    """Feature → how often it stands there: at each byte the longest n-gram that ends with it."""
    follows, state = known.follows, 0
    states = [state := follows[state][byte] for byte in encoded]
    counts = Counter(map(known.features.__getitem__, states))
    counts.pop(-1, None)
    return counts


_loading = threading.Lock()
_loaded: list[Statistics] = []


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
        return Statistics(
            languages,
            data["steps"],
            float(data["step"]),
            data["floors"],
            data["priors"],
            (of_language[len(languages) :], np.arange(len(languages), len(of_language))),
            _Automaton(data["parents"], data["letters"]),
            array("i", b"\xff" * 4 + data["features"].tobytes()),
        )


class _Automaton(dict[int, "array[int]"]):
    """State → for each byte that may follow, the state of the longest n-gram that ends with it.

    Made by Aho and Corasick's rule from a trie, a row when a text first comes by: of all rows, which
    would be 40 MB, the news uses a few. Two threads may both make a row; it is the same row.
    """

    def __init__(self, parents: Any, letters: Any) -> None:
        import numpy as np

        self._parents, self._letters = parents, letters
        states = np.arange(len(parents) + 2)
        self._first_child = np.searchsorted(parents, states[:-1]) + 1
        self._end_of_children = np.searchsorted(parents, states[:-1], side="right") + 1
        root = array("I", bytes(_BYTES * 4))
        self[0] = self._with_children(0, root)

    def __missing__(self, state: int) -> array[int]:
        row = self[self._suffix(state)]
        if self._first_child[state] < self._end_of_children[state]:
            row = self._with_children(state, row[:])
        self[state] = row
        return row

    def _suffix(self, state: int) -> int:
        """The state of the longest n-gram that ends this one."""
        parent = int(self._parents[state - 1])
        return self[self._suffix(parent)][self._letters[state - 1]] if parent else 0

    def _with_children(self, state: int, row: array[int]) -> array[int]:
        for child in range(self._first_child[state], self._end_of_children[state]):
            row[self._letters[child - 1]] = child
        return row


_BYTES: Final = 256
