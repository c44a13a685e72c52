"""Fit the table of confidence: `python tests/eval/language/calibrate.py [--weights]`.

For each deciding detector and length of text: isotonic regression (pool adjacent violators) of right
answers on the lead, on the half of the labelled lines that is not measured on, kept as a dozen points.
The table is small, rising, and holds no words. It writes worker/language/data/confidence.json.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict

from lines import ROOT, SETS, labelled

from worker.language import Detector, cascade
from worker.language.cascade import are_confused
from worker.language.confidence import CONFUSED, LENGTHS, length_class
from worker.types import Article

POINTS = 12
MOST = 20_000

# One right and one wrong answer nobody has seen: no table says 1, however few lines there were.
PRIOR = 1.0


def curve(rows: list[tuple[float, int]]) -> dict[str, list[float]]:
    """POINTS leads and shares: equal parts of the rows, smoothed by the prior, then made to rise."""
    rows = sorted(rows)
    binned: list[tuple[float, float]] = []
    for at in range(POINTS):
        part = rows[at * len(rows) // POINTS : (at + 1) * len(rows) // POINTS]
        if part:
            lead = sum(row[0] for row in part) / len(part)
            binned.append((lead, (sum(row[1] for row in part) + PRIOR / 2) / (len(part) + PRIOR)))
    rising: list[list[float]] = []
    for lead, share in binned:
        rising.append([lead, share, 1.0])
        while len(rising) > 1 and rising[-2][1] >= rising[-1][1]:
            last = rising.pop()
            weight = rising[-1][2] + last[2]
            rising[-1] = [(rising[-1][k] * rising[-1][2] + last[k] * last[2]) / weight for k in (0, 1)] + [
                weight
            ]
    return {"leads": [round(row[0], 4) for row in rising], "shares": [round(row[1], 4) for row in rising]}


def print_weights() -> None:
    """Accuracy on lines kept for fitting, with each weight of the cascade smaller and larger than it is."""
    texts = [row for name in SETS for row in labelled(name, test=False, most=2500)]
    print(f"{'':<16}{'weight':>8}{'right':>8}   of {len(texts):,}")
    for name in ("WORD_WEIGHT", "ARBITER_WEIGHT", "LETTER_WEIGHT"):
        chosen = getattr(cascade, name)
        for factor in (0.5, 0.75, 1.0, 1.25, 1.5):
            setattr(cascade, name, chosen * factor)
            cascade._ballot.cache_clear()  # it keeps weighted letters
            detector = Detector(confidence=0.0)
            right = sum(detector.detect_text(text).code == code for code, text in texts)
            print(f"{name:<16}{chosen * factor:>8.3f}{right / len(texts):>8.4f}", flush=True)
        setattr(cascade, name, chosen)
        cascade._ballot.cache_clear()


def main() -> None:
    """Fit and write, or show what other weights would do."""
    if "--weights" in sys.argv[1:]:
        print_weights()
        return
    detector = Detector(confidence=0.0)
    rows: dict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
    for name in SETS:
        for code, text in labelled(name, test=False, most=MOST):
            verdict = detector.explain(Article(id="", text=text))
            if not verdict.votes:
                continue
            at = length_class(verdict.length)
            both = verdict.detector in ("py3langid", "langdetect")
            confused = both and are_confused(verdict.code, verdict.second)
            rows[verdict.detector + CONFUSED * confused, at].append((verdict.lead, int(verdict.code == code)))
    table = {}
    for detector in sorted({name for name, _ in rows}):
        every = [row for at in range(len(LENGTHS) + 1) for row in rows[detector, at]]
        table[detector] = [
            curve(own if len(own := rows[detector, at]) >= 100 else every) for at in range(len(LENGTHS) + 1)
        ]
    file = ROOT / "worker" / "language" / "data" / "confidence.json"
    file.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    print(f"written: {file.relative_to(ROOT)}, from {sum(map(len, rows.values())):,} texts")


if __name__ == "__main__":
    main()
