"""Options that several verbs share, and how they print."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from worker.errors import UsageError

_NAMED = 20
"""Watches named when none is near; a machine-made list has a million."""

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


def _use_citations(_context: click.Context, _parameter: click.Parameter, folder: str | None) -> None:
    """Put the citation data of one's own in force: the folder named, else the one of the settings."""
    chosen = folder if folder is not None else _citations_of_settings()
    if chosen is not None:
        from worker.citations import use_folder

        use_folder(chosen)


def _citations_of_settings() -> str | None:
    """`citations.folder` of the environment or of `tocsin.toml` here, where it has the section."""
    file = config_file(None)
    named = file is not None and "[citations]" in file.read_text(encoding="utf-8", errors="replace")
    if not named and not any(name.startswith("TOCSIN_CITATIONS__") for name in os.environ):
        return None
    from worker.settings import load

    return load(file if named else None).citations.folder


citations: Callable[[Decorated], Decorated] = click.option(
    "--citations",
    metavar="FOLDER",
    default=None,
    expose_value=False,
    callback=_use_citations,
    help="A folder of treaties and languages of your own; `citations.folder` of the settings when not given.",
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


def streams(paths: tuple[str, ...]) -> Iterator[tuple[str, int, Callable[[], BinaryIO]]]:
    """As `inputs`, but (name, size in bytes, opener): what is large is read a piece at a time.

    Raises UsageError for what cannot be read.
    """
    for path in paths or ("-",):
        if path == "-":
            data = sys.stdin.buffer.read()
            yield "standard input", len(data), partial(io.BytesIO, data)
            continue
        for file in _files(Path(path)):
            try:
                file.open("rb").close()
                yield str(file), file.stat().st_size, partial(_opened, file)
            except OSError as error:
                raise UsageError(f"{file}: cannot be read: {error.strerror}.") from None


def _opened(file: Path) -> BinaryIO:
    return file.open("rb")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error when that is a terminal; the block is handed what moves it forward."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def counted(number: int, one: str, several: str = "") -> str:
    """`1 watch`, `2 watches`; without `several`, an s is added."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def unknown_watch(name: str, known: Sequence[str]) -> UsageError:
    """The error of a watch id that no list has; names the nearest, or some that there are."""
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    some = ", ".join(known[:_NAMED]) + (f" and {len(known) - _NAMED} more" if len(known) > _NAMED else "")
    return UsageError(
        f"there is no watch '{name}'." + (f" Did you mean '{close[0]}'?" if close else f" There are: {some}.")
    )


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
