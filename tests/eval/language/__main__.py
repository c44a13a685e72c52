"""Print how well languages are told: `python tests/eval/language [--lines N] [--errors] [--plot FILE]…`.

Our cascade, langdetect, py3langid and lingua (low accuracy mode: its tables for all languages otherwise take
more than a gigabyte), those that are installed, on the same held-back texts in one run. Accuracy over the
languages langdetect knows and over all, by language; confusions; mean and 99th percentile of time; and how
often our answers given with a probability are right.

What is printed is measured on the held-back half of a lot (`lines.SALT`) that was drawn when most lists and
weights stood; they had been seen to work on a half of an earlier lot. What came later (the yat, the marks of
Galician, function words, confidence) was fitted without sight of this half, but for articles: every error
among them was looked at (`--disagreements`).
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from contenders import CONTENDERS, Told, plain
from lines import LANGDETECT_KNOWS, SETS, labelled

Answers = list[tuple[str, Told]]


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2000, help="texts of each set, by a fixed lot; 0: all")
    parser.add_argument("--without", action="append", default=[], choices=list(CONTENDERS))
    parser.add_argument("--plain", action="store_true", help="ours as a command does it, without loops")
    parser.add_argument("--languages", action="store_true", help="also accuracy by language")
    parser.add_argument("--errors", action="store_true", help="also each text we got wrong")
    parser.add_argument("--disagreements", action="store_true", help="only: articles whose label we deny")
    parser.add_argument("--plot", type=Path, help="write said against right, as SVG, to this file")
    options = parser.parse_args()
    if options.disagreements:
        print_disagreements()
        return
    texts = {name: labelled(name, test=True, most=options.lines or None) for name in SETS}
    print("held-back texts:", ", ".join(f"{len(rows):,} {name}" for name, rows in texts.items()), "\n")
    print(f"{'':<12}{'':<12}{'known':>8}{'all':>8}{'mean µs':>9}{'p99 µs':>8}   (known: to langdetect)")
    ours: Answers = []
    contenders = {**CONTENDERS, "tocsin": plain} if options.plain else CONTENDERS
    for name, build in contenders.items():
        if name in options.without:
            continue
        try:
            tell = build()
        except ImportError:
            print(f"{name:<12}not installed")
            continue
        for kind, rows in texts.items():
            answers, spent = measured(tell, rows)
            print_row(name, kind, answers, spent)
            if name == "tocsin":
                ours += answers
                print_confusions(answers)
                if options.languages:
                    print_languages(answers)
                if options.errors:
                    print_errors(rows, answers)
    print_reliability(ours)
    if options.plot:
        options.plot.write_text(svg(ours), "utf-8")


def measured(tell, rows) -> tuple[Answers, list[float]]:
    """(true language, answer) of each text, and the seconds each took, of the processor."""
    for _, text in rows[:20]:
        tell(text)
    answers, spent = [], []
    for code, text in rows:
        began = time.thread_time()
        told = tell(text)
        spent.append(time.thread_time() - began)
        answers.append((code, told))
    return answers, sorted(spent)


def accuracy(answers: Answers) -> float:
    return sum(code == told.code for code, told in answers) / max(1, len(answers))


def print_row(name: str, kind: str, answers: Answers, spent: list[float]) -> None:
    known = [row for row in answers if row[0] in LANGDETECT_KNOWS]
    mean, p99 = sum(spent) / len(spent) * 1e6, spent[int(len(spent) * 0.99)] * 1e6
    print(
        f"{name:<12}{kind:<12}{accuracy(known):>8.4f}{accuracy(answers):>8.4f}{mean:>9.0f}{p99:>8.0f}",
        flush=True,
    )


def print_confusions(answers: Answers) -> None:
    pairs = Counter(f"{code}→{told.code}" for code, told in answers if code != told.code)
    print(f"{'':<24}", "  ".join(f"{pair} {count}" for pair, count in pairs.most_common(9)))


def print_languages(answers: Answers) -> None:
    for code in sorted({code for code, _ in answers}):
        own = [row for row in answers if row[0] == code]
        print(f"{'':<24} {code:<4}{accuracy(own):>7.3f} of {len(own)}")


def print_errors(rows, answers: Answers) -> None:
    for (code, text), (_, told) in zip(rows, answers, strict=True):
        if code != told.code:
            print(f"    {code}→{told.code} {told.confidence:.2f} {told.detector}: {text[:90]!r}")


def print_disagreements() -> None:
    """Every article of both halves whose label is not what we say, with what langdetect and py3langid say.

    A label that all detectors deny is likely the data's mistake; it still counts as ours everywhere else.
    """
    tell, *others = (CONTENDERS[name]() for name in ("tocsin", "langdetect", "py3langid"))
    rows = [row for test in (True, False) for row in labelled("articles", test=test)]
    rows = [row for row in rows if row[0] in LANGDETECT_KNOWS]
    wrong = [(code, text, told) for code, text in rows if (told := tell(text)).code != code]
    for code, text, told in wrong:
        denied = [other(text).code for other in others]
        verdict = "label denied by all" if code not in denied else "ours"
        start = " ".join(text.split())[:70]
        print(f"{code}→{told.code} {told.confidence:.2f}  others {' '.join(denied):<6} {verdict}: {start!r}")
    print(f"{len(wrong)} of {len(rows):,}: {1 - len(wrong) / max(1, len(rows)):.4f}")


def print_reliability(answers: Answers) -> None:
    """Of the answers given with a probability, the share that were right; a perfect table is the diagonal."""
    print("\nprobability    answers   said   right")
    for low, high, count, said, right in reliability(answers):
        bar = "█" * round(40 * right)
        place = round(40 * said)
        plot = f"{bar:<41}"[:place] + "|" + f"{bar:<41}"[place + 1 :]
        print(f"{low:.2f} to {min(high, 1):.2f}{count:>9,}{said:>7.3f}{right:>8.3f}   {plot}")
    undecided = sum(told.code == "und" for _, told in answers)
    print(f"undetermined{undecided:>10,}          (the bar is what was right, the mark what was said)")


EDGES = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)


def reliability(answers: Answers) -> list[tuple[float, float, int, float, float]]:
    """(from, to, answers, mean probability said, share right) of each class that has answers."""
    rows = []
    for low, high in pairwise(EDGES):
        own = [row for row in answers if low <= row[1].confidence < high and row[1].code != "und"]
        if own:
            said = sum(told.confidence for _, told in own) / len(own)
            rows.append((low, high, len(own), said, accuracy(own)))
    return rows


def svg(answers: Answers) -> str:
    """Said against right: a point for each class of probability, and the diagonal."""
    side, edge = 400, 50
    scale = side - 2 * edge
    points = []
    for low, high, count, said, right in reliability(answers):
        x, y = edge + said * scale, side - edge - right * scale
        title = f"{low:.2f} to {min(high, 1):.2f}: {count:,} answers, said {said:.3f}, right {right:.3f}"
        radius = 2 + math.log10(count) * 2
        points.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#b3261e">'
            f"<title>{title}</title></circle>"
        )
    ticks = [
        f'<text x="{edge + part * scale}" y="{side - edge + 18}" text-anchor="middle">{part}</text>'
        f'<text x="{edge - 8}" y="{side - edge - part * scale + 4}" text-anchor="end">{part}</text>'
        for part in (0, 0.5, 1)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" font-family="sans-serif" '
            f'font-size="13" role="img" aria-label="Probability said against share of right answers">',
            f'<rect width="{side}" height="{side}" fill="#ffffff"/>',
            f'<path d="M{edge} {side - edge}L{side - edge} {edge}" stroke="#8a8a8a" stroke-dasharray="4"/>',
            f'<path d="M{edge} {edge}V{side - edge}H{side - edge}" stroke="#8a8a8a" fill="none"/>',
            *ticks,
            *points,
            f'<text x="{side / 2}" y="{side - 12}" text-anchor="middle">probability said</text>',
            f'<text x="16" y="{side / 2}" text-anchor="middle" '
            f'transform="rotate(-90 16 {side / 2})">share right</text>',
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    main()
