"""`python -m tests.faults.embedded --rounds N --seed S`: the campaign on the embedded bus.

Each round has a folder of articles, a worker started by its console script, and one fault: kill -9 at a
point of the unit of work or at any moment, a full disk, a lock that is held, a disk that is read-only, a
file cut short or overwritten. Then the worker runs undisturbed, and the two sums are drawn. Damage must be
told, kept aside, and never be begun anew. Exit code 1 when something was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.crash.sitecustomize import EMBEDDED_POINTS
from tests.faults.ledger import articles
from tests.faults.workers import CRASH, TOCSIN, WATCHLIST
from worker.bus.embedded_archive import EmbeddedArchive
from worker.ports import ALERTS, ARTICLES, DEAD_LETTERS

DISK_BYTES = 8 << 20
LOCK_SECONDS = 11.0
"""Longer than the ten seconds for which the embedded bus waits for a lock."""


class Wrong(Exception):
    """What must not be."""


class Field:
    """One round: a folder with articles, and the ways to run and to hurt a worker on it."""

    def __init__(self, folder: Path, chance: random.Random, mark: str) -> None:
        self.folder, self.chance = folder, chance
        self.log = folder / "disk" / "tocsin.db"
        self.log.parent.mkdir(parents=True)
        (folder / "incoming").mkdir()
        (folder / "watch.yaml").write_text(WATCHLIST)
        self.inputs = [each for each in articles(mark, 240, chance) if each.value is not None]
        for part in range(6):
            lines = [each.value or b"" for each in self.inputs[part::6]]
            (folder / "incoming" / f"part-{part}.jsonl").write_bytes(b"\n".join(lines) + b"\n")

    def start(self, crash: str | None = None) -> subprocess.Popen[str]:
        """The worker, which ends by itself when all is read."""
        more = {} if crash is None else {"TOCSIN_TEST_CRASH": crash, "PYTHONPATH": _path(CRASH)}
        with (self.folder / "worker.log").open("a") as log:
            return subprocess.Popen(
                [TOCSIN, "run", "--folder", "incoming", "--drain"],
                cwd=self.folder,
                env={
                    **os.environ,
                    "TOCSIN_BUS__EMBEDDED__PATH": "disk/tocsin.db",
                    "TOCSIN_BUS__BATCH": "6",
                    "TOCSIN_WATCHLISTS__PATHS": "watch.yaml",
                    "TOCSIN_METRICS__ENABLED": "false",
                    "TOCSIN_SINKS__STDOUT": "false",
                    "TOCSIN_SINKS__FILE": str(self.folder / "alerts.jsonl"),
                    **more,
                },
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
            )

    def run(self) -> tuple[int, str]:
        """The worker to its end: exit code and what it said."""
        process = self.start()
        try:
            _, said = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Wrong("the worker did not end within two minutes") from None
        return process.returncode, said

    def run_until_killed(self) -> None:
        """The worker for a while, then kill -9."""
        process = self.start()
        assert process.stderr is not None
        for _ in range(self.chance.randrange(2, 90)):  # a moment of its work, not of the clock
            if not process.stderr.readline():
                break
        process.kill()
        process.communicate()

    def sums(self) -> list[str]:
        """What is wrong with the two sums, for a reader that comes now."""
        archive = EmbeddedArchive(self.log)
        on = {topic: list(archive.records(topic)) for topic in (ARTICLES, ALERTS, DEAD_LETTERS)}
        archive.close()
        alerts = Counter(json.loads(each.value or b"")["article"]["id"] for each in on[ALERTS])
        letters = Counter((each.value or b"").rstrip(b"\n") for each in on[DEAD_LETTERS])
        found = _compared("alerts", alerts, self._named("alerted"))
        dead = Counter(each.value for each in self.inputs if each.outcome == "dead_letter")
        found += _compared("dead letters", letters, dead)
        read, good = len(on[ARTICLES]), len(self.inputs) - dead.total()
        if read != good or self._unread():
            found.append(f"{good} articles, {read} on the topic, {self._unread()} unread")
        return found + self._undelivered()

    def _named(self, outcome: str) -> Counter[str]:
        return Counter(each.key.decode() for each in self.inputs if each.outcome == outcome)

    def _unread(self) -> int:
        with sqlite3.connect(self.log) as connection:
            (count,) = connection.execute(
                'SELECT coalesce(sum(p.next_offset - g."offset"), 0) FROM group_offset g '
                "JOIN topic_partition p ON p.id = g.partition_id JOIN topic t ON t.id = p.topic_id "
                "WHERE t.name = ? AND g.group_name = 'tocsin'",
                (ARTICLES,),
            ).fetchone()
        connection.close()
        return int(count)

    def _undelivered(self) -> list[str]:
        """At least once to the file, whole lines only."""
        lines = (self.folder / "alerts.jsonl").read_bytes().splitlines()
        delivered = set()
        for line in lines:
            try:
                delivered.add(json.loads(line)["article"]["id"])
            except ValueError:
                continue  # cut by kill -9
        missing = self._named("alerted").keys() - delivered
        return [f"{len(missing)} alerts did not reach the file"] if missing else []


Fault = Callable[[Field], None]


def kill_at(point: str) -> Fault:
    """kill -9 at that point of the unit of work."""

    def fault(field: Field) -> None:
        process = field.start(crash=f"{point}:{field.chance.randint(1, 20)}")
        process.communicate(timeout=120)
        if process.returncode not in (-signal.SIGKILL, 0):  # 0: there were not so many units
            raise Wrong(f"the worker ended with {process.returncode}")

    return fault


def kill_anywhere(field: Field) -> None:
    """kill -9 at any moment, several times."""
    for _ in range(field.chance.randint(1, 4)):
        field.run_until_killed()


def full_disk(field: Field) -> None:
    """The disk is full for a while; the worker waits and goes on."""
    with disk(field):
        process = field.start()
        filler = field.log.parent / "filler"
        assert process.stderr is not None
        heard = [process.stderr.readline() for _ in range(field.chance.randrange(1, 30))]
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        for line in process.stderr:
            heard.append(line)
            if '"outage"' in line:
                break
        filler.unlink()
        process.communicate(timeout=120)
        if process.returncode != 0 or '"outage"' not in heard[-1]:
            raise Wrong(
                f"on a full disk: exit code {process.returncode}, {''.join(filter(None, heard))[-900:]}"
            )
        shutil.copytree(field.log.parent, field.folder / "kept")
    shutil.copytree(field.folder / "kept", field.log.parent, dirs_exist_ok=True)


def read_only(field: Field) -> None:
    """The disk is read-only when the worker starts: it says so, and nothing changes."""
    with disk(field):
        field.run_until_killed()
        subprocess.run(["mount", "-o", "remount,ro", field.log.parent], check=True)
        code, said = field.run()
        subprocess.run(["mount", "-o", "remount,rw", field.log.parent], check=True)
        if code != 2 or "writ" not in said or "Traceback" in said:
            raise Wrong(f"on a read-only disk: exit code {code}, {said[-300:]}")
        shutil.copytree(field.log.parent, field.folder / "kept")
    shutil.copytree(field.folder / "kept", field.log.parent, dirs_exist_ok=True)


def locked(field: Field) -> None:
    """Another program holds the write lock longer than anybody waits for it."""
    field.run_until_killed()
    if not field.log.exists():
        field.run()
    process = field.start()
    assert process.stderr is not None
    process.stderr.readline()
    holder = sqlite3.connect(field.log, isolation_level=None, timeout=20)
    holder.execute("BEGIN IMMEDIATE")
    time.sleep(LOCK_SECONDS)
    holder.execute("ROLLBACK")
    holder.close()
    process.communicate(timeout=120)
    if process.returncode != 0:
        raise Wrong(f"behind a lock: exit code {process.returncode}")


def damage(how: str) -> Fault:
    """The file is damaged while nobody runs: told, kept aside, never begun anew; a copy put back goes on."""

    def fault(field: Field) -> None:
        while not field.log.exists():
            field.run_until_killed()
        copy = {each: each.read_bytes() for each in field.log.parent.iterdir()}
        size = field.log.stat().st_size
        if how == "truncated":
            os.truncate(field.log, field.chance.randrange(0, size))
            _companion(field.log, "-wal").unlink(missing_ok=True)  # it could make the file whole again
        else:
            with field.log.open("r+b") as file:
                for page in field.chance.sample(range(size // 4096), min(4, size // 4096)):
                    file.seek(page * 4096)
                    file.write(field.chance.randbytes(4096))
            _companion(field.log, "-wal").unlink(missing_ok=True)
        damaged = field.log.read_bytes()
        codes = [field.run() for _ in range(2)]
        for code, said in codes:
            if code != 2 or "Traceback" in said:
                raise Wrong(f"a {how} log was not refused: exit code {code}, {said[-300:]}")
        kept = [each for each in field.log.parent.iterdir() if ".damaged-" in each.name] or [field.log]
        if not any(each.read_bytes() == damaged for each in kept):
            raise Wrong(f"a {how} log is neither kept aside nor left as it was")
        for each in field.log.parent.iterdir():
            each.unlink()
        for path, content in copy.items():
            path.write_bytes(content)

    return fault


@contextmanager
def disk(field: Field) -> Iterator[None]:
    """A small disk of its own under the log (tmpfs; needs the right to mount)."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(field.log.parent)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        raise PermissionError("a small disk cannot be mounted here; run as root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", field.log.parent], check=True)


FAULTS: dict[str, Fault] = {
    **{f"worker killed {point.replace('_', ' ')}": kill_at(point) for point in EMBEDDED_POINTS},
    "worker killed at any moment, several times": kill_anywhere,
    "disk full for a while": full_disk,
    "disk read-only": read_only,
    "file locked by another program": locked,
    "file truncated": damage("truncated"),
    "file overwritten": damage("overwritten"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.embedded", description=__doc__)
    parser.add_argument("--rounds", type=int, default=len(FAULTS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument(
        "--only", action="append", default=[], help="only faults whose name holds this; may be given again"
    )
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}, {options.rounds} rounds, embedded bus", flush=True)
    names = [name for name in FAULTS if not options.only or any(words in name for words in options.only)]
    results: dict[str, list[list[str] | None]] = defaultdict(list)
    for number in range(options.rounds):
        name = names[number % len(names)]
        results[name].append(play(name, number, options.seed))
    return report(results)


def play(name: str, number: int, seed: int) -> list[str] | None:
    """One round: what was wrong, or None if this machine cannot do it."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-embedded-"))
    field = Field(folder, random.Random(f"{seed} {number}"), f"r{number}")
    began, wrong = time.monotonic(), []
    try:
        FAULTS[name](field)
        code, said = field.run()
        if code != 0:
            wrong.append(f"the undisturbed run ended with {code}: {said[-300:]}")
        else:
            wrong += field.sums()
    except PermissionError as reason:
        print(f"{number:4} {name:44} skipped: {reason}", flush=True)
        shutil.rmtree(folder)
        return None
    except Exception as error:  # noqa: BLE001 - told as what was wrong, and the next round begins
        wrong.append(f"{type(error).__name__}: {error}")
    words = f"{'; '.join(wrong)} [{folder}]" if wrong else "ok"
    print(
        f"{number:4} {name:44} {len(field.inputs)} in {time.monotonic() - began:5.1f} s  {words}", flush=True
    )
    if not wrong:
        shutil.rmtree(folder)
    return wrong


def report(results: dict[str, list[list[str] | None]]) -> int:
    """The table of the README; the exit code."""
    print("\n| fault | rounds | sums that held |\n|---|--:|--:|")
    played = {name: [each for each in rounds if each is not None] for name, rounds in results.items()}
    for name, rounds in played.items():
        print(f"| {name} | {len(rounds)} | {sum(not wrong for wrong in rounds)} |")
    total = sum(map(len, played.values()))
    good = sum(not wrong for rounds in played.values() for wrong in rounds)
    print(f"| **all** | **{total}** | **{good}** |")
    return 0 if good == total else 1


def _compared(what: str, seen: Counter[str], expected: Counter[str]) -> list[str]:
    missing, extra = expected - seen, seen - expected
    words = [f"{missing.total()} missing"] * bool(missing) + [f"{extra.total()} too many"] * bool(extra)
    return [f"{what}: {' and '.join(words)}"] if words else []


def _companion(log: Path, suffix: str) -> Path:
    return log.with_name(log.name + suffix)


def _path(first: Path) -> str:
    return os.pathsep.join([str(first), *filter(None, [os.environ.get("PYTHONPATH")])])


if __name__ == "__main__":
    sys.exit(main())
