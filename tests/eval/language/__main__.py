"""Print how well languages are told: `python tests/eval/language [--lines N] [--errors] [--without NAME]…`.

Our cascade, langdetect, py3langid and lingua (low accuracy mode: its tables for all languages otherwise take
more than a gigabyte), those that are installed, on the same held-back texts in one run. Accuracy over the
languages langdetect knows and over all, by language; confusions; mean and 99th percentile of time; and how
often our answers given with a probability are right.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from itertools import pairwise

from contenders import CONTENDERS, Told
from lines import LANGDETECT_KNOWS, SETS, labelled

Answers = list[tuple[str, Told]]


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2000, help="texts of each set, by a fixed lot; 0: all")
    parser.add_argument("--without", action="append", default=[], choices=list(CONTENDERS))
    parser.add_argument("--languages", action="store_true", help="also accuracy by language")
    parser.add_argument("--errors", action="store_true", help="also each text we got wrong")
    options = parser.parse_args()
    texts = {name: labelled(name, test=True, most=options.lines or None) for name in SETS}
    print("held-back texts:", ", ".join(f"{len(rows):,} {name}" for name, rows in texts.items()), "\n")
    print(f"{'':<12}{'':<12}{'known':>8}{'all':>8}{'mean µs':>9}{'p99 µs':>8}   (known: to langdetect)")
    ours: Answers = []
    for name, build in CONTENDERS.items():
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


def print_reliability(answers: Answers) -> None:
    """Of the answers given with a probability, the share that were right; a perfect table is the diagonal."""
    print("\nprobability    answers   said   right")
    edges = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)
    for low, high in pairwise(edges):
        own = [row for row in answers if low <= row[1].confidence < high and row[1].code != "und"]
        if own:
            said = sum(told.confidence for _, told in own) / len(own)
            right = accuracy(own)
            bar = "█" * round(40 * right)
            place = round(40 * said)
            plot = f"{bar:<41}"[:place] + "|" + f"{bar:<41}"[place + 1 :]
            print(f"{low:.2f} to {min(high, 1):.2f}{len(own):>9,}{said:>7.3f}{right:>8.3f}   {plot}")
    undecided = sum(told.code == "und" for _, told in answers)
    print(f"undetermined{undecided:>10,}          (the bar is what was right, the mark what was said)")


if __name__ == "__main__":
    main()
