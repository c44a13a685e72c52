"""Every expression of rules and dashboards, and the metrics they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.tools import DEPLOY
from worker import metrics

OF_PROMETHEUS = {"up", "ALERTS"}


def rules() -> list[dict[str, Any]]:
    """All rules of deploy/prometheus, in order."""
    files = [DEPLOY / "prometheus" / f"{name}.rules.yaml" for name in ("recording", "alerts")]
    groups = [group for path in files for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """The alert rules."""
    return [rule for rule in rules() if "alert" in rule]


def panels() -> Iterator[tuple[str, str, str]]:
    """(dashboard, panel, expression) of every query of every dashboard."""
    for name, board in boards().items():
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield name, panel["title"], target["expr"]


def boards() -> dict[str, dict[str, Any]]:
    """Every dashboard as committed, by its name."""
    paths = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}


def known() -> set[str]:
    """Every name a sample may have: the page's, Prometheus' own, and what the recording rules make."""
    page = metrics.create("0", "kafka").page().decode()
    names = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE):
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names | OF_PROMETHEUS | {rule["record"] for rule in rules() if "record" in rule}


def families() -> set[str]:
    """Every metric's own name, as prose says it."""
    page = metrics.create("0", "kafka").page().decode()
    return set(re.findall(r"^# TYPE (\S+) ", page, re.MULTILINE))


def named(expression: str) -> set[str]:
    """The metrics an expression names: words with an underscore or a colon, outside of braces and quotes."""
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"|\b(by|on|without)\s*\([^)]*\)", " ", expression)
    words = re.findall(r"[a-zA-Z_:][\w:]*", bare)
    return {word for word in words if re.match(r"(job:|tocsin|process_|python_|ALERTS$|up$)", word)}
