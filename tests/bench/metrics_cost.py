"""What metrics cost of the pipeline's time, and how large their page gets.

    python -m tests.bench.metrics_cost [ARTICLES.jsonl[.gz]] [--rounds N]

Every round judges and counts each unit of work twice, with metrics as they are and with metrics that do
nothing (stopwatches off too), and takes processor time. Without a file the demo's articles are used.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prometheus_client import Metric

from tests.bench.corpus import messages_of, read_articles, with_demo
from worker import bootstrap, metrics, pipeline
from worker.clock import Clock, SystemClock
from worker.metrics import Metrics
from worker.settings import Settings
from worker.types import Record

UNIT = 20
"""Messages in a unit of work, as a worker takes them that keeps up."""


class Untimed:
    """A stopwatch that looks at no clock."""

    def __init__(self, *_parts: object) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_raised: object) -> None: ...


class Nothing:
    """Takes every call of a counter, gauge or histogram and does nothing."""

    def labels(self, *_values: object, **_labels: object) -> Nothing:
        return self

    def inc(self, _amount: float = 1) -> None: ...

    def set(self, _value: float) -> None: ...

    def collect(self) -> list[Metric]:
        """One family without samples."""
        return [Metric("nothing", "Nothing.", "counter")]

    def observe(self, _value: float) -> None: ...


def null_metrics(measured: Metrics) -> Metrics:
    """Metrics whose every part does nothing."""
    names = [each.name for each in dataclasses.fields(measured) if each.name != "registry"]
    return dataclasses.replace(measured, **{name: Nothing() for name in names})  # type: ignore[arg-type]


def judged(judge: pipeline.Pipeline, records: Sequence[Record], clock: Clock) -> float:
    """Seconds of this thread's processor time to judge and count a unit of work, as the worker does."""
    began = time.thread_time()
    judgements = [judge.judge(record, lambda _: True) for record in records]
    pipeline.count(judge.metrics, records, judgements, clock.now())
    return time.thread_time() - began


def compare(records: Sequence[Record], rounds: int) -> tuple[float, float]:
    """(seconds with metrics, seconds without): of each unit of work its quickest of all rounds, added up.

    Both are tried on a unit one after the other, in turn who is first, so that what else the machine
    does falls on both.
    """
    clock = SystemClock()
    loaded = bootstrap.load_watchlists(["builtin"])
    measured = bootstrap.build_metrics(Settings(), loaded, clock)
    full = bootstrap.build_pipeline(Settings(), loaded, measured, clock)
    bare = dataclasses.replace(full, metrics=null_metrics(measured))
    stopwatch = pipeline.stopwatch
    units = [records[first : first + UNIT] for first in range(0, len(records), UNIT)]
    best = {name: [float("inf")] * len(units) for name in ("with", "without")}
    for turn in range(rounds + 1):  # the first warms up: tables are read, caches filled
        for at, unit in enumerate(units):
            for name in ("with", "without") if (turn + at) % 2 else ("without", "with"):
                pipeline.stopwatch = stopwatch if name == "with" else Untimed  # type: ignore[misc,assignment]
                took = judged(full if name == "with" else bare, unit, clock)
                best[name][at] = min(best[name][at], took)
    pipeline.stopwatch = stopwatch  # type: ignore[misc]
    return sum(best["with"]), sum(best["without"])


def page_of(rules: int, lists: int) -> tuple[int, int, float]:
    """(series, bytes, milliseconds) of a page when so many rules stand in so many watch-lists."""
    measured = metrics.create("0", "kafka")
    measured.show_watchlists({f"list-{at}": rules // lists for at in range(lists)})
    began = time.process_time()
    page = measured.page()
    took = time.process_time() - began
    series = sum(not line.startswith(b"#") for line in page.splitlines())
    return series, len(page), took * 1000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    articles: list[dict[str, Any]]
    articles = read_articles(options.articles, 300) if options.articles else with_demo([{}] * 300, 1)[1::2]
    records = [
        Record(message.topic, 0, at, message.key, message.value, message.headers, time.time())
        for at, message in enumerate(messages_of(articles, "m"))
    ]
    full, bare = compare(records, options.rounds)
    print(f"{len(records)} articles, the best of {options.rounds} rounds, {bare:.2f} s without metrics")
    each = (full - bare) / len(records)
    print(f"metrics cost {full / bare - 1:.1%} of the time, {each * 1e6:.0f} µs an article")
    for rules, lists in ((13, 5), (1_000_000, 5), (1_000_000, 1000)):
        series, size, took = page_of(rules, lists)
        shown = f"{series:,} series, {size / 1000:,.0f} kB, {took:.0f} ms a page"
        print(f"{rules:>9,} rules in {lists:>5,} watch-lists: {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
