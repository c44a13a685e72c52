"""`python -m tests.faults --rounds N --seed S`: the campaign, and a table of what became of it.

Three brokers on 127.0.0.1 and two workers or more, started by their console script. In each round messages
are put in, one fault strikes at a moment of chance, everything is healed, and two sums are drawn: what
came in is the sum of the outcomes, and the committed alerts are exactly those expected, for a reader that was
there all along and for one that comes later. Exit code 1 when a sum was wrong.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.faults.faults import FAULTS, NotHere
from tests.faults.field import Field


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    print(f"seed {options.seed}, {options.rounds} rounds, Kafka 4.1.1, process {os.getpid()}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-faults-"))
    field = Field(folder, options.seed)
    results: dict[str, list[list[str]]] = defaultdict(list)
    began = time.monotonic()
    try:
        field.open()
        for number, name in enumerate(order(field, options.rounds, options.only), 1):
            if options.minutes and time.monotonic() - began > options.minutes * 60:
                print(f"time is up after {number - 1} rounds", flush=True)
                break
            results[name].append(play(field, number, name))
    finally:
        field.close()
        failed = any(wrong for rounds in results.values() for wrong in rounds)
        if failed or options.keep:
            print(f"logs of the workers and brokers: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report(results, time.monotonic() - began)
    return 1 if failed else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=len(FAULTS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, help="begin no round after so many")
    parser.add_argument(
        "--only", action="append", default=[], help="only faults whose name holds this; may be given again"
    )
    parser.add_argument("--keep", action="store_true", help="keep the logs even when all is well")
    return parser.parse_args(arguments)


def order(field: Field, rounds: int, only: Sequence[str]) -> list[str]:
    """Every fault as often as every other, in an order of chance."""
    names = [name for name in FAULTS if not only or any(words in name for words in only)]
    found: list[str] = []
    while len(found) < rounds:
        found += field.chance.sample(names, len(names))
    return found[:rounds]


def play(field: Field, number: int, name: str) -> list[str]:
    """One round; what was wrong with it."""
    began = time.monotonic()
    try:
        field.begin(number)
        time.sleep(field.chance.uniform(0, 1.5))
        FAULTS[name](field)
        field.heal()
        field.put(20)  # work goes on
        field.judge()
    except NotHere as reason:
        field.note(f"skipped: {reason}")
        field.heal()
    except Exception as error:  # noqa: BLE001 - told as what was wrong, and the next round begins
        field.wrong(f"the round itself failed: {type(error).__name__}: {error}")
        field.heal()
    wrong = field.round.wrong
    words = "; ".join(wrong) or "ok"
    notes = f" [{', '.join(field.round.notes)}]" if field.round.notes else ""
    seconds = time.monotonic() - began
    count = len(field.round.ledger.inputs)
    print(f"{number:4} {name:44} {count:5} in {seconds:5.1f} s{notes}  {words}", flush=True)
    return wrong


def report(results: dict[str, list[list[str]]], seconds: float) -> None:
    """The table of the README."""
    print("\n| fault | rounds | sums that held |\n|---|--:|--:|")
    for name in FAULTS:
        if name in results:
            good = sum(not wrong for wrong in results[name])
            print(f"| {name} | {len(results[name])} | {good} |")
    total = sum(map(len, results.values()))
    good = sum(not wrong for rounds in results.values() for wrong in rounds)
    print(f"| **all** | **{total}** | **{good}** |\n\n{seconds / 60:.0f} minutes")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # through `finally`
    sys.exit(main())
