"""Reads the TOML of the data files quickly: a hundred of them stand between the prompt and the first answer.

Nearly every line of theirs is `key = value` with a value that means the same in JSON, which is read in C.
A file with any other line goes to `tomllib`, which also says what is wrong with it; tests compare the two.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

_VALUE = msgspec.json.Decoder(str | bool | int | list[str] | dict[str, int])
_LINE = re.compile(r"([A-Za-z0-9_-]+) = (.+)")
_HEADING = re.compile(r"(\[)([A-Za-z0-9_.-]+)\]|(\[\[)([A-Za-z0-9_.-]+)\]\]")
_ESCAPE_BEYOND_JSON = re.compile(r'\\[^"\\]')
_LIST = re.compile(r"^([A-Za-z0-9_-]+ = \[)\n((?:  .*\n)+)\]$", re.MULTILINE)
_TABLE = re.compile(r"([{,] ?)(?:([A-Za-z0-9_-]+)|\"([A-Za-z0-9_.-]+)\") =")


def loads(text: str) -> dict[str, Any]:
    """What `tomllib.loads` gives, or raises."""
    found = _quickly(text)
    if found is not None:
        return found
    import tomllib

    return tomllib.loads(text)


def _quickly(text: str) -> dict[str, Any] | None:
    """The same, or None for `tomllib` to read."""
    if _ESCAPE_BEYOND_JSON.search(text):
        return None
    root: dict[str, Any] = {}
    table = root
    for line in _LIST.sub(_on_one_line, text).splitlines():
        if not line or line.startswith("#"):
            continue
        if heading := _HEADING.fullmatch(line):
            opened = _open(root, heading)
            if opened is None:
                return None
            table = opened
            continue
        pair = _LINE.fullmatch(line)
        if pair is None or pair[1] in table:
            return None
        try:
            table[pair[1]] = _VALUE.decode(_json(pair[2]))
        except msgspec.DecodeError:
            return None
    return root


def _on_one_line(listed: re.Match[str]) -> str:
    entries = [line.strip().removesuffix(",") for line in listed[2].splitlines()]
    return f"{listed[1]}{', '.join(entries)}]"


def _json(value: str) -> str:
    """An inline table with JSON's colons and quotes; everything else is JSON as it stands."""
    return _TABLE.sub(r'\1"\2\3":', value) if value.startswith("{") else value


def _open(root: dict[str, Any], heading: re.Match[str]) -> dict[str, Any] | None:
    """The table a heading begins; None where `tomllib` must judge it."""
    *path, last = (heading[2] or heading[4]).split(".")
    table: Any = root
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, list):
            table = table[-1]
    if not isinstance(table, dict):
        return None
    opened: dict[str, Any] = {}
    if heading[3]:
        listed = table.setdefault(last, [])
        if not isinstance(listed, list):
            return None
        listed.append(opened)
    elif last in table:
        return None
    else:
        table[last] = opened
    return opened
