"""From an article on the bus to its alert on the bus: `python -m tests.bench.end_to_end ARTICLES.jsonl.gz`.

`--start-kafka` (it needs Java and Maven) or `--kafka HOST:PORT` measures Kafka too. For each bus: first how
many articles a second one worker judges when all are waiting; then, at half that rate, how long an article
takes. The worker is a process of its own, with the built-in watch-lists, or with `--rules N` generated ones
about what stands in the articles, and the default settings. `--workers N` lets so many of them share the
same work on Kafka; `--times N` lets the articles wait so many times over, each time under other ids, to see
whether a worker that catches up grows.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import plain_loop
from tests.bench.corpus import messages_of, read_articles, with_demo
from tests.bench.matching import notation
from tests.bench.matching.rule import BenchRule
from tests.bench.matching.rule_maker import RuleMaker
from tests.bench.places import Place
from worker.alert.envelope import alert_of
from worker.bus.topics import CATALOGUE
from worker.metrics import STAGES
from worker.ports import ALERTS, ARTICLES, Intake
from worker.settings import Settings
from worker.types import Message
from worker.watchlist import BUILTIN

AS_THE_CONSOLE_SCRIPT = """\
from worker.cli import prepare_process
prepare_process()
from tests.bench.member import main
main()
"""
"""A member begins as `tocsin run` does."""

PUT_AT_ONCE = 500
SINGLES_KEPT = 15
"""Of generated rules with a single clause, one in so many is used."""

DEMO_EVERY = 9
"""At the steady rate a tenth of the articles are the demo's, most of which ring: news rarely does, and a
p99 needs alerts."""

LAST_ALERTS_SECONDS = 2.0
"""How long the reader of alerts goes on after the worker has ended."""


@dataclass(frozen=True)
class Figures:
    """What one bus reached. `full` and `steady` are the worker's own account of the two runs."""

    name: str
    full: dict[str, Any]
    steady: dict[str, Any]
    rate: float
    alert_delays: list[float]
    several: Several | None = None


@dataclass(frozen=True)
class Several:
    """What workers of one group reached together."""

    workers: int
    articles_per_second: float
    peak_bytes: int


class Reader(threading.Thread):
    """A reader of the alerts topic that notes when each alert reached it."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place = place
        self.seen: list[tuple[str, float]] = []
        self.ready = threading.Event()
        self.ending = threading.Event()

    def run(self) -> None:
        bus = self.place.bus("reader-" + uuid.uuid4().hex[:8])
        bus.subscribe([ALERTS])
        while not self.ending.is_set():
            records = bus.poll(500, 0.2)
            now = time.time()
            self.seen += [(alert_of(record.value or b"").article.id, now) for record in records]
            self.ready.set()
        bus.close()


def main() -> None:
    options = arguments()
    articles = read_articles(options.articles, options.limit)
    sizes = [len(json.dumps(article, ensure_ascii=False).encode()) for article in articles]
    print(
        f"{len(articles):,} articles of {sum(sizes) / len(sizes) / 1000:.1f} kB in "
        f"{len({article.get('language') for article in articles})} languages; "
        f"{f'{options.rules:,} generated rules' if options.rules else 'built-in watch-lists'}; "
        f"one worker, Python {platform.python_version()}\n"
    )
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder,
        places(options, Path(folder)) as found,
    ):
        rules = draw_rules(articles, options.rules)
        watchlist = write_rules(Path(folder), rules) if rules else BUILTIN
        for name, place in found:
            report(measure(name, place, articles, options, watchlist))
            if options.plain and place.kind == "kafka":
                expressions = [notation.regular_expression(rule) for rule in rules]
                report_plain(plain_loop.run(place, expressions, options.plain))


def draw_rules(articles: list[dict[str, Any]], count: int) -> list[BenchRule]:
    """Machine-made rules about what stands in the articles, of which about one in two rings one.

    A rule with a single clause is about a word that some article has, and rings; few watches are so broad.
    """
    rules = RuleMaker([article.get("text") or "" for article in articles])
    drawn = (rules.rule() for _ in itertools.count())
    singles = itertools.count()
    kept = (rule for rule in drawn if len(rule.required) > 1 or next(singles) % SINGLES_KEPT == 0)
    return list(itertools.islice(kept, count))


def write_rules(folder: Path, rules: Sequence[BenchRule]) -> str:
    """A watch-list of these rules."""
    path = folder / "rules.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"watchlist": "bench", "language": "und"}) + "\n")
        for number, rule in enumerate(rules):
            file.write(json.dumps({"id": f"r{number}", "query": notation.tocsin(rule)}) + "\n")
    return str(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path, help="JSON lines, one article each; .gz or plain")
    kafka = parser.add_mutually_exclusive_group()
    kafka.add_argument("--kafka", metavar="HOST:PORT", help="a broker that runs; topics are made on it")
    kafka.add_argument("--start-kafka", action="store_true", help="start a broker for this run")
    parser.add_argument("--without-embedded", action="store_true", help="measure Kafka alone")
    parser.add_argument("--limit", type=int, help="use only so many articles, spread over the file")
    parser.add_argument("--rules", type=int, default=0, help="so many generated rules, not the built-in ones")
    parser.add_argument("--workers", type=int, default=1, help="on Kafka, also so many workers together")
    parser.add_argument("--times", type=int, default=1, help="the articles wait so many times over")
    parser.add_argument("--share", type=float, default=0.5, help="steady rate as a share of the full one")
    parser.add_argument(
        "--plain", type=int, default=0, help="on Kafka, also a plain loop over so many articles"
    )
    return parser.parse_args()


@contextmanager
def places(options: argparse.Namespace, folder: Path) -> Iterator[Iterator[tuple[str, Place]]]:
    """The places to measure, one after the other; the broker starts when its turn comes."""
    started: list[Any] = []

    def each() -> Iterator[tuple[str, Place]]:
        if not options.without_embedded:
            yield "embedded", Place("embedded", str(folder))
        if options.start_kafka:
            from tests.kafka_broker import KafkaBroker

            broker = KafkaBroker(folder / "kafka")
            started.append(broker)
            broker.start()
            yield "Kafka", Place("kafka", str(folder), broker.bootstrap_servers)
        elif options.kafka:
            yield "Kafka", Place("kafka", str(folder), options.kafka)

    try:
        yield each()
    finally:
        for broker in started:
            broker.kill()


def measure(
    name: str, place: Place, articles: list[dict[str, Any]], options: argparse.Namespace, watchlist: str
) -> Figures:
    place.make_topics()
    intake = place.intake()
    full = run_full(place, intake, articles, watchlist, options.times)
    several = None
    if place.kind == "kafka" and options.workers > 1:
        several = run_several(place, intake, articles, watchlist, options.times, options.workers)
    rate = sum(full["outcomes"].values()) / full["seconds"] * options.share
    steady, alert_delays = run_steady(place, intake, with_demo(articles, DEMO_EVERY), rate, watchlist)
    intake.close()
    return Figures(name, full, steady, rate, alert_delays, several)


def run_full(
    place: Place, intake: Intake, articles: list[dict[str, Any]], watchlist: str, times: int
) -> dict[str, Any]:
    """All articles wait on the bus before the worker may begin."""
    member = Member(place, len(articles) * times, watchlist)
    member.warm_up(intake)
    put_waiting(intake, articles, times)
    member.go()
    return member.result()


def put_waiting(intake: Intake, articles: list[dict[str, Any]], times: int) -> None:
    for _ in range(times):
        messages = messages_of(articles, uuid.uuid4().hex[:8])
        for start in range(0, len(messages), PUT_AT_ONCE):
            intake.put(messages[start : start + PUT_AT_ONCE], {})


def run_several(
    place: Place, intake: Intake, articles: list[dict[str, Any]], watchlist: str, times: int, workers: int
) -> Several:
    """The same by several workers, who share the partitions evenly before they may begin."""
    share = next(spec.partitions for spec in CATALOGUE if spec.name == ARTICLES) // workers
    members = [Member(place, 0, watchlist, share) for _ in range(workers)]
    for member in members:
        member.wait()
    put_waiting(intake, articles, times)
    for member in members:
        member.go()
    results = [member.result() for member in members]
    judged = sum(sum(each["outcomes"].values()) for each in results)
    seconds = max(each["ended"] for each in results) - min(each["began"] for each in results)
    return Several(workers, judged / seconds, max(each["peak_bytes"] for each in results))


def run_steady(
    place: Place, intake: Intake, articles: list[dict[str, Any]], rate: float, watchlist: str
) -> tuple[dict[str, Any], list[float]]:
    """Articles come one by one, `rate` a second; a reader waits for their alerts."""
    reader = Reader(place)
    reader.start()
    reader.ready.wait()
    member = Member(place, len(articles), watchlist)
    member.warm_up(intake)
    member.go()
    put_at = put_steadily(intake, messages_of(articles, uuid.uuid4().hex[:8]), rate)
    result = member.result()
    time.sleep(LAST_ALERTS_SECONDS)
    reader.ending.set()
    reader.join()
    return result, [seen - put_at[id_] for id_, seen in reader.seen if id_ in put_at]


def put_steadily(intake: Intake, messages: Sequence[Message], rate: float) -> dict[str, float]:
    """Put each message when it is due; returns when each article was handed to the bus."""
    put_at: dict[str, float] = {}
    started, sent = time.perf_counter(), 0
    while sent < len(messages):
        due = min(len(messages), int((time.perf_counter() - started) * rate) + 1)
        now = time.time()
        put_at |= {(message.key or b"").decode(): now for message in messages[sent:due]}
        if due > sent:
            intake.put(messages[sent:due], {})
        sent = due
        time.sleep(max(0.0, started + sent / rate - time.perf_counter()))
    return put_at


class Member:
    """A worker process. `partitions`: its share of those of a group; 0 when it is alone."""

    def __init__(self, place: Place, articles: int, watchlist: str, partitions: int = 0) -> None:
        order = {
            "place": asdict(place),
            "articles": articles,
            "partitions": partitions,
            "batch": Settings().bus.batch,
            "watchlist": watchlist,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", AS_THE_CONSOLE_SCRIPT, json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def warm_up(self, intake: Intake) -> None:
        """Give a worker that is alone its first article."""
        warming = {"title": "A first article", "text": "The two states signed a mutual-defence treaty."}
        intake.put(messages_of([warming], uuid.uuid4().hex[:8]), {})
        self.wait()

    def wait(self) -> None:
        """Until it is ready."""
        if self.process.stdout is None or self.process.stdout.readline() != "ready\n":
            raise SystemExit("the worker did not start; its error stands above")

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def result(self) -> dict[str, Any]:
        out, _ = self.process.communicate()
        if self.process.returncode != 0:
            raise SystemExit("the worker failed; its error stands above")
        return json.loads(out)


def report(figures: Figures) -> None:
    full, steady = figures.full, figures.steady
    count = sum(full["outcomes"].values())
    outcomes = ", ".join(f"{name} {number:,}" for name, number in sorted(full["outcomes"].items()))
    print(f"{figures.name}")
    print(f"  full speed    {count / full['seconds']:8,.0f} articles/s   ({outcomes})")
    print(f"  processor     {count / full['cpu']:8,.0f} articles per second of its time")
    spent = {name: full["stages"][name] for name in STAGES}
    spent["other"] = max(0.0, full["seconds"] - sum(spent.values()))
    shares = "  ".join(f"{name} {seconds / full['seconds']:.0%}" for name, seconds in spent.items())
    print(f"  stages        {shares}")
    print(f"  at {figures.rate:,.0f}/s      {line('every article, arrival to commit', steady['delays'])}")
    print(f"                {line('alerts, put to read', figures.alert_delays)}")
    peak, quarter, at_end = (
        each / 1e6 for each in (steady["peak_bytes"], full["quarter_bytes"], full["peak_bytes"])
    )
    growth = f"(a quarter done {quarter:,.0f}, all {at_end:,.0f})"
    print(f"  peak memory   {max(peak, at_end):8,.0f} MB   {growth}")
    if several := figures.several:
        times = several.articles_per_second / (count / full["seconds"])
        print(
            f"  {several.workers} workers     {several.articles_per_second:8,.0f} articles/s   "
            f"({times:.2f} times one; peak memory {several.peak_bytes / 1e6:,.0f} MB each)"
        )
    print(flush=True)


def report_plain(pace: plain_loop.Pace) -> None:
    print("a plain loop on Kafka: langdetect, one regular expression a rule")
    rang = f"(rang {pace.rang} of {pace.articles})"
    print(f"  full speed    {pace.articles / pace.seconds:8,.1f} articles/s   {rang}")
    print(f"  processor     {pace.articles / pace.cpu:8,.1f} articles per second of its time\n", flush=True)


def line(name: str, delays: Sequence[float]) -> str:
    if not delays:
        return f"{name}: none"
    ordered = sorted(delays)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return f"{name}: p50 {p50 * 1000:,.0f} ms, p99 {p99 * 1000:,.0f} ms  ({len(ordered):,})"


if __name__ == "__main__":
    main()
