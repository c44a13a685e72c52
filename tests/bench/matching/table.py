"""The table: for each scenario Tocsin, the floor, and the other engines with Tocsin's rate as a multiple."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.matching.measure import FLOOR, TOCSIN, Row

COLUMNS = (
    "rules", "engine", "articles/s", "quoted/s", "p50 ms", "p99 ms", "evaluated", "matched", "spans",
    "build s", "MB", "Tocsin is", "differ",
)  # fmt: skip
LEGEND = """\
articles/s: by the processor time of the whole process; the same articles for all, in turn on one core.
evaluated, matched, spans: rules evaluated and matched and places found, an article; only Tocsin has places.
quoted/s: articles/s when each place is made an object that quotes its words too, as for an alert; else this
is done when it is read. The other engines say which rules match and nothing else.
p50, p99: processor time an article. build: from the file of rules to the first article. MB: the process
once built; of Lucene the live heap alone. Tocsin is: its articles/s as a multiple of the engine's; beside
the floor, its time as a multiple of the floor's. differ: pairs of article and rule that only one of Tocsin
and the engine matches; –: not compared, since a proximity is not a sloppy phrase."""


def better_presearchers(rows: Sequence[Row]) -> list[Row]:
    """The rows without Lucene's slower presearcher of each scenario."""
    kept: list[Row] = []
    for row in rows:
        rivals = [each for each in rows if _is_lucene(each) and each.scenario == row.scenario]
        if not _is_lucene(row) or row is max(rivals, key=lambda each: each.rate):
            kept.append(row)
    return kept


def _is_lucene(row: Row) -> bool:
    return row.engine.startswith("Lucene")


def render(rows: Sequence[Row]) -> str:
    """The table as text, columns aligned."""
    lines = [COLUMNS]
    named = ""
    for row in better_presearchers(rows):
        ours = next(each for each in rows if each.scenario == row.scenario and each.engine == TOCSIN)
        lines.append(_cells(row, ours, row.scenario if row.scenario != named else ""))
        named = row.scenario
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row, ours: Row, name: str) -> tuple[str, ...]:
    counted = row.engine != FLOOR
    return (
        name,
        row.engine,
        number(row.rate),
        number(row.quoted) if row.quoted else "",
        f"{row.p50_ms:.2f}",
        f"{row.p99_ms:.2f}",
        number(row.evaluated) if row.evaluated else "",
        number(row.matched) if counted else "",
        number(row.spans) if row.spans else "",
        f"{row.build_seconds:.1f}",
        f"{row.memory / 1e6:,.0f}",
        _ratio(row, ours),
        "" if row.engine in (TOCSIN, FLOOR) else "–" if row.differences is None else f"{row.differences:,}",
    )


def _ratio(row: Row, ours: Row) -> str:
    if row.engine == TOCSIN:
        return ""
    return f"{row.rate / ours.rate:.1f}× floor" if row.engine == FLOOR else f"{ours.rate / row.rate:.1f}×"


def number(value: float) -> str:
    """Three figures that count, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def noise(rows: Sequence[Row]) -> str:
    """How much of the core the engines had: below 95 %, others were at work and took of the caches too."""
    least = min(rows, key=lambda row: row.busy)
    return (
        f"The engines had {least.busy:.0%} of the core or more (least: {least.engine} on {least.scenario})."
    )
