"""`tocsin scan`: files in, alerts out, once, without a bus."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from worker.cli import options
from worker.errors import BadInput
from worker.types import Article, Outcome


@click.command("scan")
@options.citations
@options.watchlists
@options.as_json
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(paths: tuple[str, ...], json_lines: bool, files: tuple[str, ...]) -> None:
    """Match articles once and print an alert for each watch that rings.

    FILE is JSON, JSON lines, a feed, HTML or plain text, told apart by content; a folder of such; or `-`
    for standard input. Exit code 1 when some input was no article; the reasons are on standard error.

        tocsin scan article.html
        curl -s https://example.org/feed | tocsin scan -w my-lists/ -
    """
    from worker import bootstrap
    from worker.clock import SystemClock
    from worker.settings import Settings
    from worker.sinks.stdout import StdoutSink

    clock = SystemClock()
    loaded = bootstrap.load_watchlists(paths)
    settings = Settings()
    pipeline = bootstrap.build_brief_pipeline(
        settings, loaded, bootstrap.build_metrics(settings, loaded, clock), clock
    )
    sink = StdoutSink(json_lines=options.wants_json(json_lines))
    outcomes = dict.fromkeys(Outcome, 0)
    for found in _articles(files):
        if isinstance(found, BadInput):
            outcomes[Outcome.DEAD_LETTER] += 1
            click.echo(f"tocsin: {found.detail} [{found.reason}]", err=True)
            continue
        judged = pipeline.judge_article(found)
        outcomes[judged.outcome] += 1
        sink.write(judged.alerts)
        for missed in judged.unevaluated:
            click.echo(
                f"tocsin: {missed.watch.id} could not be evaluated on {found.id}: {missed.budget}", err=True
            )
    if sys.stderr.isatty():
        click.echo(summary(outcomes), err=True)
    sys.exit(1 if outcomes[Outcome.DEAD_LETTER] else 0)


def summary(outcomes: dict[Outcome, int]) -> str:
    """`20 articles = 13 alerted + 7 no_match`: what came in and how it ended."""
    ends = " + ".join(f"{number} {outcome}" for outcome, number in outcomes.items() if number)
    return f"{sum(outcomes.values())} articles = {ends or '0'}"


def _articles(files: tuple[str, ...]) -> Iterator[Article | BadInput]:
    from worker.article import read_articles
    from worker.feeds import parse_feed

    for name, data in _shown(files):
        yield from read_articles(data, source_name=name, parse_feed=parse_feed)


def _shown(files: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The inputs, with progress on a terminal when alerts do not go to it."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from options.inputs(files)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scanning", total=None)
        for name, data in options.inputs(files):
            progress.update(task, advance=1, description=f"scanning {name}")
            yield name, data
