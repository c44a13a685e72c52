"""What is wrong with a rule or a watch-list, and where: the values behind every caret.

An error is a value, so that all errors of all files can be gathered, sorted and shown in one run;
`RuleErrors` is what is raised once everything has been looked at.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from worker.errors import UsageError

_SHOWN_BEFORE = 60
_SHOWN_AFTER = 40
"""Code points of the author's line shown around the caret: a rule may be one line of 20,000."""


_TOLD = 200
"""Code points of a message, of what was expected and of what was found."""


class Position(NamedTuple):
    """A place in an author's file. `line` and `column` count from 1, columns in code points."""

    file: str
    line: int
    column: int
    source_line: str


class Place(Protocol):
    """Knows where a text stands in its file."""

    def at(self, offset: int) -> Position:
        """The place of the text's code point `offset`; the text's length gives the place after it."""
        ...


class QueryPlace:
    """The place of a query that stands in no file: its own lines and columns."""

    def __init__(self, query: str, file: str = "query") -> None:
        self._query = query
        self._file = file

    def at(self, offset: int) -> Position:
        """Line and column within the query itself."""
        start = self._query.rfind("\n", 0, offset) + 1
        end = self._query.find("\n", offset)
        line = self._query.count("\n", 0, offset) + 1
        shown = self._query[start : end if end >= 0 else len(self._query)]
        return Position(self._file, line, offset - start + 1, shown)


class Problem(NamedTuple):
    """An error before it has a place: `offset` counts code points of the text it was found in."""

    offset: int
    message: str
    expected: str | None = None
    found: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class RuleError:
    """One thing wrong with a rule or a watch-list, at a place of the author's file.

    `str()` is `file:line:column: message`, the author's line, a caret, and then what was expected,
    what was found and a suggestion, each where it is known.
    """

    file: str
    line: int
    column: int
    source_line: str
    message: str
    expected: str | None = None
    found: str | None = None
    suggestion: str | None = None

    @classmethod
    def at(cls, place: Place, problem: Problem) -> RuleError:
        """The problem, put in its place."""
        return cls(*place.at(problem.offset), clipped(problem.message), *map(_clipped, problem[2:]))

    def __str__(self) -> str:
        lines = [f"{self.file}:{self.line}:{self.column}: {self.message}"]
        if self.source_line.strip():
            lines += _with_caret(self.source_line, self.column)
        for label, said in (("expected", self.expected), ("found", self.found)):
            if said is not None:
                lines.append(f"  {label}: {visible(said)}")
        if self.suggestion is not None:
            lines.append(f"  suggestion: {visible(self.suggestion)}")
        return "\n".join(lines)


class RuleErrors(UsageError):
    """Everything that is wrong, at once. `errors` is never empty; `str()` shows all of them."""

    def __init__(self, errors: Sequence[RuleError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


def clipped(text: str) -> str:
    """`text`, shortened where it is longer than anybody reads."""
    return text if len(text) <= _TOLD else text[: _TOLD - 1] + "…"


def _clipped(text: str | None) -> str | None:
    return None if text is None else clipped(text)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when none is like it."""
    options = sorted(known)
    if word in options:
        return word
    lowered = {option.lower(): option for option in options}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def visible(text: str) -> str:
    """`text` with control and bidi-control characters written out, for terminals and logs."""
    return "".join(_visible_character(character) for character in text)


def _visible_character(character: str) -> str:
    if character == "\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    if character in "\u200c\u200d":  # joiners carry meaning in Persian and Indic words
        return character
    return f"\\u{ord(character):04x}"


def _with_caret(line: str, column: int) -> list[str]:
    at = min(column - 1, len(line))
    start = max(0, at - _SHOWN_BEFORE) if len(line) > _SHOWN_BEFORE + _SHOWN_AFTER else 0
    end = start + _SHOWN_BEFORE + _SHOWN_AFTER
    before = ("…" if start else "") + visible(line[start:at])
    after = visible(line[at:end].rstrip()) + ("…" if end < len(line) else "")
    padding = "".join(map(_blank, before))
    return [f"    {before}{after}", f"    {padding}^"]


def _blank(character: str) -> str:
    """White space as wide as the character, so that the caret stands under its mark."""
    if character == "\t":
        return "\t"
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "
