r"""Strict and bounded JSON: bytes to Python values, or BadInput that says what is wrong and where.

msgspec parses. Around it stand the size, the depth (checked before parsing, so that nesting never
becomes a RecursionError) and lone surrogates, which no Python string may carry to a UTF-8 topic:
an escape such as `\ud800` without its partner is read as U+FFFD, and offsets of evidence count
the text so read.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from worker.errors import BadInput
from worker.types import DeadReason

MAX_DEPTH = 64
"""Deeper than any article; shallow enough for every parser."""

_BOM = b"\xef\xbb\xbf"
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)", re.S
)
_SINGLE_SURROGATE = 6
_NAN = re.compile(rb"[:,\[\s](NaN|-?Infinity)\b")
_DECODER = msgspec.json.Decoder(Any)
_LIST_DECODER = msgspec.json.Decoder(list[msgspec.Raw])


def parse_json(data: bytes, *, max_bytes: int) -> Any:
    """The value `data` spells. Of a key given twice the last counts, as in every common parser.

    Raises BadInput: too_large, not_utf8, too_deep, not_json, wrong_shape (a number out of range).
    """
    text = checked(data, max_bytes=max_bytes)
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError as error:
        raise BadInput(DeadReason.WRONG_SHAPE, f"not usable JSON: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        return _second_try(text, error)


def split_list(data: bytes, *, max_bytes: int) -> list[bytes]:
    """The elements of a JSON list, each as its own bytes, so that one bad element spoils no other.

    Raises BadInput as `parse_json`.
    """
    text = checked(data, max_bytes=max_bytes)
    try:
        return [bytes(raw) for raw in _LIST_DECODER.decode(text)]
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(DeadReason.NOT_JSON, _complaint(text, error)) from error


def checked(data: bytes, *, max_bytes: int) -> bytes:
    """`data` without a byte order mark, known to be small enough, UTF-8 and not too deep, else BadInput."""
    if len(data) > max_bytes:
        raise BadInput(DeadReason.TOO_LARGE, f"{len(data):,} bytes; at most {max_bytes:,} are taken")
    text = data.removeprefix(_BOM)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(DeadReason.NOT_UTF8, _not_utf8(data, error)) from error
    if _deeper_than(text, MAX_DEPTH):
        raise BadInput(DeadReason.TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")
    return text


def _deeper_than(text: bytes, limit: int) -> bool:
    if text.count(b"[") + text.count(b"{") <= limit:  # too few brackets for it, wherever they stand
        return False
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        first = text[token.start()]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _second_try(text: bytes, error: Exception) -> Any:
    mended = _ESCAPE.sub(_whole_escape, text) if b"\\u" in text else text
    if mended != text:
        try:
            return _DECODER.decode(mended)
        except msgspec.DecodeError as second:
            error = second
    raise BadInput(DeadReason.NOT_JSON, _complaint(text, error)) from error


def _whole_escape(match: re.Match[bytes]) -> bytes:
    escape = match.group()
    lone = len(escape) == _SINGLE_SURROGATE and escape[1:2] == b"u"
    return rb"\ufffd" if lone else escape


def _complaint(text: bytes, error: Exception) -> str:
    if not text.strip():
        return "not JSON: nothing but white space"
    number = _NAN.search(text)
    if number:
        return f"not JSON: {number[1].decode()} at byte {number.start(1)} is not a JSON number"
    start = text[:40].decode("utf-8", "replace")
    return f"{error}; it starts with {start!r}".replace("JSON is malformed", "not JSON").replace(
        "Input data was truncated", "not JSON: it ends too early"
    )


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    hints = {
        b"\x1f\x8b": "it looks gzipped",
        b"\xff\xfe": "it looks like UTF-16",
        b"\xfe\xff": "it looks like UTF-16",
    }
    hint = hints.get(data[:2])
    return f"not UTF-8: byte 0x{error.object[error.start]:02x} at {error.start}" + (
        f"; {hint}" if hint else ""
    )
