"""The door to py3langid: letter statistics of some 130 languages.

Its model (a naive Bayes over byte n-grams, BSD licence) is used as it ships; only the last step is done
here, on the features a short sample has, with all its variants of one language as one. Loading takes
about half a second, so it happens when the first text needs it, or earlier by `warm`.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any, Final

_ONE_LANGUAGE: Final = {
    "nn": "no", "nb": "no", "arz": "ar", "ary": "ar", "wuu": "zh", "yue": "zh", "uzs": "uz", "hbo": "he",
    "grc": "el", "sdh": "ku",
}  # fmt: skip
"""Variants the model tells apart and Tocsin does not; see `codes`."""

_LEFT_OUT: Final = frozenset(
    "zxx an ext vo ace crh ltg gcf gcr lij vec bcl sa gom guw gug fuv dz kab kik".split()
)
"""Next to no news is written in these; on two words they would win by chance. `zxx` is no language."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The model: its columns are those of `languages`, then variants to be merged into one of them.

    table: features by columns; doubles: (column of a language, column of its variant).
    """

    languages: tuple[str, ...]
    table: Any
    priors: Any
    doubles: tuple[tuple[int, int], ...]
    model: Any


def scores(text: str) -> Any | None:
    """A numpy vector of log-scores over `statistics().languages`, 0 for the best; None without features.

    Differences are divided by the root of the text's bytes: independent letters would count each word
    many times over, and this scale keeps short and long texts comparable (py3langid's own choice).
    """
    import numpy as np
    from py3langid.langid import visit_counts

    known = statistics()
    model = known.model
    encoded = model._encode(text)  # noqa: SLF001 - the normalisation the model was trained with
    visits = visit_counts(model.tk_nextmove, model._rowbase, model.tk_output, encoded)  # noqa: SLF001
    if not visits:
        return None
    rows = np.fromiter(visits.keys(), dtype=np.intp, count=len(visits))
    counts = np.fromiter(visits.values(), dtype=np.float32, count=len(visits))
    raw = np.log1p(counts) @ known.table[rows].astype(np.float32) + known.priors
    for place, column in known.doubles:
        raw[place] = max(raw[place], raw[column])
    merged = raw[: len(known.languages)]
    merged -= merged.max()
    merged /= math.sqrt(len(encoded))
    return merged


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
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    first: dict[str, int] = {}
    variants: list[tuple[str, int]] = []
    for column, label in enumerate(model.nb_classes):
        code = _ONE_LANGUAGE.get(label, label)
        if label in _LEFT_OUT:
            continue
        if code in first:
            variants.append((code, column))
        else:
            first[code] = column
    languages = tuple(first)
    doubles = tuple((languages.index(code), len(languages) + at) for at, (code, _) in enumerate(variants))
    columns = np.array([*first.values(), *(column for _, column in variants)], dtype=np.intp)
    table = model.nb_ptc[:, columns]  # kept in half precision: 24 MB, and less of it to fetch a text
    priors = model.nb_pc[columns]
    model.nb_ptc, model._full_model = table, (table, priors, [])  # noqa: SLF001 - frees the original
    return Statistics(languages, table, priors, doubles, model)
