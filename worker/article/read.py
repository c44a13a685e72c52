"""Whole inputs to articles: a file, standard input, anything with bytes in it.

One input may hold one article or a million. Each bad line or element is its own BadInput and the
rest goes on; JSON lines are read line by line and never held at once. feeds/ stands above this
room, so the parsing of feeds is handed in.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import BinaryIO, cast

import msgspec

from worker.article.charset import decode_text, without_mark
from worker.article.decode import MAX_BYTES
from worker.article.event import is_structured, open_structured
from worker.article.fields import article_from_json
from worker.article.html import article_from_html, article_from_text
from worker.article.jsontext import parse_json, split_list
from worker.article.sniff import HEAD, Kind, sniff
from worker.errors import BadInput
from worker.types import Article, DeadReason

ParseFeed = Callable[[bytes], Sequence[Article]]
"""A feed's bytes to its articles; raises BadInput (not_a_feed, not_parsed, too_large)."""

MAX_DOCUMENT = 64 * 1024 * 1024
"""The largest input that is not JSON lines, in bytes after decompression."""

RAW_KEPT = 1024 * 1024
"""How much of a bad item's bytes is handed on; what is longer is cut there and the detail says so."""


class Place(msgspec.Struct, frozen=True):
    """How far an input has been read. `offset`: bytes of JSON lines (after decompression), else items."""

    offset: int = 0
    line: int = 0


_START = Place()


class Item(msgspec.Struct, frozen=True):
    """One thing found in an input: an article, or what is wrong and the bytes; and the place after it."""

    found: Article | BadInput
    after: Place
    raw: bytes = b""


def read_articles(
    data: bytes, *, source_name: str, parse_feed: ParseFeed, max_bytes: int = MAX_BYTES
) -> Iterator[Article | BadInput]:
    """Every article in `data`, and a BadInput for each thing that is none. Raises nothing.

    `source_name` begins the detail of each BadInput: `news.jsonl: line 7: …`. `max_bytes` is the
    limit of one article.
    """
    stream = io.BytesIO(data)
    return (
        i.found
        for i in read_items(stream, source_name=source_name, parse_feed=parse_feed, max_bytes=max_bytes)
    )


def read_items(
    stream: BinaryIO,
    *,
    source_name: str,
    parse_feed: ParseFeed,
    start: Place = _START,
    kind: Kind | None = None,
    max_bytes: int = MAX_BYTES,
    max_document: int = MAX_DOCUMENT,
) -> Iterator[Item]:
    """As `read_articles`, from a seekable binary stream, starting after `start`, with places and raw bytes.

    Reading again from an item's `after` yields exactly the items that followed it. `kind` says what
    the stream holds where the caller knows. Raises OSError of the stream itself only.
    """
    reader = _Reader(source_name, parse_feed, start, max_bytes, max_document)
    return reader.items(stream, kind)


class _Reader:
    def __init__(
        self, name: str, parse_feed: ParseFeed, start: Place, max_bytes: int, max_document: int
    ) -> None:
        self.name = name
        self.parse_feed = parse_feed
        self.start = start
        self.max_bytes = max_bytes
        self.max_document = max_document

    def items(self, stream: BinaryIO, kind: Kind | None) -> Iterator[Item]:
        if kind is None:
            kind = sniff(stream.read(HEAD))
            stream.seek(0)
        if kind is not Kind.GZIP:
            yield from self._plain(stream, kind)
            return
        try:
            packed = cast("BinaryIO", gzip.GzipFile(fileobj=stream))
            kind = sniff(packed.read(HEAD))
            packed.seek(0)
            yield from self._plain(packed, kind)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield self._bad(DeadReason.UNKNOWN_FORMAT, f"damaged gzip: {error}", b"", Place(1 << 62))

    def _plain(self, stream: BinaryIO, kind: Kind) -> Iterator[Item]:
        wide = without_mark(stream.read(64))[1] not in (None, "utf-8")
        stream.seek(0)
        if kind is Kind.JSON_LINES and not wide:
            yield from self._lines(stream)
            return
        data = stream.read(self.max_document + 1)
        if len(data) > self.max_document:
            detail = f"larger than {self.max_document:,} bytes; only JSON lines may be"
            yield self._bad(DeadReason.TOO_LARGE, detail, data, Place(1))
            return
        for number, (outcome, raw) in enumerate(self._document(data, kind), 1):
            if number > self.start.offset:
                yield self._item(outcome, raw, Place(number))

    def _lines(self, stream: BinaryIO) -> Iterator[Item]:
        offset, line = self.start.offset, self.start.line
        stream.seek(offset)
        while raw := stream.readline(self.max_bytes + 1):
            taken = len(raw)
            # The rest of a line too long is passed over, a piece at a time.
            while not raw.endswith(b"\n") and (rest := stream.readline(1 << 20)):
                taken += len(rest)
                if rest.endswith(b"\n"):
                    break
            offset, line = offset + taken, line + 1
            if raw.strip():
                yield self._item(self._line(raw, taken, line), raw, Place(offset, line))

    def _line(self, raw: bytes, taken: int, line: int) -> Article | BadInput:
        if taken > self.max_bytes + 1:
            detail = f"line {line}: {taken:,} bytes; at most {self.max_bytes:,} are taken"
            return BadInput(DeadReason.TOO_LARGE, detail)
        return self._tried(partial(self._parse_one, raw.rstrip(b"\r\n")), f"line {line}: ")

    def _document(self, data: bytes, kind: Kind) -> Iterator[tuple[Article | BadInput, bytes]]:
        """Everything in an input that is held whole, with the bytes each came from."""
        if kind in (Kind.JSON, Kind.JSON_LINES):
            yield from self._json(_utf8(data), kind)
        elif kind is Kind.FEED:
            yield from self._feed(data)
        elif kind is Kind.HTML:
            yield self._tried(partial(article_from_html, data)), data
        elif kind is Kind.TEXT:
            yield self._tried(partial(article_from_text, data)), data
        else:
            yield _REFUSED[kind], data

    def _json(self, data: bytes, kind: Kind) -> Iterator[tuple[Article | BadInput, bytes]]:
        if kind is Kind.JSON_LINES:
            for line, raw in enumerate(data.split(b"\n"), 1):
                if raw.strip():
                    yield self._line(raw, len(raw), line), raw
            return
        try:
            if data.lstrip()[:1] == b"[":
                elements = split_list(data, max_bytes=self.max_document)
            else:
                value = parse_json(data, max_bytes=self.max_document)
                if is_json_feed(value):
                    yield from self._feed(data)
                    return
                elements = [data]
        except BadInput as error:
            yield error, data
            return
        for number, raw in enumerate(elements, 1):
            where = f"element {number}: " if len(elements) > 1 else ""
            yield self._tried(partial(self._parse_one, raw), where), raw

    def _parse_one(self, raw: bytes) -> Article:
        value = parse_json(raw, max_bytes=self.max_bytes)
        if is_structured(value):
            envelope, data = open_structured(value)
            if isinstance(data, bytes):
                data = parse_json(data, max_bytes=self.max_bytes)
            return article_from_json(data, aliases=True, event_id=envelope.id, event_source=envelope.source)
        return article_from_json(value, aliases=True)

    def _feed(self, data: bytes) -> Iterator[tuple[Article | BadInput, bytes]]:
        try:
            for article in self.parse_feed(data):
                yield article, data
        except BadInput as error:
            yield error, data

    def _tried(self, make: Callable[[], Article], where: str = "") -> Article | BadInput:
        try:
            return make()
        except BadInput as error:
            return BadInput(error.reason, where + error.detail)

    def _item(self, outcome: Article | BadInput, raw: bytes, after: Place) -> Item:
        if isinstance(outcome, Article):
            return Item(outcome, after)
        return self._bad(outcome.reason, outcome.detail, raw, after)

    def _bad(self, reason: DeadReason, detail: str, raw: bytes, after: Place) -> Item:
        cut = f" (the first {RAW_KEPT:,} of its bytes are kept)" if len(raw) > RAW_KEPT else ""
        return Item(BadInput(reason, f"{self.name}: {detail}{cut}"), after, raw[:RAW_KEPT])


_REFUSED = {
    Kind.EMPTY: BadInput(DeadReason.NO_CONTENT, "it is empty"),
    Kind.XML: BadInput(DeadReason.NOT_A_FEED, "it is XML, but neither RSS, Atom, RDF nor XHTML"),
    Kind.BINARY: BadInput(
        DeadReason.UNKNOWN_FORMAT, "it is not text; JSON, JSON lines, feeds, HTML and plain text are read"
    ),
    Kind.GZIP: BadInput(DeadReason.UNKNOWN_FORMAT, "gzip within gzip; unpack it first"),
}


def is_json_feed(value: object) -> bool:
    """Whether a decoded JSON value is a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    return isinstance(value, dict) and "jsonfeed.org/version/" in str(value.get("version", ""))[:100]


def _utf8(data: bytes) -> bytes:
    """JSON in UTF-16 or UTF-32 as UTF-8; other bytes as they are, but for a byte order mark."""
    body, encoding = without_mark(data)
    return decode_text(data).encode() if encoding and encoding != "utf-8" else body
