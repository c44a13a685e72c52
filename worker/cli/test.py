"""`tocsin test`: the examples beside each rule."""

from __future__ import annotations

import sys

import click

from worker.cli import options
from worker.cli.options import counted


@click.command("test")
@options.citations
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def command(paths: tuple[str, ...]) -> None:
    """Run must_match and must_not_match of every watch; a failure shows why.

    PATH is a file or folder of watch-lists, or `builtin`. Exit code 1 when an example fails.
    """
    from worker import bootstrap
    from worker.match import judge_example
    from worker.watchlist import run_examples

    loaded = bootstrap.load_watchlists(paths)
    results = list(run_examples(loaded.watches, judge_example()))
    failures = [result for result in results if result.failure]
    for result in failures:
        click.echo(str(result))
    without = sum(1 for watch in loaded.watches if not (watch.must_match or watch.must_not_match))
    note = f"; {counted(without, 'watch has', 'watches have')} no examples" if without else ""
    ran, of = counted(len(results), "example"), counted(len(loaded.watches), "watch", "watches")
    click.echo(f"{ran} of {of}, {len(failures)} failed{note}.")
    sys.exit(1 if failures else 0)
