"""`tocsin check`: errors and lints of watch-lists, each with its place."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.cli.options import counted

if TYPE_CHECKING:
    from rich.progress import TaskID

SHOWN_AFTER = 0.7
"""Seconds before a bar appears: what is done sooner needs none."""


@click.command("check")
@options.citations
@click.option("--strict", is_flag=True, help="Exit 1 for lints too.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def command(strict: bool, paths: tuple[str, ...]) -> None:
    """Check watch-lists and print every error and lint of every file in one run.

    PATH is a file or folder, or `builtin`. Exit code 1 when there is an error. A lint is silenced on its
    line by `# tocsin: allow W05`.
    """
    from worker.rules import Rule
    from worker.watchlist import BUILTIN, WatchlistErrors, lint

    def why_any(rule: Rule) -> str | None:
        from worker.match import why_any  # the engine, which few lists need to be asked about

        return why_any(rule)

    try:
        with _progress() as told:
            named = [BUILTIN if path == "builtin" else Path(path) for path in paths]
            loaded, findings = lint(named, told, why_any)
    except WatchlistErrors as errors:
        click.echo(str(errors))
        click.echo(counted(len(errors.errors), "error"), err=True)
        sys.exit(1)
    for finding in findings:
        click.echo(str(finding))
    concepts = sum(len(listed.concepts) for listed in loaded.watchlists)
    examples = sum(len(watch.must_match) + len(watch.must_not_match) for watch in loaded.watches)
    click.echo(
        f"{counted(len(loaded.watchlists), 'watch-list')}, "
        f"{counted(len(loaded.watches), 'watch', 'watches')}, {counted(concepts, 'concept')}, "
        f"{counted(examples, 'example')}: no errors, {counted(len(findings), 'lint')}."
    )
    sys.exit(1 if strict and findings else 0)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal's standard error; seen only if checking takes longer than a moment."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, of: int) -> None:
            if time.monotonic() - started < SHOWN_AFTER:
                return
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=of)
            bar.update(tasks[stage], completed=done, total=of, refresh=True)

        yield told
