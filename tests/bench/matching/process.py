"""An engine under measurement as a process of its own: its time and memory are its own.

The protocol, on its standard input and output. At first it reads its rules and says
`{"built": seconds, "memory": bytes, "rules": n}`. Then it is given orders, a line each, and answers each
with a line of JSON:

    warm SECONDS         match for so long: {"rate": articles a second}
    round COUNT          match the first COUNT texts once each: the fields of `Round`
    matches COUNT PATH   write text<TAB>rule, both counted from 0, for every match: {}

Seconds are processor time of the whole process, compiler and collector included; the nanoseconds of one
article are processor time of the matching thread. Other programs on the machine take nothing of either,
though they take of the caches. Every process inherits the one core that the benchmark has chosen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETTLED_AFTER = 3
"""Turns of warming without gain after which an engine is warm."""

NO_FASTER = 1.03
"""What counts as a gain."""


@dataclass(frozen=True)
class Round:
    """The first texts matched once each. Totals are over all of them; `peak` is 0 where it is not known.
    quoting: the time of one more turn in which every span is quoted."""

    cpu: float
    wall: float
    evaluated: int
    matched: int
    spans: int
    nanoseconds: list[int]
    peak: int = 0
    quoting: float = 0.0


@dataclass(frozen=True)
class Built:
    """What reading the rules took: seconds and bytes."""

    built: float
    memory: int
    rules: int


class EngineFailed(RuntimeError):
    """An engine's process ended; what it had to say stands on standard error."""


class Engine:
    """A running engine. Making one starts it and returns once its rules are read."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.built = Built(**self._answer())

    def warm(self, seconds: float) -> float:
        """Match for so long; articles a second."""
        return float(self._ask(f"warm {seconds}")["rate"])

    def settle(self, seconds: float, most: float) -> float:
        """Match until it gets no faster, `seconds` at a time and `most` in all; articles a second at last.

        A virtual machine compiles for a minute or so, and is several times as fast afterwards as at first.
        """
        best, patience, spent = 0.0, SETTLED_AFTER, 0.0
        while patience and spent < most:
            rate = self.warm(seconds)
            patience = SETTLED_AFTER if rate > best * NO_FASTER else patience - 1
            best, spent = max(best, rate), spent + seconds
        return best

    def round(self, count: int) -> Round:
        """Match the first `count` texts once each."""
        return Round(**self._ask(f"round {count}"))

    def matches(self, count: int, path: Path) -> set[tuple[int, int]]:
        """The pairs of text and rule that match, among the first `count` texts."""
        self._ask(f"matches {count} {path}")
        with path.open(encoding="utf-8") as lines:
            return {(int(text), int(rule)) for text, _, rule in (line.partition("\t") for line in lines)}

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, order: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("{"):
            raise EngineFailed(f"{self.name} ended instead of answering; its error stands above")
        return json.loads(line)


def python_engine(module: str, *arguments: str) -> list[str]:
    """The command of an engine that is a module of `tests.bench.matching.engines`."""
    return [sys.executable, "-m", f"tests.bench.matching.engines.{module}", *arguments]
