"""Where in a data file something stands, so that every error can name file and line."""

from __future__ import annotations

import re
from typing import Any

from worker.citations.toml_lines import loads
from worker.errors import UsageError

_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.]+)\s*\]\]?", re.MULTILINE)


def read_toml(file: str, text: str) -> dict[str, Any]:
    """The TOML `text` of `file`. Raises UsageError with the line that is none."""
    try:
        return loads(text)
    except ValueError as problem:  # what tomllib raises
        said, _, place = str(problem).partition(" (at ")
        found = re.search(r"line (\d+)", place)
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        raise UsageError(f"citations data {file}:{line}: {said}") from problem


def wrong(file: str, line: int, said: str) -> UsageError:
    """The error of a line of a data file."""
    return UsageError(f"citations data {file}:{line}: {said}")


def line_of(text: str, key: str, table: str | None = None, after: int = 1) -> int:
    """The line, from 1, where `key` is set in `table` (None: any), from line `after` on; else `after`."""
    setting = re.compile(rf'\s*"?{re.escape(key)}"?\s*=')
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _TABLE.match(line)
        current = header[2] if header else current
        if number >= after and not header and setting.match(line) and table in (None, current):
            return number
    return after


def instrument_lines(text: str) -> list[int]:
    """The line of each `[[instrument]]`."""
    headers = ((text.count("\n", 0, found.start(1)) + 1, found) for found in _TABLE.finditer(text))
    return [line for line, found in headers if found[1] == "[[" and found[2] == "instrument"]
