"""Watch-lists that change under a running `tocsin run`."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.end_to_end.worker_process import alerts, served, started
from tests.watchlist.test_library import write


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "incoming").mkdir()
    return write(tmp_path / "lists" / "a.yaml", "a", first="treaty").parent


def put(folder: Path, name: str, text: str) -> None:
    draft = folder / f".{name}"
    draft.write_text(json.dumps({"id": name, "title": "News", "text": text}), encoding="utf-8")
    draft.rename(folder / f"{name}.json")


def reload_by_call(address: str) -> str:
    request = urllib.request.Request(f"{address}/-/reload", method="POST", data=b"")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def next_watch(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["watch"]["id"])


def next_said(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    assert process.stderr is not None
    for line in process.stderr:
        said: dict[str, object] = json.loads(line)
        if str(said["event"]).startswith(event):
            return said
    raise AssertionError(f"the worker ended and never said: {event}")


def test_a_changed_list_is_in_force_for_the_next_article_and_rings_nothing_anew(
    tmp_path: Path, lists: Path
) -> None:
    with started(tmp_path, "run", "-w", "lists", "--folder", "incoming") as process:
        address = served(process)
        put(tmp_path / "incoming", "one", "A treaty and an accord.")
        assert next_watch(process) == "first"
        write(lists / "a.yaml", "a", first="treaty", second="accord")
        assert reload_by_call(address) == "1 added, 0 changed, 0 removed\n"
        put(tmp_path / "incoming", "two", "An accord.")
        assert next_watch(process) == "second"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    rung = [(each["article"]["id"], each["watch"]["id"]) for each in alerts(tmp_path / "tocsin.db")]
    assert sorted(rung) == [("one", "first"), ("two", "second")]


@pytest.mark.parametrize("way", ["by itself", "on SIGHUP"])
def test_it_is_read_anew(tmp_path: Path, lists: Path, way: str) -> None:
    seconds = "1" if way == "by itself" else "3600"
    with started(
        tmp_path, "run", "-w", "lists", "--folder", "incoming", TOCSIN_WATCHLISTS__RELOAD_SECONDS=seconds
    ) as process:
        served(process)
        next_said(process, "started")
        write(lists / "a.yaml", "a", second="accord")
        if way == "on SIGHUP":
            process.send_signal(signal.SIGHUP)
        assert next_said(process, "watch-lists reloaded")["change"] == "1 added, 0 changed, 1 removed"


def test_a_bad_list_is_refused_while_it_runs_and_the_good_one_goes_on(tmp_path: Path, lists: Path) -> None:
    with started(tmp_path, "run", "-w", "lists", "--folder", "incoming") as process:
        served(process)
        write(lists / "a.yaml", "a", first="treaty AND (")
        assert "a.yaml:3:" in str(next_said(process, "watch-lists refused")["errors"])
        put(tmp_path / "incoming", "one", "A treaty.")
        assert next_watch(process) == "first"
