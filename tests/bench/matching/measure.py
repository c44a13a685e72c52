"""Measures a scenario: its engines are built and warmed, then asked in turn, so that noise is shared."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.matching import lucene
from tests.bench.matching.process import Engine, EngineFailed, Round, python_engine
from tests.bench.matching.scenarios import Files

TOCSIN, FLOOR, MOKACCINO = "Tocsin", "floor", "mokaccino"
FEWEST_TEXTS = 30


@dataclass(frozen=True)
class Effort:
    """Seconds of warming at a time, and at most; seconds of a round for the slowest engine; rounds."""

    warm: float = 6.0
    warm_most: float = 120.0
    seconds: float = 6.0
    rounds: int = 3


@dataclass(frozen=True)
class Row:
    """One engine on one scenario. Rates are medians over the rounds; counts are means over the texts."""

    scenario: str
    engine: str
    rules: int
    texts: int
    rate: float
    p50_ms: float
    p99_ms: float
    evaluated: float
    matched: float
    spans: float
    build_seconds: float
    memory: int
    peak: int
    busy: float
    """The share of the time on the clock in which the process had the core."""
    sized: bool = False
    quoted: float = 0.0
    """Articles a second when every span is quoted too; 0 for an engine that has none."""

    differences: int | None = None
    """Pairs of text and rule that only one of this engine and Tocsin matches; None: not the same meaning."""


Contest = Sequence[tuple[str, Callable[[], Sequence[str]]]]
"""Each engine's name, and its command when its turn to be built comes."""


def contest(files: Files, *, presearchers: Sequence[str], mokaccino: bool, also: Sequence[str]) -> Contest:
    """The engines of a scenario."""
    texts = str(files.texts)
    found: list[tuple[str, Callable[[], Sequence[str]]]] = [
        (TOCSIN, partial(python_engine, "tocsin", str(files.tocsin), texts)),
        (FLOOR, partial(python_engine, "floor", str(files.literals), texts)),
    ]
    for name in presearchers:
        command = partial(lucene.command, files.lucene, files.texts, name, files.count)
        found += [(f"Lucene, {name}", command)]
    if mokaccino:
        found.append((MOKACCINO, partial(python_engine, "mokaccino", str(files.mokaccino), texts)))
    for each in also:
        name, _, program = each.partition("=")
        found.append((name, partial(list, (program, str(files.tocsin), texts))))
    return found


def measure(
    name: str, files: Files, engines: Contest, effort: Effort, *, alike: bool, sized: bool
) -> list[Row]:
    """A row for each engine."""
    with ExitStack() as stack:
        running: list[Engine] = []
        rates: dict[str, float] = {}
        for engine_name, command in engines:
            try:
                engine = Engine(engine_name, command())
            except EngineFailed as failed:
                if engine_name == TOCSIN:
                    raise
                tell(f"{name}: no row for {engine_name}: {failed}")
                continue
            stack.callback(engine.close)
            rates[engine_name] = engine.settle(effort.warm, effort.warm_most)
            running.append(engine)
            tell(f"{name}: {engine_name} built in {engine.built.built:.1f} s, {rates[engine_name]:.1f}/s")
        count = max(FEWEST_TEXTS, min(files.text_count, int(min(rates.values()) * effort.seconds)))
        count = min(count, files.text_count)
        rounds = [[engine.round(count) for engine in running] for _ in range(effort.rounds)]
        differences = _differences(running, count, files.texts.parent) if alike else {}
        return [
            _row(name, files, engine, [turn[at] for turn in rounds], sized, differences.get(engine.name))
            for at, engine in enumerate(running)
        ]


def _row(
    name: str, files: Files, engine: Engine, rounds: list[Round], sized: bool, differences: int | None
) -> Row:
    count = len(rounds[0].nanoseconds)
    # The quickest of an article's turns: what it needs, without what others on the machine took from it.
    best = sorted(min(turns) for turns in zip(*(each.nanoseconds for each in rounds), strict=True))
    return Row(
        scenario=name,
        engine=engine.name,
        rules=files.count,
        texts=count,
        rate=statistics.median(count / each.cpu for each in rounds),
        p50_ms=best[count // 2] / 1e6,
        p99_ms=best[min(count - 1, count * 99 // 100)] / 1e6,
        evaluated=rounds[0].evaluated / count,
        matched=rounds[0].matched / count,
        spans=rounds[0].spans / count,
        build_seconds=engine.built.built,
        memory=engine.built.memory,
        peak=rounds[-1].peak,
        busy=sum(each.cpu for each in rounds) / max(1e-9, sum(each.wall for each in rounds)),
        sized=sized,
        quoted=statistics.median(count / each.quoting if each.quoting else 0.0 for each in rounds),
        differences=differences,
    )


def _differences(running: list[Engine], count: int, folder: Path) -> dict[str, int]:
    others = [engine for engine in running if engine.name not in (TOCSIN, FLOOR)]
    ours = next(engine for engine in running if engine.name == TOCSIN).matches(count, folder / "ours.txt")
    return {each.name: len(each.matches(count, folder / "theirs.txt") ^ ours) for each in others}


def tell(said: str) -> None:
    """A line of progress."""
    print(said, file=sys.stderr, flush=True)
