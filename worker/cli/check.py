"""`tocsin check`: errors and lints of watch-lists, each with its place."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("check")
@click.option("--strict", is_flag=True, help="Exit 1 for lints too.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def command(strict: bool, paths: tuple[str, ...]) -> None:
    """Check watch-lists and print every error and lint of every file in one run.

    PATH is a file or folder, or `builtin`. Exit code 1 when there is an error. A lint is silenced on its
    line by `# tocsin: allow W05`.
    """
    from worker.watchlist import BUILTIN, WatchlistErrors, lint

    try:
        loaded, findings = lint([BUILTIN if path == "builtin" else Path(path) for path in paths])
    except WatchlistErrors as errors:
        click.echo(str(errors))
        click.echo(f"{len(errors.errors)} errors", err=True)
        sys.exit(1)
    for finding in findings:
        click.echo(str(finding))
    concepts = sum(len(listed.concepts) for listed in loaded.watchlists)
    examples = sum(len(watch.must_match) + len(watch.must_not_match) for watch in loaded.watches)
    click.echo(
        f"{len(loaded.watchlists)} watch-lists, {len(loaded.watches)} watches, {concepts} concepts, "
        f"{examples} examples: no errors, {len(findings)} lints."
    )
    sys.exit(1 if strict and findings else 0)
