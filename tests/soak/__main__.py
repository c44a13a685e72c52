"""`python -m tests.soak --minutes 30`: a steady rate, members that come and go, and what grows.

One broker and two workers on 127.0.0.1; a third joins and leaves every minute, in order and by kill -9 in
turn. Every few seconds each worker's memory and open files are read from its metrics page, and every
alert is timed from the moment its article was handed over. At the end: trends, drift, an SVG, and whether
each article rang exactly once. Exit code 1 when not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.ledger import TREATY, WEATHER
from tests.faults.readers import consumer, partitions
from tests.faults.workers import GRACE_SECONDS, Worker
from tests.kafka_broker import KafkaBroker
from tests.soak.plot import Points, slope, svg
from worker.bus.kafka_settings import KafkaSettings, SecurityProtocol
from worker.bus.kafka_topics import KafkaTopics
from worker.bus.topics import CATALOGUE

RINGS_EVERY = 4
BLOCK_SECONDS = 30.0
WARM_UP = 0.2
"""The share of the time that is left out of the trends: caches and pools fill at first."""

STEADY = {"TOCSIN_BUS__BATCH": "1000", "TOCSIN_LIMITS__DEAD_LETTERS_IN_A_ROW": "1000"}


@dataclass
class Findings:
    """What was seen: (minute, value) for each worker, and (minute put, seconds) for each alert."""

    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    files: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    delays: list[tuple[float, float]] = field(default_factory=list)
    rung: Counter[str] = field(default_factory=Counter)
    put: dict[str, float] = field(default_factory=dict)
    rebalances: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=40.0, help="articles a second")
    parser.add_argument("--svg", type=Path, default=Path("soak.svg"), help="where the plot goes")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-soak-"))
    broker = KafkaBroker(folder / "kafka", heap="384m")
    workers = [Worker(name, folder / name, broker.bootstrap_servers, more=STEADY) for name in "abc"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # through `finally`
    try:
        broker.start()
        findings = soak(broker, workers, options.minutes, options.rate)
    finally:
        for worker in workers:
            worker.kill()
        broker.kill()
    options.svg.write_text(drawn(findings, options.minutes))
    wrong = report(findings, options)
    if wrong:
        print(f"logs: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def soak(broker: KafkaBroker, workers: Sequence[Worker], minutes: float, rate: float) -> Findings:
    settings = KafkaSettings(
        bootstrap_servers=(broker.bootstrap_servers,), security_protocol=SecurityProtocol.PLAINTEXT
    )
    topics = KafkaTopics(settings)
    topics.create(CATALOGUE)
    topics.close()
    findings, ending, began = Findings(), threading.Event(), time.monotonic()
    reader = threading.Thread(target=read, args=(broker.bootstrap_servers, findings, ending, began))
    *steady, guest = workers
    for worker in steady:
        worker.start()
        worker.wait_until_serving()
    reader.start()
    watchers = [
        threading.Thread(target=watch, args=(steady, findings, ending, began)),
        threading.Thread(target=come_and_go, args=(guest, findings, ending)),
    ]
    for each in watchers:
        each.start()
    put(broker.bootstrap_servers, findings, began, minutes * 60, rate)
    expected = {name for name in findings.put if int(name.rpartition("-")[2]) % RINGS_EVERY == 0}
    deadline = time.monotonic() + 120
    while findings.rung.keys() != expected and time.monotonic() < deadline:
        time.sleep(0.5)
    ending.set()
    for each in (*watchers, reader):
        each.join()
    return findings


def put(servers: str, findings: Findings, began: float, seconds: float, rate: float) -> None:
    """Articles one by one, evenly, until the time is up."""
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=2)
    number = 0
    while (now := time.monotonic() - began) < seconds:
        if number > now * rate:
            time.sleep(number / rate - now)
        name = f"s-{number}"
        text = f"{TREATY if number % RINGS_EVERY == 0 else WEATHER} This is report {name}."
        findings.put[name] = time.monotonic()
        value = json.dumps({"id": name, "title": f"Report {name}", "text": text}).encode()
        producer.send("tocsin.articles", key=name.encode(), value=value)
        number += 1
    producer.flush()
    producer.close()


def read(servers: str, findings: Findings, ending: threading.Event, began: float) -> None:
    """Every committed alert, with the time it took."""
    found = consumer(servers)
    found.assign(partitions(found, ["tocsin.alerts"]))
    while not ending.is_set():
        batches = found.poll(timeout_ms=200)
        now = time.monotonic()
        for record in (each for batch in batches.values() for each in batch):
            name = json.loads(record.value)["article"]["id"]
            findings.rung[name] += 1
            at = findings.put[name]
            findings.delays.append(((at - began) / 60, now - at))
    found.close()


def watch(workers: Sequence[Worker], findings: Findings, ending: threading.Event, began: float) -> None:
    """Memory and open files of the steady workers, every five seconds."""
    while not ending.wait(5.0):
        minute = (time.monotonic() - began) / 60
        for worker in workers:
            page = worker.metrics()
            if page:
                megabytes = page["process_resident_memory_bytes"] / 1e6
                findings.memory.setdefault(worker.name, []).append((minute, megabytes))
                findings.files.setdefault(worker.name, []).append((minute, page["process_open_fds"]))


def come_and_go(guest: Worker, findings: Findings, ending: threading.Event) -> None:
    """A member that stays half a minute, leaves in order or by kill -9, and comes again."""
    while not ending.wait(BLOCK_SECONDS):
        guest.start()
        ending.wait(BLOCK_SECONDS)
        guest.signal(signal.SIGKILL if findings.rebalances % 4 else signal.SIGTERM)
        with contextlib.suppress(AssertionError):
            guest.ended(GRACE_SECONDS)
        findings.rebalances += 2


def drawn(findings: Findings, minutes: float) -> str:
    """Memory, files and delays over time."""
    blocks = percentiles(findings.delays)
    charts: list[tuple[str, dict[str, Points]]] = [
        ("memory, MB", dict(findings.memory)),
        ("open files", dict(findings.files)),
        ("article to alert, seconds, in half minutes", {name: blocks[name] for name in ("p50", "p99")}),
    ]
    return svg(charts, minutes)


def percentiles(delays: Points) -> dict[str, list[tuple[float, float]]]:
    """p50 and p99 of each half minute."""
    blocks: dict[int, list[float]] = {}
    for minute, seconds in delays:
        blocks.setdefault(int(minute * 60 / BLOCK_SECONDS), []).append(seconds)
    found: dict[str, list[tuple[float, float]]] = {"p50": [], "p99": []}
    for block, values in sorted(blocks.items()):
        ordered = sorted(values)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            at = min(len(ordered) - 1, int(len(ordered) * share))
            found[name].append(((block + 0.5) * BLOCK_SECONDS / 60, ordered[at]))
    return found


def report(findings: Findings, options: Any) -> list[str]:
    """Print what was found; returns what was wrong."""
    settled = options.minutes * WARM_UP
    print(
        f"{len(findings.put):,} articles in {options.minutes:g} minutes, {options.rate:g}/s, "
        f"{findings.rebalances} joins and departures"
    )
    for name in findings.memory:
        memory = [point for point in findings.memory[name] if point[0] >= settled]
        files = [point for point in findings.files[name] if point[0] >= settled]
        if not memory:
            continue
        print(
            f"  worker {name}: memory {memory[0][1]:.0f} → {memory[-1][1]:.0f} MB "
            f"({slope(memory) * 60:+.1f} MB an hour), open files {files[0][1]:.0f} → {files[-1][1]:.0f} "
            f"({slope(files) * 60:+.1f} an hour)"
        )
    blocks = percentiles([point for point in findings.delays if point[0] >= settled])
    for name, points in blocks.items():
        if points:
            third = max(1, len(points) // 3)
            first, last = (sum(y for _, y in part) / len(part) for part in (points[:third], points[-third:]))
            hourly = slope(points) * 60_000
            print(
                f"  article to alert, {name}: {first * 1000:,.0f} ms in the first third, "
                f"{last * 1000:,.0f} ms in the last ({hourly:+,.0f} ms an hour)"
            )
    expected = {name for name in findings.put if int(name.rpartition("-")[2]) % RINGS_EVERY == 0}
    missing = expected - findings.rung.keys()
    twice = [name for name, count in findings.rung.items() if count > 1]
    print(f"  {len(findings.rung):,} alerts; {len(missing)} missing, {len(twice)} more than once")
    print(f"  plot: {options.svg}")
    return [*missing, *twice]


if __name__ == "__main__":
    sys.exit(main())
