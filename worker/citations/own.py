"""A treaty or a language of one's own: a folder beside Tocsin's data, put in force for the whole process."""

from __future__ import annotations

from pathlib import Path

import regex

from worker.citations import grading, mentions, nouns, sieve
from worker.citations.folders import check_folder, data_files, own_folder, set_own_folder
from worker.citations.grammar import grammar
from worker.citations.instruments import Instrument, instrument_ids, instruments, read_instruments
from worker.citations.languages import languages
from worker.citations.places import instrument_lines, line_of, wrong

_CLASS = regex.compile(r"\{([^{}]*)\}")


def use_folder(folder: Path | str | None) -> None:
    """Let the languages and instruments of `folder` count beside Tocsin's; None: Tocsin's alone.

    `folder` holds `languages/xx.toml` or `instruments/*.toml` or both, in the form DATA.md tells. It counts
    for the whole process, for every text recognised from then on. Raises UsageError with file and line on
    the first thing wrong, and then what was in force stays so.
    """
    before = own_folder()
    if folder is not None:
        check_folder(Path(folder))
    set_own_folder(Path(folder) if folder is not None else None)
    _forget()
    try:
        _check_names()
    except Exception:
        set_own_folder(before)
        _forget()
        raise


def _forget() -> None:
    """Drop all that was made of the data in force before."""
    for kept in (languages, instruments, instrument_ids, grammar):
        kept.cache_clear()
    for room in (grading, mentions, nouns, sieve):
        room.forget()


def _check_names() -> None:
    """Every name of an instrument of the own folder speaks of languages and word classes that exist."""
    own = own_folder()
    codes = {language.code for language in languages()} | {"any"}
    classes = {word for language in languages() for word in (*language.word, *language.subject)}
    instruments()
    for file, text in data_files("instruments"):
        if own is not None and file.startswith(str(own)):
            for line, instrument in zip(instrument_lines(text), read_instruments(file, text), strict=True):
                _check_instrument(file, text, line, instrument, codes, classes)


def _check_instrument(
    file: str, text: str, line: int, instrument: Instrument, codes: set[str], classes: set[str]
) -> None:
    for code, names in instrument.names.items():
        at = line_of(text, code, "instrument.names", line)
        if code not in codes:
            raise wrong(file, at, f"names in {code!r}: no language of that code is known")
        for name in names:
            for word in _CLASS.findall(name):
                if word not in classes:
                    raise wrong(file, at, f"{name!r}: no language has the word class {word!r}")
    for subject in instrument.subject:
        for word in subject.weights:
            if word not in classes and not word[:1].isdigit():  # a provision: cited beside it
                at = line_of(text, "weights", "instrument.subject", line)
                raise wrong(file, at, f"weights: no language has the word class {word!r}")
