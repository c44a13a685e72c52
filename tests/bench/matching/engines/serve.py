"""The Python side of the protocol in `tests/bench/matching/process.py`."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable


class Outcome(NamedTuple):
    """What one text gave."""

    evaluated: int
    matched: int
    spans: int


class Contestant(Protocol):
    """An engine with its rules read."""

    rules: int

    def match(self, text: str) -> Outcome:
        """Match one text."""

    def ids(self, text: str) -> list[int]:
        """The numbers of the rules that match a text."""


@runtime_checkable
class Quoting(Contestant, Protocol):
    """An engine that has spans."""

    def quoted(self, text: str) -> int:
        """Match one text, and quote every span. How many there are."""


def serve(read: Callable[[Path], Contestant]) -> None:
    """Read the rules of the first argument, then obey orders about the texts of the second."""
    began = time.process_time()
    contestant = read(Path(sys.argv[1]))
    built = time.process_time() - began
    gc.collect()
    gc.freeze()  # as the worker does: rules are not walked again at each full collection
    say(built=built, memory=_resident(), rules=contestant.rules)
    texts = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    for line in sys.stdin:
        order, argument, *rest = line.split(maxsplit=2)
        if order == "warm":
            say(rate=_warm(contestant, texts, float(argument)))
        elif order == "round":
            say(**_round(contestant, texts[: int(argument)]))
        elif order == "matches":
            _write(contestant, texts[: int(argument)], Path(rest[0].strip()))
            say()


def _warm(contestant: Contestant, texts: list[str], seconds: float) -> float:
    began, done, took = time.process_time(), 0, 0.0
    while took < seconds:
        contestant.match(texts[done % len(texts)])
        done += 1
        took = time.process_time() - began
    return done / took


def _round(contestant: Contestant, texts: list[str]) -> dict[str, Any]:
    outcomes: list[Outcome] = []
    nanoseconds: list[int] = []
    clock, match = time.thread_time_ns, contestant.match
    cpu, wall = time.process_time(), time.perf_counter()
    for text in texts:
        start = clock()
        outcome = match(text)
        nanoseconds.append(clock() - start)
        outcomes.append(outcome)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    evaluated, matched, spans = map(sum, zip(*outcomes, strict=True))
    quoting = _quoting(contestant, texts, spans) if isinstance(contestant, Quoting) else 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "cpu": cpu, "wall": wall, "evaluated": evaluated, "matched": matched, "spans": spans,
        "nanoseconds": nanoseconds, "peak": peak, "quoting": quoting,
    }  # fmt: skip


def _quoting(contestant: Quoting, texts: list[str], spans: int) -> float:
    """Seconds for the same texts once more, every span quoted."""
    cpu = time.process_time()
    quoted = sum(map(contestant.quoted, texts))
    cpu = time.process_time() - cpu
    assert quoted == spans, f"{quoted} of {spans} spans quoted"
    return cpu


def _write(contestant: Contestant, texts: list[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for at, text in enumerate(texts):
            out.writelines(f"{at}\t{rule}\n" for rule in contestant.ids(text))


def _resident() -> int:
    """Bytes of memory the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def say(**answer: Any) -> None:
    """One line of answer."""
    print(json.dumps(answer), flush=True)
