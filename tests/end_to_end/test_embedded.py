"""`tocsin run` on the embedded bus."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.worker_process import (
    alerts,
    article,
    dead_letters,
    metrics,
    run,
    served,
    started,
)
from tests.schemas.validate import alert_errors
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, numbers: range) -> None:
    lines = (json.dumps(article(number)) for number in numbers)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def identities(database: Path) -> list[tuple[str, str]]:
    return sorted((each["watch"]["id"], each["article"]["id"]) for each in alerts(database))


def test_articles_of_a_folder_become_schema_valid_alerts_on_the_bus_and_in_the_file(
    tmp_path: Path, incoming: Path
) -> None:
    write(incoming, "batch.jsonl", range(10))

    done = run(tmp_path, "run", "--folder", "incoming", "--drain", TOCSIN_SINKS__FILE="alerts.jsonl")

    assert done.returncode == 0, done.stderr
    rung = alerts(tmp_path / "tocsin.db")
    assert {each["article"]["id"] for each in rung} == {f"a-{number}" for number in range(0, 10, 2)}
    for each in rung:
        assert not alert_errors(json.dumps(each))
        original = article(int(each["article"]["id"].removeprefix("a-")))
        for item in each["evidence"]:
            assert original[item["field"]][item["start"] : item["end"]] == item["quote"]
    written = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(each["id"] for each in written) == sorted(each["id"] for each in rung)
    assert sorted(each["id"] for each in printed) == sorted(each["id"] for each in rung)


def test_standard_input_is_read_to_its_end(tmp_path: Path) -> None:
    lines = json.dumps(article(0)) + "\n" + "{broken\n"

    done = run(tmp_path, "run", "--stdin", "--drain", given=lines)

    assert done.returncode == 0, done.stderr
    assert {each["article"]["id"] for each in alerts(tmp_path / "tocsin.db")} == {"a-0"}
    assert len(dead_letters(tmp_path / "tocsin.db")) == 1


def test_the_same_article_again_is_a_duplicate_and_rings_nothing_anew(tmp_path: Path, incoming: Path) -> None:
    write(incoming, "first.jsonl", range(4))
    run(tmp_path, "run", "--folder", "incoming", "--drain")
    before = identities(tmp_path / "tocsin.db")
    write(incoming, "second.jsonl", range(4))

    done = run(tmp_path, "run", "--folder", "incoming", "--drain")

    assert done.returncode == 0, done.stderr
    assert before
    assert identities(tmp_path / "tocsin.db") == before


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_started_again_the_alerts_are_those_of_an_undisturbed_run(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    for name in ("calm", "killed"):
        folder = tmp_path / name / "incoming"
        folder.mkdir(parents=True)
        for part in range(6):
            write(folder, f"part-{part}.jsonl", range(part * 100, part * 100 + 100))
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    assert run(calm, "run", "--folder", "incoming", "--drain").returncode == 0

    for _ in range(4):
        with started(killed, "run", "--folder", "incoming", "--drain", TOCSIN_BUS__BATCH="20") as process:
            _kill_after_lines(process, chance.randrange(1, 120))
    assert run(killed, "run", "--folder", "incoming", "--drain").returncode == 0

    expected = identities(calm / "tocsin.db")
    assert len({article_id for _, article_id in expected}) == 300
    assert identities(killed / "tocsin.db") == expected


def test_metrics_and_health_are_served_while_it_runs_and_outcomes_add_up(
    tmp_path: Path, incoming: Path
) -> None:
    write(incoming, "batch.jsonl", range(10))
    (incoming / "bad.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    with started(tmp_path, "run", "--folder", "incoming") as process:
        address = served(process)
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        found = _until_judged(address, 10)

        assert found["tocsin_articles_total"] == 10
        assert found['tocsin_outcomes_total{outcome="alerted"}'] == 5
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_folder_that_goes_away_is_counted_and_told_while_the_bus_is_well(
    tmp_path: Path, incoming: Path
) -> None:
    write(incoming, "batch.jsonl", range(3))
    with started(tmp_path, "run", "--folder", "incoming") as process:
        address = served(process)
        _until_judged(address, 3)
        assert metrics(address)["tocsin_source_outages_total"] == 0
        incoming.rename(tmp_path / "moved")
        assert process.stderr is not None
        told = next(line for line in map(json.loads, process.stderr) if line["event"] == "outage")
        assert (told["what"], "incoming is not there" in told["error"]) == ("source", True)
        found = metrics(address)
        assert found["tocsin_source_outages_total"] >= 1
        assert (found["tocsin_bus_joined"], found["tocsin_outages_total"]) == (1, 0)


def test_a_damaged_bus_is_told_in_a_sentence_and_ends_with_2(tmp_path: Path, incoming: Path) -> None:
    EmbeddedIntake(tmp_path / "tocsin.db").close()
    (tmp_path / "tocsin.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)

    done = run(tmp_path, "run", "--folder", "incoming", "--drain")

    assert done.returncode == 2
    assert "tocsin.db" in done.stderr
    assert "Traceback" not in done.stderr


def _kill_after_lines(process: subprocess.Popen[str], lines: int) -> None:
    """SIGKILL once the worker has said so many things: a moment of its work, not of the clock."""
    assert process.stderr is not None
    for _ in range(lines):
        if not process.stderr.readline():
            return
    process.send_signal(signal.SIGKILL)


def _until_judged(address: str, articles: int) -> dict[str, float]:
    """The metrics once the outcomes add up: an article is counted as read before it is judged."""
    for _ in range(2000):
        found = metrics(address)
        judged = sum(value for name, value in found.items() if name.startswith("tocsin_outcomes_total{"))
        if judged >= articles:
            assert judged == articles
            return found
    raise AssertionError(f"{articles} articles were never judged")


def test_a_worker_that_starts_behind_a_lock_says_so_waits_and_loses_nothing(
    incoming: Path, tmp_path: Path
) -> None:
    write(incoming, "a.jsonl", range(4))
    log = tmp_path / "tocsin.db"
    EmbeddedBus(log, group="before").close()
    holder = sqlite3.connect(log, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with started(tmp_path, "run", "--folder", "incoming", "--drain") as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if '"outage"' in line)
        holder.execute("ROLLBACK")
        holder.close()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert "stayed locked" in said
    assert sorted({each["article"]["id"] for each in alerts(log)}) == ["a-0", "a-2"]


def test_sigterm_while_it_starts_ends_it_well(tmp_path: Path) -> None:
    pipe = tmp_path / "tocsin.toml"
    os.mkfifo(pipe)
    with started(tmp_path, "run", "-c", "tocsin.toml") as process, pipe.open("w"):  # it reads its settings
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
