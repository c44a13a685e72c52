"""Pack the letter statistics that ship: `python tests/eval/language/pack.py`, where py3langid is installed.

py3langid's model takes half a second to unpack, and its probabilities 24 MB. Of its 142 columns those of
languages the news is written in are kept, unless their script is theirs alone, each probability as a byte:
how many steps it is above the column's floor, which is the probability of an n-gram that was never seen
there. Of the automaton its trie is kept; the rest follows from it. It writes
worker/language/data/statistics.npz.
"""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Any, Final

import numpy as np

FILE: Final = Path(__file__).resolve().parents[3] / "worker" / "language" / "data" / "statistics.npz"

ONE_LANGUAGE: Final = {
    "nn": "no", "nb": "no", "arz": "ar", "ary": "ar", "wuu": "zh", "yue": "zh", "uzs": "uz", "hbo": "he",
    "grc": "el", "sdh": "ku",
}  # fmt: skip
"""Variants the model tells apart and Tocsin does not; see `worker.language.codes`."""

LEFT_OUT: Final = frozenset(
    "zxx an ext vo ace crh ltg gcf gcr lij vec bcl sa gom guw gug fuv dz kab kik".split()
)
"""Next to no news is written in these; on two words they would win by chance. `zxx` is no language."""

OWN_SCRIPT: Final = frozenset(
    "as bn bo dv el gu he hbo grc hy ja ka km kn ko lo ml my or pa si ta te th wuu yue zh".split()
)
"""Letters alone decide these; see `worker.language.scripts`."""

ASKED_ABOUT: Final = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xcc\xd0-\xd3\xd8-\xdd]|\xe0[\xa4\xa5]|\xe1[\x88-\x8e\xb8-\xbb]|[\x80-\xbf]|[\xe0\xe1]$)*"
)
"""N-grams, whole characters or parts, of the scripts that several languages write: Latin, Cyrillic, Arabic,
Devanagari and Ethiopic. Those of other scripts are left out."""


def packed() -> dict[str, Any]:
    """The arrays of the file, by name, from the py3langid that is installed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    columns, of_language, languages = _columns(model.nb_classes)
    logs = np.asarray(model.nb_ptc, dtype=np.float32)[:, columns]
    floors = np.array([_commonest(column) for column in logs.T], dtype=np.float32)
    step = float((logs - floors).max()) / 255
    trie = _trie(model)
    features = sorted({row[2] for row in trie} - {-1})
    number = {feature: at for at, feature in enumerate(features)} | {-1: -1}
    return {
        "languages": np.array(languages),
        "of_language": np.array(of_language, dtype=np.uint8),
        "priors": np.asarray(model.nb_pc, dtype=np.float32)[columns],
        "floors": floors,
        "step": np.float32(step),
        "steps": np.rint((logs - floors).clip(0) / step).astype(np.uint8)[features],
        "parents": np.array([row[0] for row in trie], dtype=np.uint32),
        "letters": np.array([row[1] for row in trie], dtype=np.uint8),
        "features": np.array([number[row[2]] for row in trie], dtype=np.int32),
    }


def _columns(classes: list[str]) -> tuple[list[int], list[int], list[str]]:
    """The columns kept, a first one for each language and then variants; whose each is; the languages."""
    first: dict[str, int] = {}
    variants: list[tuple[int, str]] = []
    for column, label in enumerate(classes):
        code = ONE_LANGUAGE.get(label, label)
        if label in LEFT_OUT | OWN_SCRIPT:
            continue
        if code in first:
            variants.append((column, code))
        else:
            first[code] = column
    languages = list(first)
    columns = [*first.values(), *(column for column, _ in variants)]
    return columns, [*range(len(first)), *(languages.index(code) for _, code in variants)], languages


def _commonest(column: Any) -> float:
    values, counts = np.unique(column, return_counts=True)
    return float(values[counts.argmax()])


def _trie(model: Any) -> list[tuple[int, int, int]]:
    """(parent, last byte, feature or -1) of states 1, 2, …; shortest n-grams first, sisters together."""
    number = {0: 0}
    seen = {0}
    rows: list[tuple[int, int, int]] = []
    waiting = deque([(0, b"")])
    while waiting:
        state, gram = waiting.popleft()
        base = model._rowbase[state]
        for byte in range(256):
            following = model.tk_nextmove[base + byte]
            if following in seen:
                continue
            seen.add(following)
            longer = gram + bytes([byte])
            if ASKED_ABOUT.fullmatch(longer):
                number[following] = len(number)
                rows.append((number[state], byte, model.tk_output[following]))
                waiting.append((following, longer))
    return rows


if __name__ == "__main__":
    np.savez_compressed(FILE, **packed())
    print(f"written: {FILE.name}, {FILE.stat().st_size:,} bytes")
