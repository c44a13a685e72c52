"""Alerts on standard output: for a person on a terminal, as JSON lines anywhere else."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TextIO

import msgspec

from worker.alert.render import headline, marked, origin, visible
from worker.errors import Outage
from worker.types import Alert

_COLOURS = {
    "info": "cyan",
    "low": "cyan",
    "medium": "yellow",
    "high": "bold red",
    "critical": "bold white on red",
}


class StdoutSink:
    """Prints alerts. `json_lines` None: only when the stream is no terminal."""

    name = "stdout"

    def __init__(self, stream: TextIO | None = None, *, json_lines: bool | None = None) -> None:
        self._stream = stream or sys.stdout
        if isinstance(self._stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its number; alerts are not held up by it.
            self._stream.reconfigure(errors="backslashreplace")
        self._json = not self._stream.isatty() if json_lines is None else json_lines

    def write(self, alerts: Sequence[Alert]) -> None:
        """Print and flush. Raises Outage when the reader has gone."""
        try:
            for alert in alerts:
                self._print(alert)
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise Outage(f"standard output cannot be written: {error}") from error

    def close(self) -> None:
        """Nothing is held."""

    def _print(self, alert: Alert) -> None:
        if self._json:
            self._stream.write(msgspec.json.encode(alert).decode() + "\n")
        else:
            print_alert(alert, self._stream)


def print_alert(alert: Alert, stream: TextIO) -> None:
    """One alert for a person: severity, watch, headline, where from, the sentence with the words marked."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    head = Text(f" {alert.watch.severity.upper()} ", style=f"{_COLOURS[alert.watch.severity]} reverse")
    console.print(
        head, Text(visible(alert.watch.title), style="bold"), Text(f"({alert.watch.id})", style="dim")
    )
    console.print(Text(f"   {headline(alert)}"))
    console.print(Text(f"   {origin(alert)}", style="dim"))
    sentence = Text("   “")
    for part, hit in marked(alert):
        sentence.append(
            f"⟦{part}⟧" if hit and not console.is_terminal else part, "bold yellow" if hit else ""
        )
    console.print(sentence.append("”"))
    console.print()
