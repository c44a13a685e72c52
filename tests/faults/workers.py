"""Workers of the campaign: `tocsin run`, started by its installed console script."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOCSIN = str(Path(sys.executable).with_name("tocsin"))
CRASH = Path(__file__).with_name("crash")
WATCH = "treaty"
WATCHLIST = f"""\
watchlist: campaign
title: What the campaign listens for
language: en
watches:
  - id: {WATCH}
    title: A treaty is signed
    query: treaty
"""
SESSION_SECONDS, TRANSACTION_SECONDS, POLL_SECONDS, REQUEST_SECONDS = 4.0, 5.0, 8.0, 3.0
FUSE = 300
GRACE_SECONDS = 15.0
CLOCK = Path(__file__).with_name("clock") / "step.c"


@dataclass
class Worker:
    """One worker, which may be started again and again.

    `sink`: file, stdout or none; `stdout` counts the articles whose alerts it has printed.
    """

    name: str
    folder: Path
    servers: str
    sink: str = "none"
    process: subprocess.Popen[bytes] | None = None
    stdout: Counter[str] = field(default_factory=Counter)
    reading: threading.Event = field(default_factory=threading.Event)
    starts: int = 0
    more: Mapping[str, str] = field(default_factory=dict)

    def start(self, *, crash: str | None = None, clock: bool = False) -> None:
        """Start it, in its folder. `crash`: see tests/faults/crash; `clock`: so that `step_clock` works."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "watch.yaml").write_text(WATCHLIST)
        self.step_clock(0)
        self.reading.set()
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [TOCSIN, "run"],
                cwd=self.folder,
                env={**os.environ, **self._environment(crash), **(self._stepped() if clock else {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.sink == "stdout" else log,
                stderr=log,
            )
        if self.sink == "stdout":
            threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    @property
    def log(self) -> Path:
        """What it said, all starts of it."""
        return self.folder / "worker.log"

    @property
    def file(self) -> Path:
        """Where its file sink writes."""
        return self.folder / "alerts.jsonl"

    def alive(self) -> bool:
        """Whether it runs (or is stopped)."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.alive():
            assert self.process is not None
            self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.ended(10)

    def ended(self, seconds: float) -> int | None:
        """Its exit code once it has ended; None if it has not within `seconds`."""
        if self.process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(seconds)
        return None

    def delivered(self) -> set[str]:
        """Articles whose alerts its sinks have delivered."""
        found = set(self.stdout)
        if self.sink == "file" and self.file.is_file():
            for line in self.file.read_bytes().splitlines():
                with contextlib.suppress(ValueError):  # a line cut by kill -9
                    found.add(json.loads(line)["article"]["id"])
        return found

    def metrics(self) -> Mapping[str, float]:
        """Its metrics page; empty when it does not answer."""
        address = next((each["address"] for each in reversed(self.said()) if each["event"] == "serving"), "")
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:
                lines = answer.read().decode().splitlines()
        except (OSError, ValueError):
            return {}
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def said(self) -> list[dict[str, Any]]:
        """Its log, line by line."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [each for each in found if isinstance(each, dict)]

    def wait_until_serving(self, seconds: float = 30.0) -> None:
        """Return when this start of it has got as far as joining its group."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.alive():
            if sum(each.get("event") == "started" for each in self.said()) >= self.starts:
                return
            time.sleep(0.05)

    def step_clock(self, seconds: float) -> None:
        """Make its wall clock jump; the monotonic one goes on as ever."""
        (self.folder / "clock").write_text(f"{seconds:.0f}\n")

    def _environment(self, crash: str | None) -> dict[str, str]:
        found = {
            "TOCSIN_BUS__KIND": "kafka",
            "TOCSIN_BUS__BATCH": "6",
            "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": self.servers,
            "TOCSIN_BUS__KAFKA__SESSION_TIMEOUT": str(SESSION_SECONDS),
            "TOCSIN_BUS__KAFKA__TRANSACTION_TIMEOUT": str(TRANSACTION_SECONDS),
            "TOCSIN_BUS__KAFKA__POLL_INTERVAL": str(POLL_SECONDS),
            "TOCSIN_BUS__KAFKA__REQUEST_TIMEOUT": str(REQUEST_SECONDS),
            "TOCSIN_WATCHLISTS__PATHS": "watch.yaml",
            "TOCSIN_LIMITS__DEAD_LETTERS_IN_A_ROW": str(FUSE),
            "TOCSIN_LIMITS__DEAD_LETTER_SHARE": "1",
            "TOCSIN_METRICS__PORT": "0",
            "TOCSIN_SINKS__STDOUT": "true" if self.sink == "stdout" else "false",
        }
        if self.sink == "file":
            found["TOCSIN_SINKS__FILE"] = str(self.file)
        found |= self.more
        if crash is not None:
            found |= {"TOCSIN_TEST_CRASH": crash, "PYTHONPATH": _path(CRASH)}
        return found

    def _stepped(self) -> dict[str, str]:
        library = self.folder / "step.so"
        if not library.exists():
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, CLOCK, "-ldl"], check=True)
        return {"LD_PRELOAD": str(library), "TOCSIN_TEST_CLOCK": str(self.folder / "clock")}

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        while line := process.stdout.readline():
            with contextlib.suppress(ValueError):
                self.stdout[json.loads(line)["article"]["id"]] += 1
            self.reading.wait()


def _path(first: Path) -> str:
    return os.pathsep.join([str(first), *filter(None, [os.environ.get("PYTHONPATH")])])
