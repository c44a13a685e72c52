"""What kind of input bytes are, told by their content and never by a file's name."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from worker.article.charset import without_mark

HEAD = 64 * 1024
"""How many bytes from the start are looked at."""


class Kind(StrEnum):
    """The kinds of input Tocsin can tell apart."""

    JSON = "json"
    JSON_LINES = "json-lines"
    FEED = "feed"
    HTML = "html"
    TEXT = "text"
    GZIP = "gzip"
    EMPTY = "empty"
    XML = "xml"
    """XML that is neither a feed nor XHTML."""
    BINARY = "binary"


_LIST = re.compile(rb"\[\s*(?:[\[{\]\"]|$)")
_NAME = re.compile(rb"<([a-zA-Z_][\w.:-]*)")
_DOCTYPE = re.compile(rb"<!doctype\s+([\w:.-]+)", re.IGNORECASE)
_HTML_ROOTS = frozenset({b"html", b"head", b"body"})
_FEEDS = frozenset({b"rss", b"feed", b"rdf", b"channel"})
_HTML_TAG = re.compile(
    rb"<(?:!doctype html|html|head|body|title|meta|article|div|p|h1|br|span|a)\b[^<]*>", re.IGNORECASE
)
_HTML_PAGE = re.compile(rb"<(?:!doctype html|html|body)\b", re.IGNORECASE)
_JSON_LINE = re.compile(rb'\s*\{\s*(?:"|\}).*\}\s*', re.DOTALL)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x7fELF",
    b"RIFF",
    b"BZh",
    b"\xfd7zXZ",
    b"(\xb5/\xfd",
)
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r\f\x1b")
_LINES_LOOKED_AT = 20


def sniff(data: bytes) -> Kind:
    """The kind of `data`, from its first 64 KiB. Never raises.

    A single JSON object is JSON; two or more on lines of their own are JSON lines, even if some
    lines are damaged.
    """
    if data[:2] == b"\x1f\x8b":
        return Kind.GZIP
    head = _as_utf8(data[:HEAD])
    start = head.lstrip()
    if not start:
        return Kind.EMPTY
    if head.startswith(_MAGIC) or _mostly_control(head):
        return Kind.BINARY
    if start[:1] == b"{" or _LIST.match(start):
        return _json_kind(start, whole=len(data) <= HEAD)
    if start[:1] == b"<":
        return _markup_kind(start)
    if _has_json_lines(start, whole=len(data) <= HEAD):
        return Kind.JSON_LINES
    return Kind.HTML if _HTML_PAGE.search(start[:4096]) else Kind.TEXT


def _as_utf8(head: bytes) -> bytes:
    body, encoding = without_mark(head)
    return (
        body.decode(encoding, "replace").encode("utf-8", "replace")
        if encoding and encoding != "utf-8"
        else body
    )


def _mostly_control(head: bytes) -> bool:
    """More control characters than any text has; a NUL or two in an article is still an article."""
    controls = len(head) - len(head.translate(None, _CONTROL))
    return controls * 20 > len(head)


def _json_kind(start: bytes, *, whole: bool) -> Kind:
    first, _, rest = start.partition(b"\n")
    if not rest.strip():
        return Kind.JSON
    if start[:1] == b"[" and not _parses(first):
        return Kind.JSON
    return Kind.JSON_LINES if _parses(first) or _has_json_lines(start, whole=whole) else Kind.JSON


def _parses(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return bool(_JSON_LINE.fullmatch(line))
    return True


def _has_json_lines(start: bytes, *, whole: bool) -> bool:
    """Whether at least half of the first lines, and two, look like an object each."""
    lines = [line for line in start.split(b"\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT] if line.strip()]
    if not whole and len(lines) > 1 and lines[-1] == start.rpartition(b"\n")[2]:
        lines.pop()  # cut by the end of the head
    objects = sum(1 for line in lines if _JSON_LINE.fullmatch(line))
    return objects >= 1 and len(lines) >= 2 and objects * 2 >= len(lines)


def _markup_kind(start: bytes) -> Kind:
    xml = start.startswith(b"<?xml")
    name = first_element(start).lower()
    if name.rpartition(b":")[2] in _FEEDS:
        return Kind.FEED
    if name in _HTML_ROOTS or not xml:
        return Kind.HTML if _HTML_TAG.search(start) else Kind.XML if xml else Kind.TEXT
    return Kind.XML


def first_element(text: bytes) -> bytes:
    """The name of the first element, or `html` by its doctype, past declarations and comments; linear."""
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        doctype = _DOCTYPE.match(text, at)
        if text.startswith(b"<?", at):
            end = text.find(b"?>", at)
        elif text.startswith(b"<!--", at):
            end = text.find(b"-->", at)
        elif doctype and doctype[1].lower() == b"html":
            return b"html"
        elif doctype:
            end = _doctype_end(text, at)
        else:
            element = _NAME.match(text, at)
            return element[1] if element else b""
        if end < 0:
            return b""
        at = text.find(b">", end) + 1


def _doctype_end(text: bytes, at: int) -> int:
    """Where a document type ends: after its own declarations in brackets, if it has any."""
    closing, opening = text.find(b">", at), text.find(b"[", at)
    return text.find(b"]", opening) if 0 <= opening < closing else closing
