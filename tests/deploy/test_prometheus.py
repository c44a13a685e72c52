"""The rules by Prometheus' own tool; each alert tested both ways, with a page that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from tests.deploy.expressions import alerts, families, known, named, rules
from tests.deploy.tools import DEPLOY, run, tool
from worker import metrics, settings

RULES = DEPLOY / "prometheus"
NAMES = [alert["alert"] for alert in alerts()]


def runbook(name: str) -> str:
    return (DEPLOY / "runbooks" / f"{name}.md").read_text(encoding="utf-8")


def test_the_metrics_page_is_clean_by_promtool():
    measured = metrics.create("0", "kafka")
    measured.show_watchlists({"pacts": 1})
    measured.expect_sinks(["file"])
    measured.show_lag({("tocsin.articles", 0): 1}, 5.0)
    assert run(tool("promtool", "prometheus"), "check", "metrics", given=measured.page()) == ""


def test_the_rules_are_rules():
    run(tool("promtool", "prometheus"), "check", "rules", *map(str, RULES.glob("*.rules.yaml")))


def test_each_alert_fires_and_stays_silent_as_its_cases_say():
    run(tool("promtool", "prometheus"), "test", "rules", "alerts.test.yaml", folder=RULES)


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not():
    cases = yaml.safe_load((RULES / "alerts.test.yaml").read_text())["tests"]
    asked = [
        (each["alertname"], bool(each["exp_alerts"])) for case in cases for each in case["alert_rule_test"]
    ]
    assert set(asked) == {(name, fires) for name in NAMES for fires in (True, False)}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.get("alert") or rule["record"])
def test_a_rule_names_metrics_that_exist(rule):
    assert named(rule["expr"])
    assert named(rule["expr"]) - known() == set()


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_what_it_saw_and_where_to_read_on(alert):
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert "$value" in alert["annotations"]["description"]
    assert (DEPLOY / alert["annotations"]["runbook_url"]).is_file()


def test_there_is_no_runbook_without_an_alert():
    assert sorted(path.stem for path in Path(DEPLOY / "runbooks").glob("*.md")) == sorted(NAMES)


def test_the_readme_lists_each_alert_by_how_bad_it_is():
    readme = (DEPLOY.parent / "README.md").read_text(encoding="utf-8")
    told = {
        (severity, name)
        for severity, line in re.findall(r"^\* \*\*(critical|warning)\*\*(.*)$", readme, re.MULTILINE)
        for name in re.findall(r"runbooks/(\w+)\.md", line)
    }
    assert told == {(alert["labels"]["severity"], alert["alert"]) for alert in alerts()}


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_has_its_four_parts_and_names_what_exists(name):
    from worker.cli import tocsin

    page = runbook(name)
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [
        "What it means",
        "How to see why",
        "What to do",
        "How to know it is over",
    ]
    expression = next(alert["expr"] for alert in alerts() if alert["alert"] == name)
    assert f"```promql\n{expression}\n```" in page
    keys = {key for key, _, _ in settings.describe()}
    for quoted in re.findall(r"`([^`\n]+)`", page):
        if quoted.startswith("tocsin "):
            verb, *words = quoted.split()[1:]
            command = tocsin.get_command(None, verb)
            assert command is not None, quoted
            if isinstance(command, click.Group):
                command = command.commands[words.pop(0)]
            try:
                command.make_context(verb, words)
            except (click.MissingParameter, click.NoSuchOption) as wrong:
                pytest.fail(f"{quoted}: {wrong}")
            except click.BadParameter:
                pass  # a file that stands for the reader's own
        elif re.fullmatch(r"(bus|limits|metrics|watchlists|sinks|sources)\.\w+", quoted):
            assert quoted in keys
        assert {word for word in named(quoted) if "_" in word} - known() - families() == set(), quoted
