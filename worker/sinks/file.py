"""Alerts appended to a file as JSON lines, on the disk before the sink says so."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from worker.errors import Outage
from worker.types import Alert


class FileSink:
    """Appends one JSON line an alert. A line cut by a crash is ended before the next is written."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, alerts: Sequence[Alert]) -> None:
        """Append, flush and fsync. Raises Outage when the disk refuses."""
        lines = b"".join(msgspec.json.encode(alert) + b"\n" for alert in alerts)
        try:
            with self._path.open("ab+") as file:
                if file.tell() and not _ends_with_newline(file.fileno(), file.tell()):
                    lines = b"\n" + lines
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Outage(f"{self._path}: alerts cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is held between writes."""


def _ends_with_newline(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"
