"""Two feed workers on a real Kafka: each feed is asked by one, and by the other when that one dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from tests.end_to_end.worker_process import TOCSIN, run
from tests.kafka_broker import KafkaBroker

FEEDS = [f"/{number}" for number in range(12)]
PATIENCE = 90.0
"""Seconds to wait for a group to gather, on a machine that may have other things to do."""


class Wire:
    """A site of lively feeds: each answer has one item more, and shows all of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.served = dict.fromkeys(FEEDS, 0)
        self.told = threading.Condition()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = wire.answer(
                    self.path, self.headers.get("User-Agent", ""), self.headers.get("If-None-Match")
                )
                self.send_response(200)
                self.send_header("ETag", f'"{wire.served.get(self.path)}"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, path: str, agent: str, etag: str | None) -> bytes:
        worker = "a" if "a.example" in agent else "b"
        with self.told:
            self.asked.append((path, worker, etag))
            self.served[path] = self.served.get(path, 0) + 1
            self.told.notify_all()
            items = "".join(
                f"<item><title>Report {path}-{n}</title><guid isPermaLink='false'>{path}-{n}</guid></item>"
                for n in range(self.served[path], 0, -1)
            )
        return f'<rss version="2.0"><channel><title>Wire {path}</title>{items}</channel></rss>'.encode()

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until this holds of what was asked."""
        with self.told:
            assert self.told.wait_for(holds, PATIENCE), f"{what}: {self.askers()}"

    def since_now(self) -> None:
        """Forget what was asked."""
        with self.told:
            self.asked.clear()

    def askers(self) -> dict[str, str]:
        """Which workers asked for each feed."""
        found: dict[str, set[str]] = {path: set() for path in FEEDS}
        for path, worker, _ in self.asked:
            found[path].add(worker)
        return {path: "".join(sorted(workers)) for path, workers in found.items()}

    def each_asked(self, times: int) -> bool:
        """Whether each feed was asked so often."""
        return all(sum(path == each for path, _, _ in self.asked) >= times for each in FEEDS)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    found = Wire()
    yield found
    found.close()


@pytest.fixture
def start(
    wire: Wire, kafka_broker: KafkaBroker, tmp_path: Path
) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    environment = {
        "TOCSIN_BUS__KIND": "kafka",
        "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers,
        "TOCSIN_BUS__KAFKA__GROUP": "wire",
        "TOCSIN_BUS__KAFKA__SESSION_TIMEOUT": "6",
        "TOCSIN_SINKS__STDOUT": "false",
        "TOCSIN_METRICS__PORT": "0",
        "TOCSIN_SOURCES__FEEDS": ",".join(wire.base + path for path in FEEDS),
        "TOCSIN_SOURCES__POLL_SECONDS": "1",
        "TOCSIN_SOURCES__ALLOW_NETWORKS": "127.0.0.0/8",
    }
    made = run(tmp_path, "topics", "--create", **environment)
    assert made.returncode == 0, made.stdout + made.stderr

    def started(name: str) -> subprocess.Popen[bytes]:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [TOCSIN, "run"],
                cwd=folder,
                env={**os.environ, **environment, "TOCSIN_SOURCES__CONTACT": f"https://{name}.example"},
                stdout=log,
                stderr=log,
            )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.wait()


def both(wire: Wire) -> bool:
    """Whether each worker has its share."""
    return set(wire.askers().values()) == {"a", "b"}


def settled(wire: Wire, what: str) -> None:
    """Wait until each feed was asked three times over by one worker alone, both having a share."""
    wire.until(lambda: {worker for _, worker, _ in wire.asked} == {"a", "b"}, what)
    wire.since_now()  # the newcomer has its share, so whoever had it before has let go
    wire.until(lambda: wire.each_asked(3), what)
    assert both(wire), wire.askers()


def test_feeds_are_divided_handed_over_and_never_asked_by_two(
    wire: Wire, start: Callable[[str], subprocess.Popen[bytes]], kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    first = start("a")
    wire.until(lambda: wire.each_asked(1), "one worker asks all")
    second = start("b")
    settled(wire, "two workers share")
    orphans = [path for path, worker in wire.askers().items() if worker == "a"]

    first.send_signal(signal.SIGKILL)
    first.wait()
    wire.since_now()
    wire.until(lambda: wire.each_asked(2), "the other takes over")
    assert set(wire.askers().values()) == {"b"}
    taken = {path: etag for path, _, etag in reversed(wire.asked) if path in orphans}
    assert orphans
    assert all(taken.values()), f"what the dead worker knew came along: {taken}"

    third = start("a")
    settled(wire, "who comes back gets a share")

    with wire.told:
        served = dict(wire.served)
    wire.since_now()
    wire.until(lambda: wire.each_asked(2), "what was served before is published by now")
    for process in (second, third):
        process.terminate()
        assert process.wait(60) == 0
    assert_none_lost(served, kafka_broker)
    assert_listed(wire, kafka_broker, tmp_path)


def assert_listed(wire: Wire, kafka_broker: KafkaBroker, folder: Path) -> None:
    """`tocsin feeds list` knows of every feed what whichever worker had it last remembered."""
    environment = {
        "TOCSIN_BUS__KIND": "kafka",
        "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers,
        "TOCSIN_SOURCES__FEEDS": ",".join(wire.base + path for path in FEEDS),
    }
    told = run(folder, "feeds", "list", "--json", **environment)
    assert told.returncode == 0, told.stderr
    assert [json.loads(line)["state"] for line in told.stdout.splitlines()] == ["ok"] * len(FEEDS)


def assert_none_lost(served: dict[str, int], kafka_broker: KafkaBroker) -> None:
    """Every item that was served is on the topic."""
    consumer = KafkaConsumer(
        "tocsin.articles",
        bootstrap_servers=kafka_broker.bootstrap_servers,
        auto_offset_reset="earliest",
        consumer_timeout_ms=5000,
    )
    ours = (record.value for record in consumer if b"Report /" in (record.value or b""))  # others use it too
    titles = {json.loads(value).get("title") for value in ours}
    consumer.close()
    missing = [
        f"Report {path}-{n}"
        for path, count in served.items()
        for n in range(1, count + 1)
        if f"Report {path}-{n}" not in titles
    ]
    assert missing == []
