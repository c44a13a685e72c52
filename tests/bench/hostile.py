"""What articles that mean harm take: seconds of processor, and memory beyond what the watches need.

    python -m tests.bench.hostile [WATCHES]

Each article is matched in a process of its own, with the budgets the worker has, against watches of which
each hangs on the word that the worst article repeats.
"""

from __future__ import annotations

import gc
import multiprocessing
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from worker.match import Limits, Matcher, MatchVerdict
from worker.rules import parse
from worker.settings import Limits as LimitSettings
from worker.text import Document
from worker.types import Article, Severity
from worker.watchlist import Watch

MEGABYTES = 10


def watches(count: int) -> Iterator[Watch]:
    """Watches that all need `treaty`: words, phrases, proximities, exclusions, a few expressions."""
    forms = (
        "treaty AND word{0}", '"treaty of word{0}"', "treaty NEAR/{1} (word{0} OR treaty)",
        "treaty AND NOT word{0}", "ATLEAST/{1}(treaty)", "treaty SENTENCE word{0}",
    )  # fmt: skip
    for number in range(count):
        query = "/treat[a-z]{5,}/" if number % 2_500 == 0 else forms[number % len(forms)]
        query = query.format(number, 1 + number % 40) if "/treat" not in query else query
        yield Watch(
            id=f"w{number}", watchlist="bench", title="", severity=Severity.LOW, languages=("any",),
            tags=(), query=query, rule=parse(query), version="",
        )  # fmt: skip


def _distinct(count: int) -> str:
    draw = random.Random(1)
    return " ".join(f"{draw.getrandbits(40):x}" for _ in range(count))


ARTICLES: dict[str, Callable[[], str]] = {
    "an ordinary one": lambda: "The two states signed the treaty on Wednesday. " * 60,
    "10 MB of prose": lambda: "The two states met in the harbour on Wednesday. " * (MEGABYTES * 21_800),
    "10 MB of one word that anchors all": lambda: "treaty " * (MEGABYTES * 150_000),
    "1,000 times that word": lambda: "treaty " * 1_000,
    "a million distinct words": lambda: _distinct(1_000_000),
    "10 MB without a space": lambda: "x" * (MEGABYTES << 20),
    "10 MB of Han without a space": lambda: "条约" * (MEGABYTES * 174_000),
}


def main(count: int) -> None:
    """One line for each article."""
    settings = LimitSettings()
    matcher = Matcher(
        list(watches(count)), Limits(float(settings.match_seconds), float(settings.rule_seconds))
    )
    gc.collect()
    gc.freeze()
    budgets = f"a watch may take {settings.rule_seconds} s, an article {settings.match_seconds} s"
    print(f"{count:,} watches; {budgets}")
    for name, make in ARTICLES.items():
        ours, theirs = multiprocessing.Pipe()
        child = multiprocessing.get_context("fork").Process(target=_match, args=(matcher, make, theirs))
        child.start()
        print(f"{name:36}{ours.recv()}", flush=True)
        child.join()


def _match(matcher: Matcher, make: Callable[[], str], answer: Connection) -> None:
    text = make()
    before, begun = _peak(), time.process_time()
    verdict = matcher.match(Document.of(Article(id="a", text=text), "en"))
    took = time.process_time() - begun
    answer.send(f"{took:7.2f} s {_peak() - before:6.0f} MB   {_said(verdict)}")


def _said(verdict: MatchVerdict) -> str:
    budgets = Counter(one.budget for one in verdict.unevaluated)
    could_not = "".join(f", {count:,} could not be evaluated: {name}" for name, count in budgets.items())
    return f"{verdict.evaluated:,} evaluated, {len(verdict.matches):,} rang{could_not}"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
