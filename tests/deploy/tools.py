"""The programs these tests run; absent ones skip, and fail where the whole is required."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPTIONAL = {"systemd-analyze"}
"""What no package brings on a system without systemd; tests/all says so."""


def tool(name: str, package: str) -> str:
    """The path of a program, else skip; fail under CI or TOCSIN_REQUIRE_KAFKA where it can be installed."""
    found = shutil.which(name)
    if found:
        return found
    words = f"{name} is not on the PATH (Debian: apt-get install {package})"
    if name not in OPTIONAL and (os.environ.get("CI") or os.environ.get("TOCSIN_REQUIRE_KAFKA")):
        pytest.fail(words)
    pytest.skip(words)


def run(*command: str, folder: Path = ROOT, given: bytes | None = None) -> str:
    """A command's output. Fails with all it said unless it ends with 0."""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=300, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said
