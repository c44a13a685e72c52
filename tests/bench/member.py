"""The worker under measurement, in a process of its own, so that its memory and time are its own.

It judges one article to warm up, says `ready`, waits for a line, judges as many articles as it was told,
and prints what that took as one line of JSON: seconds, stages, outcomes, delays, peak memory. One of several
is told how many partitions are its share instead: it is ready when it has them, and done when nothing comes.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from array import array
from collections import Counter

from tests.bench.places import Place
from worker import metrics
from worker.batching import BatchSize
from worker.bootstrap.runtime import settle_in
from worker.clock import SystemClock
from worker.fuse import Fuse
from worker.language import Detector
from worker.match import Matcher
from worker.metrics import STAGES
from worker.pipeline import Journal, Judgement, Pipeline, Worker
from worker.ports import ARTICLES
from worker.settings import Settings
from worker.types import Article, Record
from worker.watchlist import load

GROUP = "bench"


class Ledger(Journal):
    """Keeps each article's outcome, and its seconds from arrival on the bus to the commit."""

    def __init__(self) -> None:
        self.delays = array("d")  # of a million, so small that a worker's own growth shows
        self.outcomes: Counter[str] = Counter()

    def judged(self, record: Record, judgement: Judgement) -> None:
        self.delays.append(max(0.0, time.time() - record.timestamp))
        self.outcomes[judgement.outcome.value] += 1


def worker_on(place: Place, journal: Journal, batch: int, watchlist: str) -> Worker:
    settings = Settings()
    measures = metrics.create("bench", place.kind)
    detector = Detector(settings.language.sample, settings.language.minimum, settings.language.confidence)
    matcher = Matcher(load([watchlist]).watches)
    pipeline = Pipeline(detector, matcher, SystemClock(), measures, "bench", settings.limits.article_bytes)
    settle_in(pipeline)
    bus = place.bus(GROUP)
    bus.subscribe([ARTICLES])
    return Worker(bus, pipeline, journal, BatchSize(batch), Fuse(settings.limits.dead_letters_in_a_row))


def stages(worker: Worker) -> dict[str, float]:
    """Seconds spent in each stage so far, as `tocsin_stage_seconds` tells them."""
    seconds_of = worker.pipeline.metrics.registry.get_sample_value
    return {stage: seconds_of("tocsin_stage_seconds_sum", {"stage": stage}) or 0.0 for stage in STAGES}


def work(worker: Worker, articles: int) -> dict[str, float]:
    """Judge so many; of their number unknown (0), until nothing comes. Returns when it began and ended."""
    done, quarter_bytes = 0, 0
    began = ended = time.time()
    while not articles or done < articles:
        handled = worker.step(1.0)
        if not handled and not articles:
            break
        if handled:
            done, ended = done + handled, time.time()
        if not quarter_bytes and done * 4 >= articles:
            quarter_bytes = peak_bytes()
    return {"began": began, "ended": ended, "quarter_bytes": quarter_bytes}


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def warm_up(worker: Worker) -> None:
    """One article that waits for this worker."""
    work(worker, 1)
    print("ready", flush=True)
    sys.stdin.readline()


def gather(worker: Worker, partitions: int) -> None:
    """Have this many partitions, and stay in the group, without reading, until all others have theirs."""
    treaty = "The two states signed a mutual-defence treaty."
    worker.pipeline.judge_article(Article(id="warm", title="A first article", text=treaty))
    told = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()
    while len(worker.bus.lag()) != partitions:
        worker.step(0.5)
    print("ready", flush=True)
    while not told.is_set():
        worker.bus.stay()


def main() -> None:
    order = json.loads(sys.argv[1])
    ledger = Ledger()
    worker = worker_on(Place(**order["place"]), ledger, order["batch"], order["watchlist"])
    if order["partitions"]:
        gather(worker, order["partitions"])
    else:
        warm_up(worker)
    del ledger.delays[:]
    ledger.outcomes.clear()
    before = stages(worker)
    started, cpu = time.perf_counter(), time.process_time()
    worked = work(worker, order["articles"])
    peak = peak_bytes()
    result = {
        **worked,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "stages": {name: total - before[name] for name, total in stages(worker).items()},
        "delays": ledger.delays.tolist(),
        "outcomes": ledger.outcomes,
        "peak_bytes": peak,
    }
    worker.bus.close()
    print(json.dumps(result), flush=True)
