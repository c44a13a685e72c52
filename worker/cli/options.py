"""Options that several verbs share, and how they print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from worker.errors import UsageError

Decorated = Callable[..., Any]

watchlists: Callable[[Decorated], Decorated] = click.option(
    "-w",
    "--watchlist",
    "paths",
    multiple=True,
    metavar="PATH",
    default=("builtin",),
    show_default=True,
    help="A file or folder of watch-lists, or `builtin`; may be given again.",
)
as_json: Callable[[Decorated], Decorated] = click.option(
    "--json", "json_lines", is_flag=True, help="JSON lines, as in a pipe, on a terminal too."
)
config: Callable[[Decorated], Decorated] = click.option(
    "-c",
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Settings; `tocsin.toml` in this folder is read when it is there.",
)


def wants_json(json_lines: bool) -> bool:
    """JSON lines were asked for, or standard output is no terminal."""
    return json_lines or not sys.stdout.isatty()


def config_file(given: Path | None) -> Path | None:
    """The settings file: the one given, else `tocsin.toml` where it exists."""
    default = Path("tocsin.toml")
    return given or (default if default.is_file() else None)


def inputs(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file named, of every file in the folders named, and of `-`.

    Raises UsageError for what cannot be read.
    """
    for path in paths or ("-",):
        if path == "-":
            yield "standard input", sys.stdin.buffer.read()
            continue
        for file in _files(Path(path)):
            try:
                yield str(file), file.read_bytes()
            except OSError as error:
                raise UsageError(f"{file}: cannot be read: {error.strerror}.") from None


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return [path]


def lines_of(paths: tuple[str, ...]) -> Iterator[str]:
    """The lines of the inputs, without blank ones; what is not UTF-8 is replaced, never fatal."""
    for _, data in inputs(paths):
        for line in data.decode("utf-8", "replace").splitlines():
            if line.strip():
                yield line
