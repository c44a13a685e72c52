"""A back-test's report as a person reads it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from worker.alert.render import visible
from worker.backtest import Change, Lost, Report, Share
from worker.sinks.stdout import print_alert

MOST_DAYS = 31
MOST_ROWS = 15
MOST_CHANGES = 50
"""Rows shown; what is left out is counted. JSON has everything."""

_BAR = 30


def print_report(report: Report, stream: TextIO) -> None:
    """The whole report: figures, days, languages, sources, watches, sample, changes."""

    def say(lines: Iterator[str]) -> None:
        stream.writelines(f"{line}\n" for line in lines)

    say(_figures(report))
    say(_days(report.days))
    for title, shares in (
        ("language", report.languages),
        ("source", report.sources),
        ("watch", report.watches),
    ):
        say(_shares(title, shares))
    if report.sample:
        stream.write(f"\na sample of {len(report.sample)}\n\n")
        for sampled in report.sample:
            print_alert(sampled.alert, stream)
    say(_changes(report))


def _figures(report: Report) -> Iterator[str]:
    figures = report.figures
    ends = " + ".join(f"{count:,} {name}" for name, count in figures.outcomes.items() if count)
    rung = f"{figures.alerts:,} alerts of {figures.watches:,} watches"
    yield f"{figures.pieces:,} articles = {ends or '0'}; {rung}"
    if figures.first_day is not None:
        undated = f"; {figures.undated:,} have no date" if figures.undated else ""
        yield f"from {figures.first_day} to {figures.last_day}{undated}"
    for reason, count in figures.bad.items():
        yield f"no articles: {count:,} {reason}"


def _days(days: Sequence[Share]) -> Iterator[str]:
    if not days:
        return
    yield from ("", f"{'day':<12}{'alerts':>8}{'articles':>10}")
    earlier, shown = days[:-MOST_DAYS], days[-MOST_DAYS:]
    if earlier:
        alerts, articles = sum(day.alerts for day in earlier), sum(day.articles or 0 for day in earlier)
        yield f"{'earlier':<12}{alerts:>8,}{articles:>10,}  {len(earlier):,} days"
    most = max(day.alerts for day in shown) or 1
    for day in shown:
        bar = "█" * -(-day.alerts * _BAR // most)
        yield f"{day.name:<12}{day.alerts:>8,}{day.articles or 0:>10,}  {bar}".rstrip()


def _shares(title: str, shares: Sequence[Share]) -> Iterator[str]:
    if not shares:
        return
    counted = shares[0].articles is not None
    yield from ("", f"{title:<32}{'alerts':>8}" + (f"{'articles':>10}" if counted else ""))
    for share in shares[:MOST_ROWS]:
        articles = f"{share.articles:>10,}" if share.articles is not None else ""
        missed = f"   could not be evaluated on {share.not_evaluated:,}" if share.not_evaluated else ""
        yield f"{visible(share.name)[:31]:<32}{share.alerts:>8,}{articles}{missed}"
    rest = shares[MOST_ROWS:]
    if rest:
        silent = sum(1 for share in rest if not share.alerts)
        alerts = sum(share.alerts for share in rest)
        yield f"… and {len(rest):,} more with {alerts:,} alerts, {silent:,} with none"


def _changes(report: Report) -> Iterator[str]:
    if report.comparison is None:
        return
    found = report.comparison
    counts = f"{found.lost:,} lost, {found.gained:,} gained, {found.unchanged:,} unchanged"
    yield f"against the other version: {counts}"
    for change in report.changes[:MOST_CHANGES]:
        yield ""
        yield from _change(change)
    if len(report.changes) > MOST_CHANGES:
        yield from ("", f"… and {len(report.changes) - MOST_CHANGES:,} more; --json shows all")


def _change(change: Change) -> Iterator[str]:
    lost = isinstance(change, Lost)
    quotes = "; ".join(f"“{visible(quote)}”" for quote in change.quotes)
    yield f"{'- lost' if lost else '+ gained'}  {change.watch}  {visible(change.title)}"
    yield f"    {visible(change.article)} · language {change.language} · {change.day or 'no date'}"
    yield f"    {'rang on' if lost else 'rings on'} {quotes}"
    yield f"    {'now' if lost else 'before'}: {change.reason}"
