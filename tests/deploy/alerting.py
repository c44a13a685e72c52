"""`python -m tests.deploy.alerting`: how long it takes from a fault until its alert fires.

One worker a fault, all at once, and a real Prometheus that reads them every 15 seconds and evaluates the
shipped rules as they are. Once all are well, every fault strikes. The table says after how many seconds
the condition was seen (the alert is pending), how long it must last, and when the alert fired.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.deploy.expressions import alerts
from tests.deploy.newsday import Newsday, newsday
from tests.deploy.prometheus import Prometheus, prometheus, until
from tests.end_to_end.worker_process import TOCSIN
from tests.feeds.parts import Answer
from tests.kafka_broker import KafkaBroker

SETTLE_SECONDS = 60.0
TRAFFIC_SECONDS = 5.0


@dataclass
class Fault:
    """Something that goes wrong for one worker. `strikes` does it, `goes_on` follows every few seconds."""

    name: str
    alerts: tuple[str, ...]
    strikes: Callable[[Newsday], object]
    goes_on: Callable[[Newsday], object] = lambda day: day.send(good=3)
    environment: Mapping[str, str] = field(default_factory=dict)


def kill(day: Newsday) -> None:
    day.process.send_signal(signal.SIGKILL)


def sink_away(day: Newsday) -> None:
    path = day.folder / "alerts.jsonl"
    path.rename(day.folder / "kept.jsonl")
    path.mkdir()


def folder_away(day: Newsday) -> None:
    (day.folder / "in").rename(day.folder / "moved")


def feeds_away(day: Newsday) -> None:
    for path in day.site.answers:
        day.site.says(path, Answer(503))


def quiet(_day: Newsday) -> None:
    """Nothing more is sent."""


def on_kafka(broker: KafkaBroker) -> dict[str, str]:
    """The settings of a worker on this broker."""
    return {
        "TOCSIN_BUS__KIND": "kafka",
        "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
    }


def make_topics(broker: KafkaBroker) -> None:
    """The topics of Tocsin on a fresh broker."""
    command = [TOCSIN, "topics", "--create"]
    subprocess.run(command, env={**os.environ, **on_kafka(broker)}, check=True, capture_output=True)


def faults(broker: KafkaBroker) -> list[Fault]:
    return [
        Fault("worker killed", ("TocsinWorkerDown",), kill, quiet),
        Fault(
            "broker killed",
            ("TocsinSourceAway", "TocsinBusAway", "TocsinNoHeartbeat"),
            lambda _: broker.kill(),
            quiet,
            on_kafka(broker),
        ),
        Fault("watched folder gone", ("TocsinSourceAway",), folder_away, quiet),
        Fault("watch-list broken", ("TocsinReloadFailed",), Newsday.break_watchlist),
        Fault(
            "one message in four is none",
            ("TocsinDeadLetters",),
            lambda day: day.send(3, 1),
            lambda day: day.send(3, 1),
        ),
        Fault("sink refuses", ("TocsinSinkFails",), sink_away),
        Fault(
            "every feed down",
            ("TocsinFeedsUnreached", "TocsinFeedsBroken"),
            feeds_away,
            environment={"TOCSIN_SOURCES__POLL_SECONDS": "20"},
        ),
    ]


@dataclass(frozen=True)
class Seen:
    """Seconds from the fault until the alert was pending and until it fired; None if it did not."""

    pending: float | None = None
    firing: float | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=50.0, help="watch so long after the faults")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-alerting-"))
    broker = KafkaBroker(folder / "broker", heap="256m")
    broker.start()
    make_topics(broker)
    try:
        seen = campaign(folder, broker, options.minutes * 60)
    finally:
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)
    print(table(faults(broker), seen, options.minutes))
    return 0 if all(each.pending is not None for each in seen.values()) else 1


def campaign(folder: Path, broker: KafkaBroker, seconds: float) -> dict[tuple[int, str], Seen]:
    """What was seen of each alert of each fault, by the fault's number and the alert's name."""
    planned = faults(broker)
    with ExitStack() as stack:
        days = [
            stack.enter_context(newsday(folder / str(at), broken=False, **fault.environment))
            for at, fault in enumerate(planned)
        ]
        jobs = {f"tocsin-{at}": [day.page] for at, day in enumerate(days)}
        read = stack.enter_context(prometheus(folder, jobs, "15s"))
        until(120, lambda: read.total("up") >= len(days), "all workers are read")
        end = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < end:
            for day in days:
                day.send(good=3)
                day.publish()  # feeds without news would be asked every four hours
            time.sleep(TRAFFIC_SECONDS)
        if early := [each["labels"] for each in read.alerts()]:
            raise SystemExit(f"alerts before any fault: {early}")
        return _watch(read, planned, days, seconds)


def _watch(
    read: Prometheus, planned: Sequence[Fault], days: Sequence[Newsday], seconds: float
) -> dict[tuple[int, str], Seen]:
    struck = time.time()
    for fault, day in zip(planned, days, strict=True):
        fault.strikes(day)
    seen = {(at, name): Seen() for at, fault in enumerate(planned) for name in fault.alerts}
    while time.time() < struck + seconds and any(each.firing is None for each in seen.values()):
        for fault, day in zip(planned, days, strict=True):
            fault.goes_on(day)
        time.sleep(TRAFFIC_SECONDS)
        now = time.time()
        for told in read.alerts():
            for key in seen:
                if (told["labels"]["alertname"], told["labels"]["job"]) == (key[1], f"tocsin-{key[0]}"):
                    pending = datetime.fromisoformat(told["activeAt"]).timestamp() - struck
                    fired = seen[key].firing or (now - struck if told["state"] == "firing" else None)
                    seen[key] = Seen(pending, fired)
    return seen


def table(planned: Sequence[Fault], seen: Mapping[tuple[int, str], Seen], minutes: float) -> str:
    """Markdown: the fault, its alert, seen after, must last, fired after."""
    holds = {alert["alert"]: alert["for"] for alert in alerts()}
    rows = ["| fault | alert | condition seen after | `for` | fired after |", "|---|---|---|---|---|"]
    for (at, name), found in seen.items():
        pending = "—" if found.pending is None else f"{found.pending:.0f} s"
        firing = f"not within {minutes:g} min" if found.firing is None else f"{found.firing:.0f} s"
        rows.append(f"| {planned[at].name} | `{name}` | {pending} | {holds[name]} | {firing} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
