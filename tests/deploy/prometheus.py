"""A real Prometheus with the shipped rules, and what it answers."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.tools import DEPLOY, tool
from tests.kafka_broker import free_ports

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Labels = dict[str, str]


@dataclass(frozen=True)
class Prometheus:
    """Its HTTP API."""

    address: str

    def ask(self, path: str, **query: str) -> Any:
        """The data of an answer. Raises OSError while it does not listen."""
        told = f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with DIRECT.open(told, timeout=30) as answer:
            return json.load(answer)["data"]

    def now(self, expression: str) -> list[tuple[Labels, float]]:
        """The samples of an expression at this moment."""
        found = self.ask("query", query=expression)["result"]
        return [(each["metric"], float(each["value"][1])) for each in found]

    def total(self, expression: str) -> float:
        """The sum of an expression's samples; 0 while Prometheus does not listen or has none."""
        try:
            return sum(value for _, value in self.now(expression))
        except OSError:
            return 0.0

    def ready(self) -> bool:
        """Whether it listens."""
        try:
            self.ask("status/buildinfo")
        except OSError:
            return False
        return True

    def over(
        self, expression: str, start: float, end: float, step: float
    ) -> list[tuple[Labels, list[tuple[float, float]]]]:
        """The lines of an expression between two times, as (time, value)."""
        given = {"start": str(start), "end": str(end), "step": str(step)}
        found = self.ask("query_range", query=expression, **given)["result"]
        return [(each["metric"], [(float(at), float(y)) for at, y in each["values"]]) for each in found]

    def alerts(self) -> list[dict[str, Any]]:
        """What is pending or firing."""
        found: list[dict[str, Any]] = self.ask("alerts")["alerts"]
        return found


@contextmanager
def prometheus(
    folder: Path, jobs: Mapping[str, Sequence[str]], interval: str = "1s", **how: Any
) -> Iterator[Prometheus]:
    """A Prometheus that reads the pages (HOST:PORT) of these jobs and evaluates the shipped rules.

    `how` are more keys of each job: its scheme, its password.
    """
    binary = tool("prometheus", "prometheus")
    (port,) = free_ports(1)
    config: dict[str, Any] = {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [str(DEPLOY / "prometheus" / "*.rules.yaml")],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": list(pages)}], **how}
            for job, pages in jobs.items()
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    options = ["--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    options.append(f"--web.listen-address=127.0.0.1:{port}")
    process = subprocess.Popen([binary, *options], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield Prometheus(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def until(seconds: float, true: Callable[[], bool], what: str) -> None:
    """Wait for something another process will show. Raises AssertionError when the time is up."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.2)  # asks another process; there is nothing to wait on
