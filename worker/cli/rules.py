"""`tocsin rules`: which watches cost the most."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.errors import BadInput, UsageError

if TYPE_CHECKING:
    from worker.match import Cost

_SECONDS = 10.0


@click.command("rules")
@options.watchlists
@options.as_json
@click.option("--slow", "most", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N")
@click.option("--at", "address", metavar="ADDRESS", help="Ask the worker that serves metrics here.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(
    paths: tuple[str, ...], json_lines: bool, most: int, address: str | None, files: tuple[str, ...]
) -> None:
    """Show the watches that cost the most: how often looked at, how often they rang, and seconds.

    Seconds are those that the plain evaluator spent on them: what the index decides costs microseconds.

        tocsin rules --at http://127.0.0.1:9464 --slow 10
        tocsin rules -w my-lists/ articles.jsonl
    """
    found = _asked(address)[:most] if address else _measured(paths, files, most)
    if options.wants_json(json_lines):
        import msgspec

        for cost in found:
            click.echo(msgspec.json.encode(cost).decode())
        return
    _show(found)


def _asked(address: str) -> list[Cost]:
    """What a running worker says. Raises UsageError when nobody answers there."""
    from urllib.error import URLError
    from urllib.request import ProxyHandler, build_opener

    import msgspec

    from worker.match import Cost

    where = f"{address.removesuffix('/metrics').rstrip('/')}/-/rules"
    if not where.startswith(("http://", "https://")):
        raise UsageError(f"--at: {address} is no address of the web, such as http://127.0.0.1:9464.")
    try:
        with build_opener(ProxyHandler({})).open(where, timeout=_SECONDS) as answer:
            return msgspec.json.decode(answer.read(), type=list[Cost])
    except (URLError, OSError, msgspec.DecodeError) as error:
        raise UsageError(
            f"--at: {where} does not tell: {error}. Is it a running worker on this machine?"
        ) from None


def _measured(paths: tuple[str, ...], files: tuple[str, ...], most: int) -> Sequence[Cost]:
    from worker import bootstrap
    from worker.article import read_articles
    from worker.clock import SystemClock
    from worker.feeds import parse_feed
    from worker.settings import Settings

    clock, settings = SystemClock(), Settings()
    loaded = bootstrap.load_watchlists(paths)
    measured = bootstrap.build_metrics(settings, loaded, clock)
    pipeline = bootstrap.build_pipeline(settings, loaded, measured, clock)
    for name, data in options.inputs(files):
        for article in read_articles(data, source_name=name, parse_feed=parse_feed):
            if isinstance(article, BadInput):
                click.echo(f"tocsin: {article.detail} [{article.reason}]", err=True)
            else:
                pipeline.judge_article(article)
    return bootstrap.indexed(pipeline).slowest(most)


def _show(found: Sequence[Cost]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("watch", "looked at", "rang", "seconds", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for cost in found:
        table.add_row(cost.watch, f"{cost.evaluated:,}", f"{cost.matched:,}", f"{cost.seconds:.3f}")
    Console(file=sys.stdout).print(table)
