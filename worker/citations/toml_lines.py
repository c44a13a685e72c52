"""Reads the TOML of the data files quickly: a hundred of them stand between the prompt and the first answer.

Nearly every line of theirs is `key = value` with a value that means the same in JSON, which is read in C.
A file with any other line goes to `tomllib`, which also says what is wrong with it; tests compare the two.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

_Value = str | bool | int | list[str] | dict[str, int]
_SECTION = msgspec.json.Decoder(dict[str, _Value])
_LINE = re.compile(r"^([A-Za-z0-9_-]+) = (.+)$", re.MULTILINE)
_HEADING = re.compile(r"^(?:(\[)([A-Za-z0-9_.-]+)\]|(\[\[)([A-Za-z0-9_.-]+)\]\])$", re.MULTILINE)
_BESIDE = re.compile(r"^(?:#.*)?\n", re.MULTILINE)
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
    text = _BESIDE.sub("", _LIST.sub(_on_one_line, text) + "\n")
    root: dict[str, Any] = {}
    start = 0
    table = root
    for heading in _HEADING.finditer(text):
        if not _read_into(table, text[start : heading.start()]):
            return None
        opened = _open(root, heading)
        if opened is None:
            return None
        table = opened
        start = heading.end() + 1
    return root if _read_into(table, text[start:]) else None


def _read_into(table: dict[str, Any], section: str) -> bool:
    """Put the keys of a section, one a line, into its table; False where a line is something else."""
    if not section:
        return True
    pairs = _LINE.findall(section)
    if len(pairs) != section.count("\n"):
        return False
    try:
        table.update(_SECTION.decode("{" + ",".join(f'"{key}":{_json(value)}' for key, value in pairs) + "}"))
    except msgspec.DecodeError:
        return False
    return len(table) == len(pairs)  # else a key is there twice


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
