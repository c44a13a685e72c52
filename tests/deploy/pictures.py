"""`python -m tests.deploy.pictures`: each dashboard's data as an SVG, asked of a real Prometheus.

A broker, two workers and a Prometheus run for some minutes while articles come in waves, some of them bad, a
watch-list is broken and mended, and three of five feeds are broken. deploy/grafana/pictures is written.
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from tests.deploy.alerting import make_topics, on_kafka
from tests.deploy.expressions import boards
from tests.deploy.newsday import Newsday, newsday, page_of
from tests.deploy.prometheus import Prometheus, prometheus, until
from tests.deploy.tools import DEPLOY
from tests.end_to_end.worker_process import started
from tests.kafka_broker import KafkaBroker

Points = list[tuple[float, float]]
WIDTH, HEIGHT, GAP = 470, 190, 16
PLOT = 110
LEFT, RIGHT = 62, 12
MOST_LINES = 6
COLOURS = ("#2457a6", "#b3261e", "#2e7d4f", "#8a5a00", "#7a3fa0", "#00798c")
STEP_SECONDS = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--to", type=Path, default=DEPLOY / "grafana" / "pictures")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-pictures-"))
    broker = KafkaBroker(folder / "broker", heap="256m")
    broker.start()
    make_topics(broker)
    try:
        with ExitStack() as stack:
            day = stack.enter_context(
                newsday(folder / "one", TOCSIN_SOURCES__POLL_SECONDS="15", **on_kafka(broker))
            )
            second = stack.enter_context(started(folder / "one", "run", "--no-sources", **_second(broker)))
            pages = [day.page, page_of(second, folder / "two.log")]
            read = stack.enter_context(prometheus(folder, {"tocsin": pages}))
            until(90, lambda: read.total("up") >= len(pages), "both workers are read")
            start = time.time()
            play(day, options.minutes * 60)
            draw(read, start, time.time(), options.to)
    finally:
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _second(broker: KafkaBroker) -> dict[str, str]:
    return {**on_kafka(broker), "TOCSIN_SINKS__STDOUT": "false", "TOCSIN_WATCHLISTS__PATHS": "lists,builtin"}


def play(day: Newsday, seconds: float) -> None:
    """Waves of articles; in the second quarter one in three is bad; in the third the watch-list is broken."""
    start, broken = time.monotonic(), False
    while (part := (time.monotonic() - start) / seconds) < 1:
        day.send(good=round(12 + 10 * math.sin(part * 4 * math.pi)), bad=6 if 0.25 < part < 0.5 else 0)
        if (0.5 < part < 0.75) != broken:
            broken = not broken
            (day.break_watchlist if broken else day.mend_watchlist)()
        if random.random() < 0.1:
            day.publish()
        time.sleep(2)


def draw(read: Prometheus, start: float, end: float, folder: Path) -> None:
    """Write one picture a dashboard. Raises AssertionError where a panel has nothing to show."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, board in boards().items():
        panels = []
        for panel in board["panels"]:
            lines: dict[str, Points] = {}
            for target in panel["targets"]:
                for labels, points in read.over(target["expr"], start, end, STEP_SECONDS):
                    lines[legend(target["legendFormat"], labels)] = points
            assert lines, f"{name}: {panel['title']} shows nothing"
            panels.append((panel["title"], panel["fieldConfig"]["defaults"]["unit"], lines))
        (folder / f"{name}.svg").write_text(svg(board["title"], panels, start, end), encoding="utf-8")


def legend(text: str, labels: Mapping[str, str]) -> str:
    """Grafana's legend: `{{label}}` becomes its value."""
    for label, value in labels.items():
        text = text.replace(f"{{{{{label}}}}}", value)
    return text


Panel = tuple[str, str, dict[str, Points]]


def svg(title: str, panels: Sequence[Panel], start: float, end: float) -> str:
    """All panels of a dashboard, two in a row."""
    rows = (len(panels) + 1) // 2
    width, height = 2 * WIDTH + 3 * GAP, rows * (HEIGHT + GAP) + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" role="img" '
        f'aria-label="{escape(title)}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{GAP}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
        f'<text x="{width - GAP}" y="24" text-anchor="end" fill="#666">'
        f"{(end - start) / 60:.0f} minutes, {STEP_SECONDS:g} s a point</text>",
    ]
    for number, panel in enumerate(panels):
        across, down = GAP + (number % 2) * (WIDTH + GAP), 38 + (number // 2) * (HEIGHT + GAP)
        parts.append(f'<g transform="translate({across},{down})">')
        parts += _panel(panel, start, end)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel, start: float, end: float) -> Iterator[str]:
    title, unit, lines = panel
    finite = {name: [(at, y) for at, y in points if math.isfinite(y)] for name, points in lines.items()}
    most = max((y for points in finite.values() for _, y in points), default=0.0) or 1.0
    bottom, right = 26 + PLOT, WIDTH - RIGHT
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#ddd"/>'
    yield f'<text x="10" y="16" font-weight="bold">{escape(title)}</text>'
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * PLOT
        yield f'<path d="M{LEFT} {y}H{right}" stroke="#eee"/>'
        told = shown(most * share, unit)
        yield f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end" fill="#666">{told}</text>'
    highest = {name: max((y for _, y in points), default=0.0) for name, points in finite.items()}
    told = [name for name in finite if highest[name]] or list(finite)[:1]
    ranked = sorted(told, key=lambda name: -highest[name])[:MOST_LINES]
    for colour, name in zip(COLOURS, ranked, strict=False):
        for run in runs(finite[name]):
            placed = (
                (LEFT + (at - start) / (end - start) * (right - LEFT), bottom - y / most * PLOT)
                for at, y in run
            )
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
            yield f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    yield from _legend(ranked, len(told) - len(ranked), len(finite) - len(told))


def runs(points: Points) -> Iterator[Points]:
    """The points in pieces without a gap."""
    numbered = enumerate(points)
    for _, run in groupby(numbered, lambda each: round(each[1][0] / STEP_SECONDS) - each[0]):
        yield [point for _, point in run]


def _legend(names: Sequence[str], left_out: int, zeros: int) -> Iterator[str]:
    for at, (colour, name) in enumerate(zip(COLOURS, names, strict=False)):
        x, y = 10 + (at % 3) * (WIDTH - 20) / 3, 152 + at // 3 * 15
        short = name if len(name) <= 24 else f"{name[:23]}…"
        yield f'<path d="M{x:.0f} {y - 4}h10" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{x + 14:.0f}" y="{y}">{escape(short)}</text>'
    rest = [f"{left_out} more"] * bool(left_out) + [f"{zeros} at zero"] * bool(zeros)
    if rest:
        yield f'<text x="10" y="184" fill="#666">and {" and ".join(rest)}</text>'


def shown(value: float, unit: str) -> str:
    """A value with its unit, short."""
    if unit == "percentunit":
        return f"{value:.3g}".rstrip() if value < 0.001 else f"{value:.1%}"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s":
        if value >= 7200:
            return f"{value / 3600:.3g} h"
        return f"{value * 1000:.3g} ms" if 0 < value < 1 else f"{value:.3g} s"
    return f"{value:.3g}{'/s' if unit == 'cps' else ''}"


if __name__ == "__main__":
    sys.exit(main())
