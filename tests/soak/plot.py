"""A trend, and lines in an SVG, with nothing but the standard library."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import linear_regression
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT, LEFT, GAP = 900, 190, 70, 34
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a5195")


def slope(points: Points) -> float:
    """The least-squares trend, in y for one x; 0 when there is too little to tell."""
    if len({x for x, _ in points}) < 2:
        return 0.0
    return linear_regression([x for x, _ in points], [y for _, y in points]).slope


def svg(charts: Sequence[tuple[str, dict[str, Points]]], minutes: float) -> str:
    """One chart under the other: (title, points by the name of the line); x is minutes."""
    height = len(charts) * (HEIGHT + GAP) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        'font-size="12"><rect width="100%" height="100%" fill="white"/>'
    ]
    for number, (title, lines) in enumerate(charts):
        parts += _chart(title, lines, minutes, GAP + number * (HEIGHT + GAP))
    parts.append(f'<text x="{WIDTH / 2}" y="{height - 12}" text-anchor="middle">minutes</text></svg>')
    return "\n".join(parts) + "\n"


def _chart(title: str, lines: dict[str, Points], minutes: float, top: float) -> list[str]:
    highest = max((y for points in lines.values() for _, y in points), default=0.0) or 1.0
    bottom, right = top + HEIGHT - 20, WIDTH - 20

    def place(x: float, y: float) -> str:
        return f"{LEFT + x / minutes * (right - LEFT):.1f},{bottom - y / highest * (bottom - top - 8):.1f}"

    parts = [
        f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{escape(title)}</text>',
        f'<path d="M{LEFT},{top} V{bottom} H{right}" fill="none" stroke="#888"/>',
        f'<text x="{LEFT - 6}" y="{top + 12}" text-anchor="end">{highest:,.4g}</text>',
        f'<text x="{LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{right}" y="{bottom + 14}" text-anchor="end">{minutes:g}</text>',
    ]
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        drawn = " ".join(place(x, y) for x, y in points)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        at = right - 120 * (len(lines) - 1 - number)
        parts.append(f'<text x="{at}" y="{top - 8}" text-anchor="end" fill="{colour}">{escape(name)}</text>')
    return parts
