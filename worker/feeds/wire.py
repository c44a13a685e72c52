"""What the worker and its parsing child say to each other: msgpack behind a four-byte length."""

from __future__ import annotations

from typing import IO

import msgspec

from worker.feeds.facts import FeedFacts
from worker.feeds.page import Page
from worker.types import Article, DeadReason

_LENGTH = 4


class Request(msgspec.Struct, frozen=True):
    """One feed, or page, to parse. `url` is where it came from, `content_type` the HTTP header."""

    data: bytes
    url: str | None = None
    content_type: str | None = None
    cpu_seconds: int = 10
    is_page: bool = False


class Reply(msgspec.Struct, frozen=True):
    """What a feed holds and says of itself, or why nothing. `empty` counts items without title and text."""

    articles: tuple[Article, ...] = ()
    empty: int = 0
    facts: FeedFacts = FeedFacts()
    reason: DeadReason | None = None
    detail: str = ""
    page: Page | None = None


def write_frame(stream: IO[bytes], message: Request | Reply) -> None:
    """Write one message and flush it."""
    body = msgspec.msgpack.encode(message)
    stream.write(len(body).to_bytes(_LENGTH, "big"))
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message's bytes, or None when the other side has gone."""
    prefix = stream.read(_LENGTH)
    if len(prefix) < _LENGTH:
        return None
    length = int.from_bytes(prefix, "big")
    body = stream.read(length)
    return body if len(body) == length else None
