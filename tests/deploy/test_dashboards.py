"""The dashboards: generated, and every expression asked of a real Prometheus that reads a real worker."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.expressions import known, named, panels, rules
from tests.deploy.tools import DEPLOY, run, tool
from tests.end_to_end.worker_process import article, served, started

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
EMPTY: dict[str, str] = {}
"""Expressions that may answer nothing though all is well, and why. None is known."""


def test_generating_anew_gives_no_difference(tmp_path: Path):
    run(sys.executable, str(DEPLOY / "grafana" / "generate.py"), str(tmp_path))
    committed = DEPLOY / "grafana" / "dashboards"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in committed.iterdir()
    }


@pytest.mark.parametrize(("board", "panel", "expression"), list(panels()))
def test_a_panel_names_metrics_that_exist(board, panel, expression):
    assert named(expression)
    assert named(expression) - known() == set()


def until(seconds: float, true: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "Prometheus did not get there in time"
        time.sleep(0.2)  # asks another process; there is nothing to wait on


def ask(address: str, path: str, **query: str) -> Any:
    with DIRECT.open(f"{address}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that has read a busy worker several times."""
    binary = tool("prometheus", "prometheus")
    folder = tmp_path_factory.mktemp("monitored")
    (folder / "in").mkdir()
    settings = {"TOCSIN_SINKS__STDOUT": "false", "TOCSIN_SINKS__FILE": "alerts.jsonl"}
    settings["TOCSIN_LIMITS__ARTICLE_BYTES"] = "5000"
    with started(folder, "run", "--folder", "in", **settings) as worker:
        page = served(worker)
        config: dict[str, Any] = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(DEPLOY / "prometheus" / "*.rules.yaml")],
            "scrape_configs": [
                {"job_name": "tocsin", "static_configs": [{"targets": [page.partition("//")[2]]}]}
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        address = f"http://127.0.0.1:{free_port()}"
        prometheus = subprocess.Popen(
            [
                binary,
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=data",
                f"--web.listen-address={address.removeprefix('http://')}",
            ],
            cwd=folder,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(60, lambda: _counted(address, "tocsin_build_info") > 0)
            lines = [json.dumps(article(number)) for number in range(20)]
            (folder / "in" / "articles.jsonl").write_text(
                "\n".join([*lines, json.dumps({**article(99), "text": "long " * 2000})]) + "\n"
            )
            until(90, lambda: _counted(address, "tocsin_articles_total") >= 21)
            until(60, lambda: _counted(address, "count_over_time(tocsin_articles_total[1m] offset 2s)") >= 5)
            until(60, lambda: _counted(address, "job:tocsin_dead_letters:ratio10m") > 0)
            yield address
        finally:
            prometheus.terminate()
            prometheus.wait(20)


def _counted(address: str, expression: str) -> float:
    try:
        found = ask(address, "query", query=expression)["result"]
    except OSError:  # not yet listening
        return 0.0
    return sum(float(each["value"][1]) for each in found)


def test_prometheus_finds_every_rule_in_health(monitored):
    told = [rule for group in ask(monitored, "rules")["groups"] for rule in group["rules"]]
    assert sorted(rule["name"] for rule in told) == sorted(
        rule.get("alert") or rule["record"] for rule in rules()
    )
    assert [rule for rule in told if rule["health"] == "err"] == []


def test_every_panel_shows_data(monitored):
    empty = [
        (board, panel, expression)
        for board, panel, expression in panels()
        if not ask(monitored, "query", query=expression)["result"] and expression not in EMPTY
    ]
    assert empty == []


def test_every_metric_that_a_rule_or_alert_names_has_data(monitored):
    names = {name for rule in rules() for name in named(rule["expr"])}
    assert [name for name in sorted(names) if not ask(monitored, "query", query=name)["result"]] == []
