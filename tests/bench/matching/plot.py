"""Articles a second against rules, both axes by powers of ten, as an SVG of its own making."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tests.bench.matching.measure import FLOOR, TOCSIN, Row
from tests.bench.matching.table import better_presearchers

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 20, 50
COLOURS = {TOCSIN: "#b3261e", FLOOR: "#8a8a8a", "Lucene Monitor": "#2457a6"}
OTHERS = "#2e7d4f"
Point = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """Powers of ten at the ends of both axes, inclusive."""

    x: tuple[int, int]
    y: tuple[int, int]

    @staticmethod
    def around(points: Sequence[Point]) -> Axes:
        """The smallest whole powers of ten around the points."""
        return Axes(_powers([x for x, _ in points]), _powers([y for _, y in points]))

    def place(self, point: Point) -> Point:
        """Where a point stands in the picture."""
        across = (math.log10(point[0]) - self.x[0]) / (self.x[1] - self.x[0])
        up = (math.log10(point[1]) - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def _powers(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def lines_of(rows: Sequence[Row]) -> dict[str, list[Point]]:
    """Each engine's points, of the sets of which only the number of rules differs."""
    lines: dict[str, list[Point]] = {}
    for row in better_presearchers([row for row in rows if row.sized]):
        name = "Lucene Monitor" if row.engine.startswith("Lucene") else row.engine
        lines.setdefault(name, []).append((row.rules, row.rate))
    return {name: sorted(points) for name, points in lines.items()}


def svg(rows: Sequence[Row]) -> str:
    """The plot. Raises ValueError when no row is of a sized set."""
    lines = lines_of(rows)
    if not lines:
        raise ValueError("nothing to plot: no newsroom set was measured")
    axes = Axes.around([point for points in lines.values() for point in points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="Articles a second against number of rules">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_grid(axes),
        *(part for name, points in lines.items() for part in _line(name, points, axes)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(axes: Axes) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for power in range(axes.x[0], axes.x[1] + 1):
        x = axes.place((10.0**power, 10.0 ** axes.y[0]))[0]
        yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#e2e2e2"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{_label(power)}</text>'
    for power in range(axes.y[0], axes.y[1] + 1):
        y = axes.place((10.0 ** axes.x[0], 10.0**power))[1]
        yield f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#e2e2e2"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_label(power)}</text>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rules</text>'
    middle = (TOP + bottom) / 2
    turned = f'transform="rotate(-90 16 {middle})"'
    yield f'<text x="16" y="{middle}" text-anchor="middle" {turned}>articles/s, one core</text>'


def _label(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def _line(name: str, points: list[Point], axes: Axes) -> Iterator[str]:
    colour = COLOURS.get(name, OTHERS)
    placed = [axes.place(point) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (x, y), (rules, rate) in zip(placed, points, strict=True):
        told = escape(f"{name}: {rate:,.1f} articles/s with {rules:,.0f} rules")
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{told}</title></circle>'
    x, y = placed[-1]
    yield f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(name)}</text>'
