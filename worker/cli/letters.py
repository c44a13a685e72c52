"""Which dead letters are meant: the options that `deadletters` and `replay` share, and how they show them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import click

from worker.article.letters import Letter, Selection
from worker.errors import UsageError
from worker.types import DeadReason

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_PREVIEW = 200


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose letters."""
    for option in reversed(
        (
            click.option(
                "--reason",
                "reasons",
                multiple=True,
                type=click.Choice([reason.value for reason in DeadReason]),
                help="Only letters with this reason; may be given again.",
            ),
            click.option("--partition", type=int, help="Only this partition of the dead-letter topic."),
            click.option(
                "--offset", metavar="A[-B]", help="Only this offset, or from A to B, of a --partition."
            ),
            click.option(
                "--since", metavar="TIME", help="Only letters from then on: RFC 3339, or 90m, 12h, 7d ago."
            ),
            click.option("--until", metavar="TIME", help="Only letters up to then."),
        )
    ):
        command = option(command)
    return command


def selection(
    reasons: tuple[str, ...], partition: int | None, offset: str | None, since: str | None, until: str | None
) -> Selection:
    """What the options mean. Raises UsageError."""
    first, last = _offsets(offset, partition)
    return Selection(
        frozenset(DeadReason(reason) for reason in reasons),
        partition,
        first,
        last,
        None if since is None else moment("--since", since, time.time()),
        None if until is None else moment("--until", until, time.time()),
    )


def moment(option: str, text: str, now: float) -> float:
    """A time as seconds since the epoch: RFC 3339 (UTC unless it says otherwise), or so long ago."""
    if ago := re.fullmatch(r"(\d{1,9})([smhd])", text):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{option}: {text!r} is no time. Expected RFC 3339, as 2026-11-23T20:00:00Z, or 90m, 12h, 7d ago."
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def shown(letter: Letter, *, replayed: bool) -> dict[str, Any]:
    """A letter as one JSON object: everything but its bytes, of which the first are shown as text."""
    record = letter.record
    return {
        "partition": letter.partition,
        "offset": letter.offset,
        "at": datetime.fromtimestamp(letter.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": letter.reason,
        "error": letter.error,
        "topic": letter.topic,
        "from_partition": letter.from_partition,
        "from_offset": letter.from_offset,
        "origin": letter.origin,
        "key": None if record.key is None else record.key.decode("utf-8", "replace"),
        "bytes": len(record.value or b""),
        "preview": (record.value or b"")[:_PREVIEW].decode("utf-8", "replace"),
        "replayed": replayed,
    }


def print_table(rows: Iterable[dict[str, Any]]) -> None:
    """Letters for a person. What a letter holds is shown, never obeyed: no control characters, no markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from worker.alert.render import visible

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("letter", "when", "reason", "from", "error", "begins with"):
        table.add_column(column, overflow="ellipsis", no_wrap=column != "error")
    for row in rows:
        place = f"{row['partition']}/{row['offset']}" + (" (replayed)" if row["replayed"] else "")
        source = row["origin"] or f"{row['topic']} {row['from_partition']}/{row['from_offset']}"
        cells = (place, row["at"], row["reason"], source, row["error"], row["preview"][:60])
        table.add_row(*(Text(visible(cell)) for cell in cells))
    Console().print(table)


def _offsets(text: str | None, partition: int | None) -> tuple[int, int | None]:
    if text is None:
        return 0, None
    if partition is None:
        raise UsageError("--offset needs --partition: each partition counts for itself.")
    found = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", text)
    if not found:
        raise UsageError(f"--offset: {text!r} is no offset. Expected a number, or two as 100-250.")
    return int(found[1]), int(found[2] or found[1])
