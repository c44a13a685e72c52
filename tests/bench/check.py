"""How long `tocsin check` takes of a large machine-made list, and what its watches weigh.

    python -m tests.bench.check [WATCHES]

Prints microseconds a watch by stage (load, lint) and bytes a watch of the loaded list.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu kra sta pol ver min".split()
SAMPLE = 20_000
"""Watches that are weighed: counting allocations takes its time."""

_VERBS = "acquires sues sanctions invests recalls merges strikes resigns".split()


def name(draw: random.Random) -> str:
    """A made-up proper name."""
    return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))).capitalize()


def query(draw: random.Random) -> str:
    """A rule as an export writes it: a name in some spellings, a context, an exclusion."""
    first, last, third = name(draw), name(draw), name(draw)
    one, two, three = draw.sample(_VERBS, 3)
    forms = [
        f'"{first} {last}"',
        f'"{first} {last}" AND ({one} OR {two})',
        f'("{first} {last}" OR "{last} {third}") AND ({one} OR {two} OR {three}) AND NOT football',
        f"({first} NEAR/5 {last}) OR title:{third}",
        f'{first} AND {last} AND NOT ("{third} club" OR {one})',
    ]
    return draw.choice(forms)


def lines(count: int) -> Iterator[str]:
    """A JSON lines watch-list."""
    draw = random.Random(4)
    yield json.dumps({"watchlist": "bench"})
    for number in range(count):
        yield json.dumps({"id": f"w{number}", "title": f"Watch {number}", "query": query(draw)})


def main(count: int) -> None:
    """Print the stages."""
    from worker.watchlist.lint import findings_on
    from worker.watchlist.load import load, load_with_drafts

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.jsonl"
        file.write_text("\n".join(lines(count)), encoding="utf-8")
        start = time.perf_counter()
        loading = load_with_drafts([file])
        loaded = time.perf_counter()
        found = findings_on(loading)
        linted = time.perf_counter()
        print(f"load  {(loaded - start) / count * 1e6:8.1f} µs a watch, {loaded - start:6.2f} s")
        each = (linted - loaded) / count * 1e6
        print(f"lint  {each:8.1f} µs a watch, {linted - loaded:6.2f} s, {len(found)} findings")
        sample = Path(folder) / "sample.jsonl"
        sample.write_text("\n".join(lines(SAMPLE)), encoding="utf-8")
        del loading, found
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        kept = load([sample])
        after, peak = tracemalloc.get_traced_memory()
        weight, highest = (after - before) / len(kept.watches), (peak - before) / len(kept.watches)
        print(f"weigh {weight:8.0f} bytes a watch, {highest:.0f} at the highest while loading")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
