"""`python -m tests.bench.matching`: Tocsin beside Lucene Monitor and mokaccino, one table.

It needs Java, Maven and the dependency group `bench`. All engines run on one core, each in a process of
its own, in turn. `--quick` takes minutes; the whole takes most of an hour, much of it Lucene's registering
of a million rules. Without the shared folder, or with `--generated`, the texts are generated, and Luwak's
set is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.matching import lucene, plot, table
from tests.bench.matching.measure import Effort, Row, contest, measure, tell
from tests.bench.matching.scenarios import Scenario, scenarios, write, write_luwak

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
ONE_PRESEARCHER_FROM = 300_000
"""From so many rules on only the presearcher that was better before runs: each takes minutes to register."""


def main() -> None:
    options = arguments()
    rows = [Row(**row) for path in options.results for row in json.loads(path.read_text(encoding="utf-8"))]
    if not options.results:
        os.sched_setaffinity(0, {options.core})
        rows = run(options)
    print(
        f"One core, Python {platform.python_version()}, "
        f"Lucene Monitor 9.11.1; {len({row.scenario for row in rows})} sets of rules.\n"
    )
    print(table.render(rows) + "\n\n" + table.LEGEND + "\n" + table.noise(rows))
    if options.plot:
        options.plot.write_text(plot.svg(rows), encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sets, shorter rounds")
    parser.add_argument("--sizes", type=_sizes, help="newsroom sets of so many rules, as 1000,100000")
    parser.add_argument("--only", default="", help="only sets whose name has this in it")
    parser.add_argument(
        "--generated", action="store_true", help="generated texts even with the shared folder"
    )
    parser.add_argument("--without-lucene", action="store_true", help="no Java, no Maven")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PROGRAM",
                        help="one more engine, which speaks the protocol of process.py")  # fmt: skip
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core to run on")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw articles/s against rules")
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="keep the rows, after each set")
    parser.add_argument("--results", type=Path, nargs="+", default=[], metavar="FILE.json",
                        help="measure nothing: table and plot of kept rows")  # fmt: skip
    return parser.parse_args()


def _sizes(said: str) -> list[int]:
    return [int(each.replace("_", "")) for each in said.split(",")]


def run(options: argparse.Namespace) -> list[Row]:
    """The rows of all sets that were asked for."""
    effort = Effort(warm=4.0, seconds=2.0) if options.quick else Effort()
    sizes = options.sizes if options.sizes is not None else QUICK_SIZES if options.quick else SIZES
    rows: list[Row] = []
    for scenario in scenarios(sizes, quick=options.quick, generated=options.generated):
        if options.only in scenario.name:
            rows += one(scenario, options, effort, rows)
            _save(rows, options.save)
    if options.only in "Luwak's set" and not options.generated:
        rows += luwak(options, effort)
        _save(rows, options.save)
    return rows


def one(scenario: Scenario, options: argparse.Namespace, effort: Effort, before: list[Row]) -> list[Row]:
    """The rows of one set."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        files = write(scenario, Path(folder))
        tell(f"{scenario.name}: {files.text_count:,} {files.origin}")
        presearchers = [] if options.without_lucene else _presearchers(scenario, before)
        engines = contest(
            files, presearchers=presearchers, mokaccino=scenario.mokaccino, also=options.also
        )  # fmt: skip
        return measure(
            scenario.name, files, engines, effort, alike=scenario.alike, sized=scenario.sized
        )  # fmt: skip


def luwak(options: argparse.Namespace, effort: Effort) -> list[Row]:
    """The rows of Luwak's set; none where it is not there."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        files = write_luwak(Path(folder))
        if files is None:
            tell("Luwak's set is not here: set TOCSIN_SHARED to the folder that holds data/")
            return []
        presearchers = () if options.without_lucene else lucene.PRESEARCHERS
        engines = contest(files, presearchers=presearchers, mokaccino=False, also=options.also)
        return measure("Luwak's set, 2,000", files, engines, effort, alike=True, sized=False)


def _presearchers(scenario: Scenario, before: list[Row]) -> list[str]:
    if scenario.count < ONE_PRESEARCHER_FROM:
        return list(lucene.PRESEARCHERS)
    rivals = [row for row in before if row.sized and row.engine.startswith("Lucene")]
    best = max(rivals, key=lambda row: (row.rules, row.rate), default=None)
    return [best.engine.partition(", ")[2] if best else lucene.PRESEARCHERS[0]]


def _save(rows: list[Row], path: Path | None) -> None:
    if path:
        path.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
