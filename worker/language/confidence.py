"""From a lead to a probability: of the answers given with 0.9, nine in ten are right.

`data/confidence.json` holds, for each detector and length of text, the share of right answers at each
lead, rising (isotonic regression), as fitted by `tests/eval/language/calibrate.py` on labelled lines kept
apart from those it is measured on. Between two leads it is interpolated.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cache
from importlib import resources
from typing import Final

LENGTHS: Final = (30, 90)
"""Texts of up to 30 characters, up to 90, and longer have tables of their own: they need more of a lead."""


def length_class(length: int) -> int:
    """0, 1 or 2: the table of a text with so many characters."""
    return bisect_right(LENGTHS, length - 1)


CONFUSED: Final = "+confused"
"""The ending of a detector's second table: of answers whose runner-up is one they are confused with."""


def probability(detector: str, length: int, lead: float, *, confused: bool = False) -> float:
    """How likely an answer of this detector is right, 0 to 1, in four decimals."""
    leads, shares = _curves()[detector + (CONFUSED if confused else "")][length_class(length)]
    at = bisect_right(leads, lead)
    if at == 0 or at == len(leads):
        return shares[0] if at == 0 else shares[-1]
    low, high = leads[at - 1], leads[at]
    part = (lead - low) / (high - low) if high > low else 1.0
    return round(shares[at - 1] + part * (shares[at] - shares[at - 1]), 4)


@cache
def _curves() -> dict[str, list[tuple[list[float], list[float]]]]:
    text = (resources.files("worker.language") / "data" / "confidence.json").read_text("utf-8")
    return {
        detector: [(curve["leads"], curve["shares"]) for curve in curves]
        for detector, curves in json.loads(text).items()
    }
