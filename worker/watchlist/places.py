"""From an offset in a text to line and column of the file the text was written in.

YAML folds and unescapes, JSON unescapes; a caret must stand under what the author typed. White space
is where YAML's styles differ, so places are found by the other characters: the k-th of the value is
the k-th of the source, whatever the style did to the white space between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

import yaml

from worker.rules import Position

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)+")
_YAML_SPACE = frozenset(" \t\r\n\x85\u2028\u2029")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r\n|.)", re.DOTALL)
_ESCAPED_SPACE = re.compile(
    r"\\(?:[ \tnrtNLP\r\n]|x(?:09|0[aAdD]|20|85)|u(?:0009|000[aAdD]|0020|0085|202[89]))", re.DOTALL
)
_JSON_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class Source:
    """The text of a file, by lines."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line starts, as YAML breaks lines."""
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def index(self, line: int, column: int) -> int:
        """The offset of a line and column, both counted from 0."""
        starts = self.line_starts
        return min(starts[line] + column, len(self.text)) if line < len(starts) else len(self.text)

    def position(self, index: int) -> Position:
        """Line, column and the author's line of an offset."""
        line = bisect_right(self.line_starts, index) - 1
        start = self.line_starts[line]
        end = _BREAK.search(self.text, start)
        shown = self.text[start : end.start() if end else len(self.text)]
        return Position(self.file, line + 1, index - start + 1, shown.removeprefix("\ufeff"))


class NodePlace:
    """The place of a YAML node; of a scalar, of each of its characters."""

    def __init__(self, source: Source, node: yaml.Node) -> None:
        self._source = source
        self._node = node

    @cached_property
    def _start(self) -> int:
        mark = self._node.start_mark
        start = self._source.index(mark.line, mark.column)
        properties = _PROPERTIES.match(self._source.text, start)  # a tag or an anchor before the value
        return properties.end() if properties else start

    @cached_property
    def _visible(self) -> list[int]:
        """Offsets in the file of the scalar's characters that are not white space."""
        mark = self._node.end_mark
        style, start, end = (
            getattr(self._node, "style", None),
            self._start,
            self._source.index(mark.line, mark.column),
        )
        text = self._source.text
        if style in ("|", ">"):
            header = _BREAK.search(text, start)
            start = header.end() if header else end
        if style == '"':
            return _visible_in_double(text, start + 1, end - 1)
        if style == "'":
            pieces = re.compile("''|[^ \t\r\n\x85\u2028\u2029]").finditer(text, start + 1, end - 1)
            return [piece.start() for piece in pieces]
        return [at for at in range(start, end) if text[at] not in _YAML_SPACE]

    def at(self, offset: int) -> Position:
        """The place of a character of the scalar's value; of any other node, its start."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._visible:
            return self._source.position(self._start)
        value: str = self._node.value
        before = sum(character not in _YAML_SPACE for character in value[:offset])
        if offset < len(value) and value[offset] not in _YAML_SPACE and before < len(self._visible):
            return self._source.position(self._visible[before])
        # White space, or the end: count on from the last visible character before it.
        last = self._visible[min(before, len(self._visible)) - 1] if before else self._start
        behind = offset - len(value[:offset].rstrip("".join(_YAML_SPACE)))
        return self._source.position(last + 1 + behind if before else last)


def _visible_in_double(text: str, start: int, end: int) -> list[int]:
    found: list[int] = []
    at = start
    while at < end:
        escape = _ESCAPE.match(text, at, end) if text[at] == "\\" else None
        if escape is None:
            if text[at] not in _YAML_SPACE:
                found.append(at)
            at += 1
            continue
        if not _ESCAPED_SPACE.fullmatch(escape.group()):
            found.append(at)
        at = escape.end()
    return found


class JsonPlace:
    """The place of a value in one line of a JSON lines file; of a string, of each character."""

    def __init__(self, file: str, line: int, text: str, start: int, *, is_text: bool) -> None:
        self._file = file
        self._line = line
        self._text = text
        self._start = start
        self._is_text = is_text

    def at(self, offset: int) -> Position:
        """Line and column; a character written as an escape stands where its backslash does."""
        at = self._start
        if self._is_text:
            at += 1
            for _ in range(offset):
                match = _JSON_ESCAPE.match(self._text, at)
                if match is None or match.group() == '"':
                    break
                at = match.end()
        return Position(self._file, self._line, at + 1, self._text)


class FilePlace:
    """A place that is a whole file, or a known line and column of it."""

    def __init__(self, file: str, line: int = 1, column: int = 1, source_line: str = "") -> None:
        self._position = Position(file, line, column, source_line)

    def at(self, offset: int) -> Position:  # noqa: ARG002  a file that cannot be read has no offsets
        """Always the same place."""
        return self._position
