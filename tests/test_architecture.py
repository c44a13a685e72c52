"""The ladder of rooms and the doors of the libraries, as `[tool.importlinter]` in pyproject.toml has them."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ROOT / "worker"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("lint-imports")
    command = [str(script), "--no-cache", "--no-logo", "--config", str(folder / "pyproject.toml")]
    path = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=path, capture_output=True, text=True, timeout=120)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the rooms that a test may break."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for module in ROOMS.rglob("*.py"):
        target = tmp_path / module.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(module.read_text())
    return tmp_path


def add(folder: Path, module: str, line: str) -> None:
    path = folder / module
    path.write_text(path.read_text() + f"\n\ndef _smuggled():\n    {line}\n")


def test_rooms_import_only_from_below_and_libraries_keep_to_their_doors() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("worker/text/fold.py", "import worker.rules", "a room imports only from below"),
        ("worker/rules/tree.py", "import worker.citations", "a room imports only from below"),
        ("worker/article/read.py", "import sqlite3", "sqlite3 is known to worker.bus alone"),
        ("worker/feeds/poll.py", "import kafka", "kafka is known to worker.bus alone"),
        ("worker/bus/topics.py", "from feedparser import parse", "feedparser is known to worker.feeds alone"),
        (
            "worker/text/stems.py",
            "import langdetect",
            "the detectors of languages are known to worker.language alone",
        ),
        (
            "worker/bus/kafka.py",
            "import prometheus_client",
            "prometheus_client is known to worker.metrics alone",
        ),
        ("worker/pipeline.py", "import httpx", "the pipeline has no input or output of its own"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(copy: Path, module: str, line: str, contract: str) -> None:
    add(copy, module, line)
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


def test_every_door_of_the_design_has_a_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    guarded = {name for contract in settings["contracts"] for name in contract.get("forbidden_modules", ())}
    assert guarded >= {"kafka", "sqlite3", "feedparser", "langdetect", "prometheus_client"}
