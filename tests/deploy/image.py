"""`python -m tests.deploy.image`: the container file's steps in a clean folder, without an engine.

Each COPY and RUN is done under a folder that stands for the image's root, with an environment that has
nothing of this one but the way to Python and to the package index. Then the image's command is started,
and its health check run against it. What it cannot show: the base image, the user, the read-only root.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy.tools import DEPLOY, ROOT

PLACES = ("/opt", "/src", "/wheel", "/data")
KEPT = re.compile(r"(?i)(https?_proxy|no_proxy|(pip|uv|ssl|requests)_.*)")


def steps() -> list[tuple[str, str]]:
    """(instruction, rest) of the container file, its continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(line[0], line[1]) for line in lines]


def under(root: Path, text: str) -> str:
    """The text with the image's folders moved below `root`."""
    return re.sub(rf"(?<![\w.])({'|'.join(PLACES)})\b", lambda found: f"{root}{found[1]}", text)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tocsin-image-") as folder:
        root = Path(folder)
        environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
        environment["PATH"] = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
        place, check, entry = root, "", ""
        for instruction, rest in steps():
            if instruction in ("RUN", "COPY", "HEALTHCHECK", "ENTRYPOINT"):
                print(f"{instruction} {rest}", flush=True)
            if instruction == "ENV":
                pairs = dict(word.split("=", 1) for word in shlex.split(under(root, rest)))
                environment |= {
                    name: value.replace("$PATH", environment["PATH"]) for name, value in pairs.items()
                }
            elif instruction == "WORKDIR":
                place = Path(under(root, rest))
                place.mkdir(parents=True, exist_ok=True)
            elif instruction == "COPY" and not rest.startswith("--from"):
                copy(rest.split(), place)
            elif instruction == "RUN":
                command = under(root, rest)
                if os.geteuid() != 0:
                    command = re.sub(r"&& chown \S+ \S+", "", command)
                subprocess.run(["sh", "-ec", command], cwd=place, env=environment, check=True)
            elif instruction == "HEALTHCHECK":
                check = rest.partition("CMD ")[2]
            elif instruction == "ENTRYPOINT":
                entry = rest
        return serve(root, environment, json.loads(entry), json.loads(check))


def copy(words: list[str], place: Path) -> None:
    """COPY FROM… TO, from the checkout."""
    *found, to = words
    target = place / to
    for name in found:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)


def serve(root: Path, environment: dict[str, str], entry: list[str], check: list[str]) -> int:
    """Start `run` on a folder and ask the health check until it is content; 0 when it is."""
    (root / "data" / "in").mkdir()
    program = str(root / "opt" / "tocsin" / "bin" / entry[0])
    command = [program, "run", "--folder", "in"]
    worker = subprocess.Popen(command, cwd=root / "data", env=environment, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and worker.poll() is None:
            healthy = subprocess.run(
                check, env=environment, cwd=root / "data", capture_output=True, check=False
            )
            if healthy.returncode == 0:
                print("the health check is content")
                return 0
            time.sleep(1)
        print("the worker did not become healthy", file=sys.stderr)
        return 1
    finally:
        worker.terminate()
        worker.wait(30)


if __name__ == "__main__":
    sys.exit(main())
