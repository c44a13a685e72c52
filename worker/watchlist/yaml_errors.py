"""What is wrong with a file that is no YAML, said to someone who writes watch-lists and not YAML."""

from __future__ import annotations

import re
from typing import Any

import yaml

from worker.rules import Problem, RuleError
from worker.watchlist.places import FilePlace, Source

_ENTRY = re.compile(r"(?P<before>\s*(?:- )?)(?P<key>[\w-]+):\s+(?P<value>\S.*?)\s*")
_QUOTED = "a value with such a mark in quotation marks, or on lines of its own below `key: |`"


def explained(source: Source, error: yaml.YAMLError) -> RuleError:
    """The error in its place: where the mistake begins, where that is known, and not where it shows."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    if mark is None:
        return RuleError.at(FilePlace(source.file), Problem(0, f"this is not YAML: {said}", "YAML"))
    lines = source.text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    opened = getattr(error, "context_mark", None)
    if "end of stream" in said and opened is not None and "quoted" in str(getattr(error, "context", "")):
        problem = Problem(
            0, "this quotation mark is never closed", "the same mark again", "the end of the file"
        )
        return _at(source, opened, problem)
    return _at(source, mark, _problem(said, line, mark.column))


def _at(source: Source, mark: Any, problem: Problem) -> RuleError:
    return RuleError.at(FilePlace(*source.position(source.index(mark.line, mark.column))), problem)


def _problem(said: str, line: str, column: int) -> Problem:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        message = "a tab stands at the beginning of this line"
        return Problem(
            0, message, "spaces: YAML does not take tabs there", "a tab", "two spaces for each level"
        )
    entry = _ENTRY.fullmatch(line)
    if entry is not None and column >= entry.start("value"):
        value = entry["value"]
        mark = line[column : column + 20].strip()
        message = f"this is not YAML: {said}"
        if value[0] in "@`%*&!|>" and column == entry.start("value"):
            message, mark = f"a value cannot begin with {value[0]}", value[0]
        elif "mapping values" in said:
            message, mark = "a colon and a space stand within this value", ": "
        elif value[0] in "\"'":
            message = "this value goes on after its closing quotation mark"
            value = value[1:-1] if value[0] == value[-1] else value
        return Problem(0, message, _QUOTED, mark or None, f"{entry['key']}: {quoted(value)}")
    if "could not find expected ':'" in said or "expected '-'" in said or "block" in said:
        message = "this line does not stand where a line may: " + said
        hint = "the keys of a watch straight below each other, the lines of a text further in than its key"
        return Problem(0, message, "`key: value`, or a line that belongs to the one above", None, hint)
    return Problem(0, f"this is not YAML: {said}", "YAML; see the first example of LANGUAGE.md")


def quoted(value: str) -> str:
    """A value in quotation marks of YAML's plainest kind."""
    return "'" + value.replace("'", "''") + "'"
