"""An alert as a person reads it, in plain parts; whoever prints them chooses the colours.

Text from outside is never trusted with the reader's terminal: control characters, escapes and
bidirectional overrides are replaced or dropped here, and only here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from worker.types import Alert

_UNSEEN = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def visible(text: str) -> str:
    """`text` on one line, with nothing in it that moves a cursor or turns the writing round."""
    return _CONTROL.sub(" ", _UNSEEN.sub("", text)).strip()


def headline(alert: Alert) -> str:
    """The article's title, or the start of the excerpt when it has none."""
    title = visible(alert.article.title)
    return title or _shortened(visible(alert.excerpt.text), 100)


def origin(alert: Alert) -> str:
    """Language, source and time: `Indonesian article of Harian Contoh, 2024-06-20T08:00:00Z`."""
    parts = [f"language {alert.language.code}"]
    parts += [visible(part) for part in (alert.article.source, alert.article.published) if part]
    return " · ".join(parts)


def marked(alert: Alert) -> Iterator[tuple[str, bool]]:
    """The excerpt in pieces, each with whether it is matched words."""
    excerpt = alert.excerpt
    spans = [
        (max(item.start, excerpt.start), min(item.end, excerpt.end))
        for item in alert.evidence
        if item.field == excerpt.field and item.start < excerpt.end and excerpt.start < item.end
    ]
    at = excerpt.start
    for start, end in _joined(spans):
        yield _piece(excerpt.text, at - excerpt.start, start - excerpt.start), False
        yield _piece(excerpt.text, start - excerpt.start, end - excerpt.start), True
        at = end
    yield _piece(excerpt.text, at - excerpt.start, len(excerpt.text)), False


def as_text(alert: Alert) -> str:
    """The alert on four lines without colour, matched words in ⟦ ⟧."""
    sentence = "".join(f"⟦{part}⟧" if hit else part for part, hit in marked(alert))
    return (
        f"{alert.watch.severity.upper()}  {visible(alert.watch.title)}  [{alert.watch.id}]\n"
        f"  {headline(alert)}\n  {origin(alert)}\n  “{sentence}”\n"
    )


def _piece(text: str, start: int, end: int) -> str:
    return _CONTROL.sub(" ", _UNSEEN.sub("", text[start:end]))


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"
