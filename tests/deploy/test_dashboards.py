"""The dashboards: generated, and every expression asked of a real Prometheus that reads a real worker."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.expressions import alerts, known, named, panels, rules
from tests.deploy.newsday import newsday
from tests.deploy.prometheus import Prometheus, prometheus, until
from tests.deploy.tools import DEPLOY, run

BOARDS = {"overview", "pipeline", "kafka", "feeds", "watchlists"}


def test_generating_anew_gives_no_difference(tmp_path: Path):
    run(sys.executable, str(DEPLOY / "grafana" / "generate.py"), str(tmp_path))
    committed = DEPLOY / "grafana" / "dashboards"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in committed.iterdir()
    }


def test_there_is_a_dashboard_for_each_question():
    assert {board for board, _, _ in panels()} == BOARDS


@pytest.mark.parametrize(("board", "panel", "expression"), list(panels()))
def test_a_panel_names_metrics_that_exist(board, panel, expression):
    assert named(expression)
    assert named(expression) - known() == set()


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has read a busy worker several times.

    Of the worker's five feeds three are broken, a file of its folder is half bad, and its watch-list was
    broken and mended while it ran.
    """
    folder = tmp_path_factory.mktemp("monitored")
    often = {"TOCSIN_SOURCES__POLL_SECONDS": "5"}
    with newsday(folder / "worker", **often) as day, prometheus(folder, {"tocsin": [day.page]}) as read:

        def shows(what: str, seconds: float = 90) -> None:
            until(seconds, lambda: read.total(what) > 0, what)

        shows("tocsin_build_info")
        day.send(good=20, bad=6)
        day.break_watchlist()
        shows('tocsin_watchlist_reloads_total{result="refused"}')
        day.mend_watchlist()
        shows('tocsin_watchlist_reloads_total{result="changed"}')
        shows("tocsin_articles_total >= 23")
        shows("tocsin_language_disagreements_total")
        shows("job:tocsin_feeds_broken:ratio >= 0.6")
        shows("job:tocsin_feed_polls_failed:ratio10m")
        shows("tocsin_heartbeat_timestamp_seconds")
        shows("count_over_time(tocsin_language_disagreements_total[1m] offset 2s) >= 3")
        shows("job:tocsin_dead_letters:ratio10m")
        yield read


def test_prometheus_finds_every_rule_in_health(monitored):
    told = [rule for group in monitored.ask("rules")["groups"] for rule in group["rules"]]
    assert sorted(rule["name"] for rule in told) == sorted(
        rule.get("alert") or rule["record"] for rule in rules()
    )
    assert [rule for rule in told if rule["health"] == "err"] == []


def test_every_panel_shows_data(monitored):
    empty = [
        (board, panel, expression) for board, panel, expression in panels() if not monitored.now(expression)
    ]
    assert empty == []


def test_every_recorded_value_and_every_metric_that_a_rule_names_has_data(monitored):
    names = {name for rule in rules() for name in named(rule["expr"])}
    names |= {rule["record"] for rule in rules() if "record" in rule}
    assert [name for name in sorted(names) if not monitored.now(name)] == []


def opened(expression: str) -> str:
    """An alert's expression with its thresholds opened: it answers 0 or 1 where it would answer or not."""
    return re.sub(r" (==|!=|>=|<=|>|<) (?!bool)", r" \1 bool ", expression)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_every_alert_has_something_to_judge(monitored, alert):
    assert monitored.now(opened(alert["expr"])), opened(alert["expr"])


def test_the_letters_of_topic_and_sources_are_all_counted(monitored):
    found = {
        (labels["reason"], labels["origin"]): value
        for labels, value in monitored.now("tocsin_dead_letters_total > 0")
    }
    assert found == {("too_large", "topic"): 3, ("not_json", "source"): 3, ("not_a_feed", "source"): 1}
