"""What metrics cost of the pipeline's time, and how large their page gets.

    python -m tests.bench.metrics_cost [ARTICLES.jsonl[.gz]] [--rounds N]

Judges each unit of work without metrics, and times by itself what metrics add: counting the unit and timing
its stages. Processor time, the least of so many rounds. Without a file the demo's articles are used.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import Metric

from tests.bench.corpus import messages_of, read_articles, with_demo
from worker import bootstrap, metrics, pipeline
from worker.bus.gathered import GatheredUnit
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


JUDGING = ("decode", "language", "match", "alert")
"""The stages that time each article; poll and commit time a unit."""


def quickest(work: Callable[[], object], rounds: int) -> float:
    """Seconds of this thread's processor time that `work` takes, the least of all rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        work()
        best = min(best, time.thread_time() - began)
    return best


def cost(records: Sequence[Record], rounds: int) -> tuple[float, float]:
    """(seconds that metrics take, seconds that judging takes without them), for all records.

    What metrics do is timed by itself, since the difference of two judgings is lost in what else a busy
    machine does: counting a unit and timing its stages, less the same with metrics that do nothing.
    """
    clock = SystemClock()
    loaded = bootstrap.load_watchlists(["builtin"])
    measured = bootstrap.build_metrics(Settings(), loaded, clock)
    full = bootstrap.build_pipeline(Settings(), loaded, measured, clock)
    nothing = null_metrics(measured)
    bare = dataclasses.replace(full, metrics=nothing)
    timed = pipeline.stopwatch
    took = judging = 0.0
    for first in range(0, len(records), UNIT):
        unit = records[first : first + UNIT]
        pipeline.stopwatch = Untimed  # type: ignore[misc,assignment]
        judged = judge_all(bare, unit)  # warms up as well
        judging += quickest(partial(judge_all, bare, unit), rounds)
        pipeline.stopwatch = timed  # type: ignore[misc]
        for sign, into, watch in ((1, measured, timed), (-1, nothing, Untimed)):
            took += sign * quickest(partial(pipeline.count, into, unit, judged, clock.now()), 3 * rounds)
            took += sign * quickest(partial(stages, watch, into, clock, len(unit)), 3 * rounds)
    return took, judging


def judge_all(judge: pipeline.Pipeline, unit: Sequence[Record]) -> list[pipeline.Judgement]:
    """What a unit of work comes to."""
    return judge.judge(unit, GatheredUnit(lambda _: False))


def stages(
    watch: Callable[..., AbstractContextManager[None]], into: Metrics, clock: Clock, units: int
) -> None:
    """Time stages in which nothing is done, as often as so many articles would."""
    for _ in range(units):
        for stage in JUDGING:
            with watch(into, stage, clock):
                pass


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
    took, judging = cost(records, options.rounds)
    print(f"{len(records)} articles, the best of {options.rounds} rounds, {judging:.2f} s without metrics")
    print(f"metrics cost {took / judging:.1%} of the time, {took / len(records) * 1e6:.0f} µs an article")
    for rules, lists in ((13, 5), (1_000_000, 5), (1_000_000, 1000)):
        series, size, took = page_of(rules, lists)
        shown = f"{series:,} series, {size / 1000:,.0f} kB, {took:.0f} ms a page"
        print(f"{rules:>9,} rules in {lists:>5,} watch-lists: {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
