"""The instruments Tocsin tells apart, as read from `data/instruments/*.toml`: one value a treaty.

A competing instrument (a constitution, a penal code, the GDPR) is described exactly as one we look for:
what is known by name cannot be mistaken for something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from worker.citations.folders import data_files
from worker.citations.places import instrument_lines, line_of, read_toml, wrong


@dataclass(frozen=True, slots=True)
class Subject:
    """Words whose presence means this instrument though nobody names it.

    `provisions` are the articles this holds for; `weights` gives each word class of the language
    files its weight; the weights found near must reach `enough`. A provision may have a weight too:
    that of one cited beside it where only a short name (`the Charter`) stands with both.
    """

    provisions: tuple[str, ...]
    weights: dict[str, int]
    enough: int = 2


@dataclass(frozen=True, slots=True)
class Instrument:
    """One treaty, constitution or kind of law.

    `kind` is what it calls itself in short (charter, treaty, convention …), by which it is taken up
    again; `organisation` is the word class of the body that stands for it (`NATO's Article 5`).
    `decimal` says that 51.1 is an article of its own, not paragraph 1 of 51. `generic` marks a kind
    of law (any constitution) whose name says little unless it stands with the provision; `weak` a
    name too common to compete from afar. `beside` are acronyms of other things too (SVN, API), which
    name the instrument only where they stand with the provision.
    """

    id: str
    title: str
    kind: str = ""
    source: tuple[str, ...] = ()
    organisation: str = ""
    decimal: bool = False
    generic: bool = False
    weak: bool = False
    articles: int = 0
    beside: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subject: tuple[Subject, ...] = ()


_TYPES: dict[str, type] = {
    "id": str,
    "title": str,
    "kind": str,
    "source": list,
    "organisation": str,
    "decimal": bool,
    "generic": bool,
    "weak": bool,
    "articles": int,
    "beside": list,
    "names": dict,
    "subject": list,
}


def read_instruments(file: str, text: str) -> tuple[Instrument, ...]:
    """The instruments of the TOML `text` of `file`, one `[[instrument]]` each. Raises UsageError."""
    raw = read_toml(file, text)
    for key in raw:
        if key != "instrument":
            raise wrong(file, line_of(text, key, ""), f"key {key!r}: expected [[instrument]]")
    lines = instrument_lines(text)
    return tuple(
        _instrument(file, text, line, entry)
        for line, entry in zip(lines, raw.get("instrument", []), strict=False)
    )


def _instrument(file: str, text: str, line: int, raw: dict[str, Any]) -> Instrument:
    for key, value in raw.items():
        if key not in _TYPES or not isinstance(value, _TYPES[key]):
            expected = _TYPES[key].__name__ if key in _TYPES else "one of " + ", ".join(_TYPES)
            at = line_of(text, key, after=line)
            raise wrong(file, at, f"instrument {raw.get('id', '?')}: key {key!r}: expected {expected}")
    for key in ("id", "title"):
        if key not in raw:
            raise wrong(file, line, f"an instrument without {key!r}")
    values = dict(raw)
    try:
        for key in ("source", "beside"):
            values[key] = _listed(key, raw.get(key, ()))
        values["names"] = {
            language: _listed(language, names, "instrument.names")
            for language, names in raw.get("names", {}).items()
        }
    except _Unlisted as bad:
        at = line_of(text, bad.key, bad.table, after=line)
        raise wrong(file, at, f"key {bad.key!r}: expected a list of non-empty strings") from None
    values["subject"] = tuple(_subject(file, line, entry) for entry in raw.get("subject", ()))
    return Instrument(**values)


class _Unlisted(Exception):
    """A key that is no list of words; where it stands is looked for only then."""

    def __init__(self, key: str, table: str | None) -> None:
        super().__init__(key)
        self.key = key
        self.table = table


def _listed(key: str, value: Any, table: str | None = None) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(word, str) and word.strip() for word in value):
        raise _Unlisted(key, table)
    return tuple(value)


def _subject(file: str, line: int, raw: dict[str, Any]) -> Subject:
    try:
        return Subject(tuple(raw["provisions"]), dict(raw["weights"]), int(raw.get("enough", 2)))
    except (KeyError, TypeError, ValueError) as problem:
        said = f"[[subject]] needs provisions (a list) and weights (a table): {problem}"
        raise wrong(file, line, said) from problem


@cache
def instruments() -> dict[str, Instrument]:
    """All instruments in force by id: Tocsin's and the own folder's; read once.

    Raises UsageError on a wrong file or an id given twice.
    """
    found: dict[str, Instrument] = {}
    for file, text in data_files("instruments"):
        for line, instrument in zip(instrument_lines(text), read_instruments(file, text), strict=True):
            if instrument.id in found:
                raise wrong(file, line, f"instrument {instrument.id} is there twice")
            found[instrument.id] = instrument
    return found


@cache
def instrument_ids() -> tuple[str, ...]:
    """Ids that `cite(…)` knows, sorted: `un-charter`, `nato`, `teu`, … and the known competitors."""
    return tuple(sorted(instruments()))
