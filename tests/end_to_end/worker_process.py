"""Starts `tocsin run` by its installed console script, and reads what it left on the embedded bus."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from worker.bus.embedded import EmbeddedBus
from worker.ports import ALERTS, DEAD_LETTERS
from worker.types import Record

TOCSIN = str(Path(sys.executable).with_name("tocsin"))

RINGING = "Under Article 51 of the UN Charter the two states signed a mutual defence treaty on Wednesday."
RUNG = ("mutual-defence-pact", "un-charter-51")
SILENT = "The weather stays mild over the weekend, with some rain in the hills and sun by the lake."


def article(number: int) -> dict[str, Any]:
    """An article; every second one rings."""
    return {
        "id": f"a-{number}",
        "title": f"Report number {number}",
        "text": f"{RINGING if number % 2 == 0 else SILENT} This is report {number} of our correspondent.",
        "published": "2026-11-20T10:00:00Z",
    }


def run(
    folder: Path, *arguments: str, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """`tocsin ARGUMENTS` to its end, in `folder`."""
    return subprocess.run(
        [TOCSIN, *arguments],
        cwd=folder,
        env={**os.environ, "TOCSIN_METRICS__PORT": "0", **environment},
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def started(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`tocsin ARGUMENTS` in the background; killed at the end if it still runs."""
    process = subprocess.Popen(
        [TOCSIN, *arguments],
        cwd=folder,
        env={**os.environ, "TOCSIN_METRICS__PORT": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


def served(process: subprocess.Popen[str]) -> str:
    """The address of the page, from the worker's first lines of log."""
    assert process.stderr is not None
    for line in process.stderr:
        said = json.loads(line)
        if said["event"] == "serving":
            return str(said["address"]).removesuffix("/metrics")
    raise AssertionError("the worker ended before it served")


def metrics(address: str) -> dict[str, float]:
    """Every sample of /metrics by its name with labels."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def everything(database: Path, topic: str) -> list[Record]:
    """All records of a topic of the embedded bus."""
    bus = EmbeddedBus(database, group="reader")
    bus.subscribe([topic])
    found: list[Record] = []
    while batch := bus.poll(500, 0.0):
        found += batch
    bus.close()
    return found


def alerts(database: Path) -> list[dict[str, Any]]:
    """The alerts on the embedded bus."""
    return [json.loads(record.value or b"") for record in everything(database, ALERTS)]


def dead_letters(database: Path) -> list[Record]:
    """The dead letters on the embedded bus."""
    return everything(database, DEAD_LETTERS)
