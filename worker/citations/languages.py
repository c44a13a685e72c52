"""The languages of citation, as read from `data/languages/*.toml`: one frozen value a language.

Field names are the keys of the files; DATA.md tells a lawyer what each means. Reading checks every
key and says file and key when one is wrong, for a silently ignored key is a citation never found.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any

from worker.citations.folders import data_files
from worker.citations.places import line_of, read_toml, wrong


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
    initial: tuple[str, ...] = ()
    numbers: NumberPlace = NumberPlace.AFTER
    instrument: Side = Side.AFTER
    ordinal: tuple[str, ...] = ()
    dotted: bool = False
    counted: bool = False
    spaced: bool = True
    hyphenated: bool = False
    between: bool = False
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


class _Bad(Exception):
    """A key with a value it cannot have, and what was expected."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(key)
        self.key = key
        self.expected = expected


def _words(value: Any, *key: str) -> tuple[str, ...]:
    """A list of words; one string is a list of one."""
    listed = [value] if isinstance(value, str) else value
    try:
        if isinstance(listed, list) and all(map(str.strip, listed)):
            return tuple(dict.fromkeys(listed))
    except TypeError:  # a number among them
        pass
    raise _Bad(".".join(key), "a string or a list of non-empty strings")


def _value(key: str, value: Any) -> Any:
    """`value` in the type the field has; raises _Bad where it cannot be."""
    if key in ("dotted", "counted", "spaced", "hyphenated", "between"):
        if not isinstance(value, bool):
            raise _Bad(key, "true or false")
        return value
    if key == "name":
        return str(value)
    if key in ("numbers", "instrument"):
        kind: type[StrEnum] = NumberPlace if key == "numbers" else Side
        if value not in list(kind):
            raise _Bad(key, " or ".join(kind))
        return kind(value)
    if key in _TABLES:
        if not isinstance(value, dict):
            raise _Bad(key, "a table of word lists")
        return {inner: _words(words, key, inner) for inner, words in value.items()}
    return _words(value, key)


def read_language(file: str, text: str) -> Language:
    """The language described by the TOML `text` of `file` (`xx.toml`). Raises UsageError."""
    raw = read_toml(file, text)
    try:
        return _language(file, raw)
    except _Bad as bad:
        table, _, key = bad.key.rpartition(".")
        line = line_of(text, key, table)
        raise wrong(file, line, f"key {bad.key!r}: expected {bad.expected}") from None


def _language(file: str, raw: dict[str, Any]) -> Language:
    unknown = [key for key in raw if key not in _KEYS or key == "code"]
    if unknown:
        raise _Bad(unknown[0], "one of " + ", ".join(key for key in _KEYS if key != "code"))
    if "name" not in raw:
        raise _Bad("name", "the language's name")
    code = file.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
    return Language(code=code, **{key: _value(key, value) for key, value in raw.items()})


@cache
def languages() -> tuple[Language, ...]:
    """All languages in force, by code: Tocsin's and the own folder's. Raises UsageError on a wrong file."""
    found: dict[str, Language] = {}
    for file, text in data_files("languages"):
        language = read_language(file, text)
        if language.code in found:
            raise wrong(
                file,
                1,
                f"language {language.code} is there already: name the file {language.code}-own.toml, "
                "and its words count beside the others",
            )
        found[language.code] = language
    return tuple(found.values())
