"""The instruments Tocsin tells apart, as read from `data/instruments/*.toml`: one value a treaty.

A competing instrument (a constitution, a penal code, the GDPR) is described exactly as one we look for:
what is known by name cannot be mistaken for something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from worker.citations.languages import data_files
from worker.citations.toml_lines import loads
from worker.errors import UsageError


@dataclass(frozen=True, slots=True)
class Subject:
    """Words whose presence means this instrument though nobody names it.

    `provisions` are the articles this holds for; `weights` gives each word class of the language
    files its weight; the weights found near must reach `enough`.
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


def _subject(file: str, raw: dict[str, Any]) -> Subject:
    try:
        return Subject(tuple(raw["provisions"]), dict(raw["weights"]), int(raw.get("enough", 2)))
    except (KeyError, TypeError, ValueError) as problem:
        raise UsageError(
            f"citations data {file}: [[subject]] needs provisions (a list) and weights (a table): {problem}"
        ) from problem


def read_instruments(file: str, text: str) -> tuple[Instrument, ...]:
    """The instruments of the TOML `text` of `file`, one `[[instrument]]` each. Raises UsageError."""
    try:
        raw = loads(text)
    except ValueError as problem:  # what tomllib raises
        raise UsageError(f"citations data {file}: {problem}") from problem
    return tuple(_instrument(file, entry) for entry in raw.get("instrument", []))


def _instrument(file: str, raw: dict[str, Any]) -> Instrument:
    for key, value in raw.items():
        if key not in _TYPES or not isinstance(value, _TYPES[key]):
            expected = _TYPES[key].__name__ if key in _TYPES else "one of " + ", ".join(_TYPES)
            raise UsageError(
                f"citations data {file}: instrument {raw.get('id', '?')}: key {key!r}: expected {expected}"
            )
    for key in ("id", "title"):
        if key not in raw:
            raise UsageError(f"citations data {file}: an instrument without {key!r}")
    values = dict(raw)
    values["source"] = tuple(raw.get("source", ()))
    values["beside"] = tuple(raw.get("beside", ()))
    values["names"] = {language: tuple(names) for language, names in raw.get("names", {}).items()}
    values["subject"] = tuple(_subject(file, entry) for entry in raw.get("subject", ()))
    return Instrument(**values)


@cache
def instruments() -> dict[str, Instrument]:
    """All instruments by id; read once. Raises UsageError on a wrong file or an id given twice."""
    found: dict[str, Instrument] = {}
    for file in data_files("instruments"):
        for instrument in read_instruments(file.name, file.read_text("utf-8")):
            if instrument.id in found:
                raise UsageError(f"citations data {file.name}: instrument {instrument.id} is there twice")
            found[instrument.id] = instrument
    return found


def instrument_ids() -> tuple[str, ...]:
    """Ids that `cite(…)` knows, sorted: `un-charter`, `nato`, `teu`, … and the known competitors."""
    return tuple(sorted(instruments()))
