"""How long a change of one watch takes to be in force, beside a large machine-made list.

    python -m tests.bench.live_change [WATCHES] [--list FILE.jsonl]

The large list has a folder of its own, as an export would. A file of the desk's in another folder is
saved with one watch more, changed, or gone; what is timed begins when the file is saved and ends when an
article has been matched by the new rule (or no longer is). Apart from it: replacing a watch of the large list
itself, as an index does it once it is told.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.check import lines
from worker.match import Matcher
from worker.text import Document
from worker.types import Article
from worker.watchlist import Library, Watch

ROUNDS = 15
_HEAD = '{"watchlist": "desk", "language": "en"}\n'
_ARTICLE = Article(id="a", text="The plenipotentiary spoke of a mutual defence treaty.")


class Desk:
    """The desk's own file beside the large list, and the matcher in force."""

    def __init__(self, large: Path, file: Path) -> None:
        self._file = file
        self._save("")
        began = time.process_time()
        self._library = Library([large, file])
        watches = self._library.open().watches
        self.read = time.process_time() - began
        self.matcher = Matcher(watches)
        self.built = time.process_time() - began - self.read
        self.some: tuple[Watch, ...] = watches[: 2 * ROUNDS]

    def _save(self, query: str) -> None:
        watch = f'{{"id": "it", "query": "{query}"}}\n' if query else ""
        self._file.write_text(f'{_HEAD}{{"id": "other", "query": "pact"}}\n{watch}', encoding="utf-8")

    def change(self, query: str, *, rings: bool) -> tuple[float, float]:
        """Wall and processor milliseconds until the file as saved is what rings."""
        self._save(query)
        wall, processor = time.perf_counter(), time.process_time()
        revision = self._library.refresh(lambda _: None)
        self.matcher = self.matcher.revise(revision.added, revision.removed)
        rang = [match.watch.id for match in self.matcher.match(Document.of(_ARTICLE, "en")).matches]
        took = time.perf_counter() - wall, time.process_time() - processor
        if ("it" in rang) != rings:
            raise SystemExit(f"{query!r} was saved, and what rang is {rang}")
        return took[0] * 1e3, took[1] * 1e3

    def replace(self, watch: Watch) -> tuple[float, float]:
        """The same for a watch of the large list, told to the matcher."""
        wall, processor = time.perf_counter(), time.process_time()
        revised = self.matcher.revise([watch])
        revised.match(Document.of(_ARTICLE, "en"))
        return (time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3


def main() -> None:
    """Print what building and each sort of change took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live_change", description=__doc__)
    parser.add_argument("watches", nargs="?", type=int, default=100_000)
    parser.add_argument(
        "--list", type=Path, metavar="FILE.jsonl", help="the large list, in place of a made one"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        large = options.list
        (Path(folder) / "large").mkdir()
        (Path(folder) / "desk").mkdir()
        if large is None:
            large = Path(folder) / "large" / "list.jsonl"
            large.write_text("\n".join(lines(options.watches)), encoding="utf-8")
        desk = Desk(large, Path(folder) / "desk" / "desk.jsonl")
        gc.collect()
        gc.freeze()
        report(desk)


def report(desk: Desk) -> None:
    """Each sort of change, several times."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"{len(desk.matcher.watches):,} watches: read in {desk.read:.1f} s, indexed in {desk.built:.1f} s "
        f"of processor; peak memory {peak:,.0f} MB"
    )
    tell("added", [added(desk) for _ in range(ROUNDS)])
    desk.change("plenipotentiary", rings=True)
    tell("replaced", [desk.change(f"plenipotentiary OR word{at}", rings=True) for at in range(ROUNDS)])
    tell("removed", [removed(desk) for _ in range(ROUNDS)])
    tell("replaced in the large list", [desk.replace(watch) for watch in desk.some[:ROUNDS]])


def added(desk: Desk) -> tuple[float, float]:
    desk.change("", rings=False)
    return desk.change("plenipotentiary", rings=True)


def removed(desk: Desk) -> tuple[float, float]:
    desk.change("plenipotentiary", rings=True)
    return desk.change("", rings=False)


def tell(name: str, took: list[tuple[float, float]]) -> None:
    walls, processors = zip(*took, strict=True)
    print(
        f"{name:28}{statistics.median(walls):6.1f} ms wall, at most {max(walls):.1f}; "
        f"{statistics.median(processors):.1f} ms of processor, at most {max(processors):.1f}"
    )


if __name__ == "__main__":
    main()
