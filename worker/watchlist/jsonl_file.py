"""Reads a JSON lines watch-list into drafts: the first line the file's keys, each further line a watch.

Lines go through a typed decoder. A line it refuses, or that may hold a key twice, is read again
slowly, to say exactly what is wrong and where.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable
from json import decoder as json_decoder
from typing import Any

import msgspec

from worker.rules import Problem, RuleError
from worker.watchlist.drafts import FileDraft, PlacedDraft, Places, WatchDraft, draft_of
from worker.watchlist.places import FilePlace, JsonPlace
from worker.watchlist.shape import FILE_KEYS, WATCH_KEYS, Key, Path, ShapeChecker, sound_concepts

_HEADER_KEYS = {key: kind for key, kind in FILE_KEYS.items() if key != "watches"}
_KEY = re.compile(rb'"([a-z_]++)"\s*+:')
"""A key as all those are that the decoder knows; it refuses a line that has another …"""
_ESCAPED_KEY = re.compile(rb'\\u00[^"]*+"\s*+:')
"""… unless its letters are escaped: what may end in such a key is read slowly."""
_SPACE = re.compile(r"[ \t\r\n]*")
_MAX_NESTING = 16


def read_jsonl(file: str, folder: str, data: bytes) -> FileDraft:
    """The drafts of a JSON lines file, with all errors of its syntax and shape."""
    draft = FileDraft(file, folder)
    if not data.strip():
        expected = "a first line with the file's own keys"
        draft.errors.append(
            RuleError.at(FilePlace(file), Problem(0, "the file is empty", expected, "nothing"))
        )
        return draft
    lines = _Lines(file, data)
    _read_header(lines.line(1), draft)
    decoder = msgspec.json.Decoder(WatchDraft)
    places = lines.place
    for number in range(2, len(lines) + 1):
        line = lines.line(number)
        if line and not line.isspace():
            _read_line(line, number, decoder, draft, places)
    return draft


class _Lines:
    """The lines of a file, found again by number when something has to be said of one."""

    def __init__(self, file: str, data: bytes) -> None:
        self._file = file
        self._data = data
        self._starts = array("Q", [0])
        self._starts.extend(match.end() for match in re.finditer(b"\n", data))
        self._starts.append(len(data) + 1)
        self._last: _LineReader | None = None

    def __len__(self) -> int:
        return len(self._starts) - 1

    def line(self, number: int) -> bytes:
        """A line without its end, counted from 1."""
        return self._data[self._starts[number - 1] : self._starts[number] - 1]

    def place(self, number: int, path: Path) -> JsonPlace:
        """The place of a path in a line."""
        if self._last is None or self._last.number != number:
            self._last = _LineReader(self._file, number, self.line(number).decode("utf-8", "replace"))
        return self._last.place(path)


def _read_header(line: bytes, draft: FileDraft) -> None:
    reader = _LineReader(draft.file, 1, line.decode("utf-8", "replace"))
    draft.where = reader.place
    value = reader.value(draft.errors)
    if value is _WRONG:
        return
    checker = ShapeChecker(reader.place, draft.errors)
    sound = checker.map(value, (), _HEADER_KEYS, ("watchlist",), "the first line")
    for key, held in sound.items():
        setattr(draft, key, held)
    if "concepts" not in sound:
        draft.concepts = sound_concepts(value)
        draft.wrong_concepts = frozenset(draft.concepts)


def _read_line(
    line: bytes, number: int, decoder: msgspec.json.Decoder[WatchDraft], draft: FileDraft, places: Places
) -> None:
    keys = _KEY.findall(line)
    if len(keys) == len(set(keys)) and not (b"\\u00" in line and _ESCAPED_KEY.search(line)):
        try:
            watch = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass  # read again below, where it is said what is wrong
        else:
            if _nothing_empty(watch):
                draft.watches.append(PlacedDraft(watch, number, places))
                return
    _read_slowly(line, number, draft, places)


def _nothing_empty(watch: WatchDraft) -> bool:
    titled = not isinstance(watch.title, str) or bool(watch.title.strip())
    return titled and bool(watch.id.strip()) and bool(watch.query.strip())


def _read_slowly(line: bytes, number: int, draft: FileDraft, places: Places) -> None:
    reader = _LineReader(draft.file, number, line.decode("utf-8", "replace"))
    value = reader.value(draft.errors)
    if value is _WRONG:
        return
    checker = ShapeChecker(reader.place, draft.errors)
    sound = checker.map(value, (), WATCH_KEYS, ("id", "query"), "a watch")
    if sound.keys() >= {"id", "query"}:  # what is sound of a watch is read on: one run tells every mistake
        draft.watches.append(PlacedDraft(draft_of(sound), number, places))


_WRONG = object()


class _LineReader:
    """One line of JSON: its value, and where each part of it stands."""

    def __init__(self, file: str, number: int, text: str) -> None:
        self._file = file
        self.number = number
        self._text = text.rstrip("\r")
        self._spans: dict[tuple[Path, bool], int] = {}
        self._twice: list[tuple[str, int]] = []

    def value(self, errors: list[RuleError]) -> Any:
        """The line's value, or `_WRONG` where it has none; what is wrong with it is added."""
        wrong = self._unreadable()
        if wrong is None:
            self._scan()
            errors += [
                RuleError.at(self._at(at), Problem(0, f"the key {key} is given twice"))
                for key, at in self._twice
            ]
            return json.loads(self._text)
        errors.extend(wrong)
        return _WRONG

    def _unreadable(self) -> list[RuleError] | None:
        if "\ufffd" in self._text:
            at = self._text.index("\ufffd")
            return [RuleError.at(self._at(at), Problem(0, "this is not UTF-8", "text in UTF-8"))]
        depth = 0
        for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', self._text):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark.group(), 0)
            if depth > _MAX_NESTING:
                message = f"nested more than {_MAX_NESTING} deep"
                return [
                    RuleError.at(self._at(mark.start()), Problem(0, message, "a watch", "deeper nesting"))
                ]
        try:
            json.loads(self._text)
        except json.JSONDecodeError as error:
            said = error.msg[:1].lower() + error.msg[1:]
            return [
                RuleError.at(
                    self._at(error.pos), Problem(0, f"this is not JSON: {said}", "one JSON object a line")
                )
            ]
        return None

    def _at(self, index: int) -> FilePlace:
        return FilePlace(self._file, self.number, index + 1, self._text)

    def place(self, path: Path) -> JsonPlace:
        """Where a value, or its key, stands; the start of the line when there is none."""
        if not self._spans:
            self._scan()
        key = bool(path) and isinstance(path[-1], Key)
        start = self._spans.get((path, key), 0)
        is_text = self._text[start : start + 1] == '"' and not key
        return JsonPlace(self._file, self.number, self._text, start, is_text=is_text)

    def _scan(self) -> None:
        """Walk the line, which is JSON and not deep, and note where everything starts."""
        self._spans = {}
        self._twice = []
        self._walk(_skip(self._text, 0), ())

    def _walk(self, at: int, path: Path) -> int:
        self._spans[path, False] = at
        opening = self._text[at]
        if opening == '"':
            return _string(self._text, at)[1]
        if opening not in "[{":
            scalar = re.compile(r"[^\s,\]}]+").match(self._text, at)
            return scalar.end() if scalar else at + 1
        at, index = _skip(self._text, at + 1), 0
        while self._text[at] not in "]}":
            step: str | int = index
            if opening == "{":
                step, end = _string(self._text, at)
                if (*path, step) in {known for known, is_key in self._spans if is_key}:
                    self._twice.append((str(step), at))
                self._spans[(*path, step), True] = at
                at = _skip(self._text, _skip(self._text, end) + 1)
            at = _skip(self._text, self._walk(at, (*path, step)))
            if self._text[at] == ",":
                at = _skip(self._text, at + 1)
            index += 1
        return at + 1


def _string(text: str, at: int) -> tuple[str, int]:
    """A JSON string that starts at `at`, and where it ends."""
    scan: Callable[[str, int], tuple[str, int]] = json_decoder.scanstring  # type: ignore[attr-defined]
    return scan(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
