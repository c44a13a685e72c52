"""The languages of citation, as read from `data/languages/*.toml`: one frozen value a language.

Field names are the keys of the files; DATA.md tells a lawyer what each means. Reading checks every
key and says file and key when one is wrong, for a silently ignored key is a citation never found.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from worker.citations.toml_lines import loads
from worker.errors import UsageError


class NumberPlace(StrEnum):
    """Where the number stands to its noun: `Article 51`, `51. madde`, or either."""

    AFTER = "after"
    BEFORE = "before"
    BOTH = "both"


class Side(StrEnum):
    """On which side of the provision the instrument's name normally stands."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Language:
    """How one language cites. Words end in `*` where any ending may follow."""

    code: str
    name: str
    source: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    abbreviation: tuple[str, ...] = ()
    numbers: NumberPlace = NumberPlace.AFTER
    instrument: Side = Side.AFTER
    ordinal: tuple[str, ...] = ()
    dotted: bool = False
    counted: bool = False
    spaced: bool = True
    hyphenated: bool = False
    prefix: tuple[str, ...] = ()
    filler: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    ranging: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    chapter: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    joiner: tuple[str, ...] = ()
    word: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subject: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numeral: dict[str, tuple[str, ...]] = field(default_factory=dict)
    nth: dict[str, tuple[str, ...]] = field(default_factory=dict)


_TABLES = ("word", "subject", "numeral", "nth")
_KEYS = {entry.name: entry for entry in fields(Language)}


def _bad(file: str, key: str, expected: str) -> UsageError:
    return UsageError(f"citations data {file}: key {key!r}: expected {expected}")


def _words(file: str, key: str, value: Any) -> tuple[str, ...]:
    """A list of words; one string is a list of one."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(word, str) and word.strip() for word in listed):
        raise _bad(file, key, "a string or a list of non-empty strings")
    return tuple(dict.fromkeys(listed))


def _value(file: str, key: str, value: Any) -> Any:
    """`value` in the type the field has; raises UsageError where it cannot be."""
    if key in ("dotted", "counted", "spaced", "hyphenated"):
        if not isinstance(value, bool):
            raise _bad(file, key, "true or false")
        return value
    if key == "name":
        return str(value)
    if key in ("numbers", "instrument"):
        kind: type[StrEnum] = NumberPlace if key == "numbers" else Side
        if value not in list(kind):
            raise _bad(file, key, " or ".join(kind))
        return kind(value)
    if key in _TABLES:
        if not isinstance(value, dict):
            raise _bad(file, key, "a table of word lists")
        return {inner: _words(file, f"{key}.{inner}", words) for inner, words in value.items()}
    return _words(file, key, value)


def read_language(file: str, text: str) -> Language:
    """The language described by the TOML `text` of `file` (`xx.toml`). Raises UsageError."""
    try:
        raw = loads(text)
    except ValueError as problem:  # what tomllib raises
        raise UsageError(f"citations data {file}: {problem}") from problem
    unknown = [key for key in raw if key not in _KEYS or key == "code"]
    if unknown:
        raise _bad(file, unknown[0], "one of " + ", ".join(key for key in _KEYS if key != "code"))
    if "name" not in raw:
        raise _bad(file, "name", "the language's name")
    return Language(
        code=file.removesuffix(".toml"), **{key: _value(file, key, value) for key, value in raw.items()}
    )


def data_files(folder: str) -> list[Traversable]:
    """The TOML files of a folder of `data/`, by name."""
    found = resources.files("worker.citations").joinpath("data", folder).iterdir()
    return sorted((file for file in found if file.name.endswith(".toml")), key=lambda file: file.name)


@cache
def languages() -> tuple[Language, ...]:
    """All languages that ship with Tocsin; read once. Raises UsageError on a wrong file."""
    return tuple(read_language(file.name, file.read_text("utf-8")) for file in data_files("languages"))
