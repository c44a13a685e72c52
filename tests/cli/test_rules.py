"""`tocsin rules`, by its console script."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.worker_process import run, served, started
from tests.watchlist.test_library import write


def test_the_watches_that_were_looked_at_are_told_with_what_they_cost(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a", often="treaty", seldom="pact AND war", never="football")
    (tmp_path / "one.txt").write_text("A treaty, and a pact.", encoding="utf-8")
    (tmp_path / "two.txt").write_text("Another treaty.", encoding="utf-8")

    done = run(tmp_path, "rules", "-w", "a.yaml", "one.txt", "two.txt")

    costs = {each["watch"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert (costs["often"]["evaluated"], costs["often"]["matched"]) == (2, 2)
    assert "never" not in costs


def test_a_running_worker_is_asked_on_its_own_machine(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a", often="treaty")
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "one.txt").write_text("A treaty.", encoding="utf-8")
    with started(tmp_path, "run", "-w", "a.yaml", "--folder", "incoming") as process:
        address = served(process)
        assert process.stdout is not None
        process.stdout.readline()
        done = run(tmp_path, "rules", "--at", address)
    assert [json.loads(line)["watch"] for line in done.stdout.splitlines()] == ["often"]


def test_nobody_at_the_address_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "--at", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert "Is it a running worker" in done.stderr
    assert "Traceback" not in done.stderr
