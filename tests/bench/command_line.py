"""How long the verbs of a rule author take from the prompt: `explain`, `check`, `test`, each a new process.

    python -m tests.bench.command_line [--yaml 1000] [--jsonl 100000] [--rounds 3]

Prints the fastest of the rounds: wall seconds, and the processor seconds of the process, which another
program that runs beside it changes less. The lists are generated, the same ones every time. Python may
keep its compiled files, as it does for whoever installs Tocsin.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOCSIN = str(Path(sys.executable).with_name("tocsin"))
WORDS = [
    f"{first}{second}{third}"
    for first in ("har", "tre", "min", "por")
    for second in ("bo", "ta", "vi", "lu")
    for third in ("ur", "ty", "ster", "ck", "ning", "ria")
]
ARTICLE = "Under Article 51 of the UN Charter the two states signed a mutual defence treaty on Wednesday."


def rule(draw: random.Random) -> str:
    """A rule of the kind a newsroom writes: alternatives, a proximity, an exclusion."""
    one, two, three, four, five = draw.sample(WORDS, 5)
    return f'({one} OR "{two} {three}") NEAR/{draw.randint(2, 15)} {four} AND NOT title:{five}'


def yaml_list(count: int) -> str:
    """Watches with examples, as people write them."""
    draw = random.Random(51)
    rows = [
        f"  - id: watch-{number}\n    title: Watch {number}\n    query: '{rule(draw)}'\n"
        f'    must_match:\n      - "{" ".join(draw.sample(WORDS, 12))}"\n'
        for number in range(count)
    ]
    return "watchlist: bench\nwatches:\n" + "".join(rows)


def jsonl_list(count: int) -> str:
    """Watches as a machine writes them."""
    draw = random.Random(52)
    rows = [json.dumps({"id": f"watch-{number}", "query": rule(draw)}) for number in range(count)]
    return "\n".join([json.dumps({"watchlist": "bench"}), *rows]) + "\n"


def seconds(rounds: int, *arguments: str) -> tuple[float, float]:
    """Wall and processor seconds of the fastest round, from the start of the process to its end."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    taken = []
    for _ in range(rounds):
        used, began = _used_by_children(), time.perf_counter()
        subprocess.run([TOCSIN, *arguments], capture_output=True, check=False, env=kept)
        taken.append((time.perf_counter() - began, _used_by_children() - used))
    return min(wall for wall, _ in taken), min(cpu for _, cpu in taken)


def _used_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Generate, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--yaml", type=int, default=1_000)
    parser.add_argument("--jsonl", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        article, small = Path(folder, "article.txt"), Path(folder, "small.yaml")
        lists, machine = Path(folder, "lists.yaml"), Path(folder, "machine.jsonl")
        article.write_text(ARTICLE)
        small.write_text("watchlist: small\nwatches:\n  - {id: one, query: treaty NEAR/3 state}\n")
        lists.write_text(yaml_list(given.yaml))
        machine.write_text(jsonl_list(given.jsonl))
        one_watch = ("explain", "-w", small, "--watch", "one", article)
        for said, rounds, arguments in (
            ("--version", given.rounds, ("--version",)),
            ("explain, a list of one watch", given.rounds, one_watch),
            ("explain, the built-in lists", given.rounds, ("explain", "--watch", "un-charter-51", article)),
            (f"check, {given.yaml:,} watches in YAML", given.rounds, ("check", lists)),
            (f"test, {given.yaml:,} watches in YAML", 1, ("test", lists)),
            ("test, the built-in lists", 1, ("test", "builtin")),
            (f"check, {given.jsonl:,} watches in JSON lines", 1, ("check", machine)),
        ):
            wall, cpu = seconds(rounds, *map(str, arguments))
            print(f"{said:<44}{wall:8.2f} s{cpu:8.2f} s CPU", flush=True)


if __name__ == "__main__":
    main()
