"""`tocsin backtest`: what watch-lists would have rung on a history."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.errors import BadInput, UsageError

if TYPE_CHECKING:
    from worker.backtest import Piece, Version
    from worker.watchlist import LoadedWatchlists

_TOLD = 3
"""Bad inputs shown as they are met; all of them are counted by reason."""


def _day(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", value):
        raise click.BadParameter(f"{value!r} is no day; write it as 2026-11-24.")
    return value


@click.command("backtest")
@options.citations
@options.watchlists
@click.option("--against", "old_paths", multiple=True, metavar="OLD", help="Compare with these watch-lists.")
@click.option(
    "--watch", "watch_ids", multiple=True, metavar="ID", help="Only this watch; may be given again."
)
@click.option("--bus", "from_bus", is_flag=True, help="Read the articles topic of the configured bus.")
@options.config
@click.option("--since", callback=_day, metavar="DAY", help="Only articles of this day (UTC) and later.")
@click.option("--until", callback=_day, metavar="DAY", help="Only articles of this day (UTC) and earlier.")
@click.option(
    "--sample", default=10, show_default=True, type=click.IntRange(min=0), help="Alerts shown whole."
)
@click.option("--seed", default=0, show_default=True, help="Another number, another sample.")
@options.as_json
@click.argument("articles", nargs=-1, metavar="[ARTICLES]...")
def command(
    paths: tuple[str, ...],
    old_paths: tuple[str, ...],
    watch_ids: tuple[str, ...],
    from_bus: bool,
    config_path: Path | None,
    since: str | None,
    until: str | None,
    sample: int,
    seed: int,
    json_lines: bool,
    articles: tuple[str, ...],
) -> None:
    """Show what watch-lists would have rung on a history: by day, language, source and watch, and a sample.

    ARTICLES are files or folders of all that `scan` reads, or `-`. With --bus the history is what the
    articles topic holds; nothing is moved or written there. The same article with the same words counts
    once. Exit code 1 when some input was no article.

        tocsin backtest -w new.yaml --against old.yaml archive/
        tocsin backtest -w harbour.yaml --bus --since 2026-11-01
    """
    from worker.backtest import Trial, Window
    from worker.cli.backtest_text import print_report

    if from_bus and articles:
        raise UsageError("give articles or --bus, not both.")
    new, old = _versions(paths, old_paths, watch_ids)
    trial = Trial(new, old, Window(since, until), sample, seed)
    for piece in _bus_pieces(config_path) if from_bus else _file_pieces(articles):
        trial.take(piece)
    report = trial.report()
    if options.wants_json(json_lines):
        import msgspec

        for line in report.lines():
            click.echo(msgspec.json.encode(line).decode())
    else:
        print_report(report, sys.stdout)
    sys.exit(1 if report.figures.bad else 0)


def _versions(
    paths: tuple[str, ...], old_paths: tuple[str, ...], watch_ids: tuple[str, ...]
) -> tuple[Version, Version | None]:
    """The version under test and the one it is compared with, both narrowed to the watches asked for."""
    from worker import bootstrap

    loaded = [bootstrap.load_watchlists(each) for each in (paths, old_paths) if each]
    known = [watch.id for each in loaded for watch in each.watches]
    for name in watch_ids:
        if name not in known:
            raise options.unknown_watch(name, known)
    versions = [_version(each, watch_ids) for each in loaded]
    return versions[0], versions[1] if old_paths else None


def _version(loaded: LoadedWatchlists, watch_ids: tuple[str, ...]) -> Version:
    import msgspec

    from worker import bootstrap
    from worker.backtest import Version
    from worker.clock import SystemClock
    from worker.settings import Settings

    watches = {watch.id: watch for watch in loaded.watches if not watch_ids or watch.id in watch_ids}
    narrowed = msgspec.structs.replace(loaded, watches=tuple(watches.values()))
    settings, clock = Settings(), SystemClock()
    measured = bootstrap.build_metrics(settings, narrowed, clock)
    return Version(bootstrap.build_pipeline(settings, narrowed, measured, clock), watches)


def _file_pieces(paths: tuple[str, ...]) -> Iterator[Piece]:
    """What the files hold, one piece after the other; JSON lines are never held whole."""
    from worker.article import read_items
    from worker.backtest import Piece
    from worker.feeds import parse_feed

    told = 0
    opened = list(options.streams(paths))
    with options.progress("articles", sum(size for _, size, _ in opened)) as advance:
        for name, size, open_stream in opened:
            with open_stream() as stream:
                at = 0
                for item in read_items(stream, source_name=name, parse_feed=parse_feed):
                    if isinstance(item.found, BadInput):
                        told = _tell(item.found, told)
                    yield Piece(item.found)
                    at = _advance(advance, at, stream.tell())
                advance(size - at)


def _advance(advance: Callable[[int], None], before: int, now: int) -> int:
    """Streams are read in blocks and seek back once; the bar only goes forward."""
    if now > before:
        advance(now - before)
    return max(before, now)


def _bus_pieces(config_path: Path | None) -> Iterator[Piece]:
    """What the articles topic of the configured bus holds."""
    from worker import bootstrap, logs, settings
    from worker.article import decode
    from worker.backtest import Piece
    from worker.ports import ARTICLES

    logs.configure()
    configured = settings.load(options.config_file(config_path))
    limit, told = configured.limits.article_bytes, 0
    reader = bootstrap.open_reader(configured)
    try:
        with options.progress("articles", reader.count(ARTICLES)) as advance:
            for record in reader.records(ARTICLES):
                advance(1)
                try:
                    yield Piece(decode(record, limit=limit), record.timestamp)
                except BadInput as bad:
                    where = f"{record.topic} partition {record.partition} offset {record.offset}: "
                    told = _tell(BadInput(bad.reason, where + bad.detail), told)
                    yield Piece(bad, record.timestamp)
    finally:
        reader.close()


def _tell(bad: BadInput, told: int) -> int:
    if told < _TOLD:
        click.echo(f"tocsin: {bad.detail} [{bad.reason}]", err=True)
    elif told == _TOLD:
        click.echo("tocsin: more are no articles; they are counted in the report.", err=True)
    return told + 1
