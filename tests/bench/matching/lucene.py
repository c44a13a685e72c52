"""Lucene Monitor as an engine: built once by Maven into a cache, run on the benchmark's core.

The virtual machine is told of one processor by the pinning, so it takes the serial collector; its heap has
one size from the start, larger than it needs. Its compiler is
given time until it makes nothing faster any more.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).parent / "lucene"
COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
PRESEARCHERS = ("multi", "term")
HEAP_GIGABYTES = 6
HEAP_GIGABYTES_A_MILLION = 5


class NoLucene(RuntimeError):
    """Lucene cannot be had here; the text says what to install or what went wrong."""


def build() -> Path:
    """The folder with Lucene's jars and the engine's, made on first use and whenever its source changes."""
    sources = sorted(path for path in PROJECT.rglob("*") if path.is_file() and "target" not in path.parts)
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    cache = Path.home() / ".cache/tocsin" / f"lucene-bench-{version}"
    cache.parent.mkdir(parents=True, exist_ok=True)
    with cache.with_name(cache.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.is_dir():
            _build(cache)
    return cache


def command(rules: Path, texts: Path, presearcher: str, count: int) -> Sequence[str]:
    """The command of an engine with `count` rules."""
    folder = build()
    heap = f"{HEAP_GIGABYTES + round(HEAP_GIGABYTES_A_MILLION * count / 1e6)}g"
    classpath = f"{folder}/*:{folder}/lib/*"
    # Without memory its process would stay, and we would wait for it, as threads of the Monitor live on.
    memory = (f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
    return [
        "java",
        *memory,
        "-cp",
        classpath,
        "tocsin.bench.LuceneMonitor",
        str(rules),
        str(texts),
        presearcher,
    ]


def _build(cache: Path) -> None:
    for tool, package in (("java", "openjdk-17-jdk-headless"), ("mvn", "maven")):
        if shutil.which(tool) is None:
            raise NoLucene(f"Lucene Monitor needs {tool} (Debian: apt-get install {package})")
    draft = cache.with_name(f"{cache.name}.new-{os.getpid()}")
    try:
        maven = ["mvn", "-B", "-q", "-f", str(PROJECT / "pom.xml"), f"-Dbench.folder={draft}"]
        jars = f"-DoutputDirectory={draft / 'lib'}"
        done = subprocess.run([*maven, "package", COPY_DEPENDENCIES, jars], capture_output=True, text=True)
        if done.returncode != 0:
            raise NoLucene(f"Maven could not build Lucene Monitor: {(done.stdout + done.stderr)[-2000:]}")
        draft.rename(cache)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
