"""Standard input as a source: JSON lines as they arrive, any other input once it has ended."""

from __future__ import annotations

import io
import math
import os
import select
from collections.abc import Sequence
from typing import BinaryIO, cast

from worker.article import Item, Kind, ParseFeed, Place, article_message, read_items
from worker.article.decode import MAX_BYTES
from worker.article.read import MAX_DOCUMENT
from worker.clock import Clock
from worker.errors import BadInput
from worker.feeds.source import DeadLetter, Notice, Notify, no_notice
from worker.ports import ARTICLES, Intake
from worker.types import Article, DeadReason

_PIECE = 256 * 1024
_ORIGIN = "standard input"
_LINES_LOOKED_AT = 20


class StdinSource:
    """Publishes the articles that come in on a file descriptor.

    Standard input cannot be read twice, so nothing is remembered of it: what was read and not yet
    put when the worker dies is the sender's to send again, and ids make that harmless. `wait` is
    how many seconds one `run_once` waits for input.
    """

    def __init__(
        self,
        descriptor: int,
        intake: Intake,
        *,
        clock: Clock,
        dead_letter: DeadLetter,
        parse_feed: ParseFeed,
        topic: str = ARTICLES,
        notify: Notify = no_notice,
        wait: float = 0.2,
        batch: int = 200,
    ) -> None:
        self.name = _ORIGIN
        self._descriptor = descriptor
        self._intake = intake
        self._clock = clock
        self._dead_letter = dead_letter
        self._parse_feed = parse_feed
        self._topic = topic
        self._notify = notify
        self._wait = wait
        self._batch = batch
        self._held = bytearray()
        self._lines = False
        self._ended = False
        self._line = 0
        self._skipped = 0

    def next_due(self, now: float) -> float:
        """Now, until the input has ended; then never."""
        return math.inf if self._ended else now

    def run_once(self) -> bool:
        """Take what has arrived, waiting a moment for it; return whether anything was published.

        Raises Outage of the intake; what was taken is kept and published by the next call.
        """
        if self._ended:
            return False
        piece = self._take()
        if piece is None:
            return False
        return self._at_end() if piece == b"" else self._more(piece)

    def close(self) -> None:
        """The descriptor belongs to the caller."""

    def _take(self) -> bytes | None:
        if not _ready(self._descriptor, self._wait):
            return None
        return os.read(self._descriptor, _PIECE)

    def _more(self, piece: bytes) -> bool:
        self._held += piece
        if not self._lines and not self._skipped:
            self._lines = _streams(self._held)
        if self._lines:
            return self._whole_lines()
        if len(self._held) > MAX_DOCUMENT:
            self._drop(f"larger than {MAX_DOCUMENT:,} bytes; only JSON lines may be")
        return False

    def _whole_lines(self) -> bool:
        cut = self._held.rfind(b"\n") + 1
        if not cut:
            if len(self._held) > MAX_BYTES:
                self._drop(f"line {self._line + 1}: more than {MAX_BYTES:,} bytes")
            return False
        did = self._publish(bytes(self._held[:cut]))
        del self._held[:cut]
        return did

    def _drop(self, why: str) -> None:
        """Let go of bytes too many to hold; their beginning becomes a dead letter once."""
        if not self._skipped:
            bad = BadInput(DeadReason.TOO_LARGE, f"{_ORIGIN}: {why}")
            self._intake.put([self._dead_letter(bytes(self._held[: 1024 * 1024]), bad, _ORIGIN)], {})
            self._notify(Notice.REFUSED, bad.detail, 1)
        self._skipped += len(self._held)
        self._held.clear()

    def _at_end(self) -> bool:
        did = self._publish(bytes(self._held)) if self._held.strip() else False
        self._held.clear()
        self._ended = True
        return did

    def _publish(self, data: bytes) -> bool:
        if self._skipped:  # the rest of what was too large
            data = data.partition(b"\n")[2] if self._lines else b""
            self._line += 1
            self._skipped = 0
            if not data.strip():
                return False
        stream = cast("BinaryIO", io.BytesIO(data))
        start, kind = (Place(0, self._line), Kind.JSON_LINES) if self._lines else (Place(), None)
        items = list(
            read_items(stream, source_name=_ORIGIN, parse_feed=self._parse_feed, start=start, kind=kind)
        )
        for first in range(0, len(items), self._batch):
            self._put(items[first : first + self._batch])
        self._line += data.count(b"\n")
        return bool(items)

    def _put(self, items: Sequence[Item]) -> None:
        messages = [
            article_message(item.found, topic=self._topic, source="tocsin/stdin")
            if isinstance(item.found, Article)
            else self._dead_letter(item.raw, item.found, _ORIGIN)
            for item in items
        ]
        self._intake.put(messages, {})
        good = sum(1 for item in items if isinstance(item.found, Article))
        for notice, count in ((Notice.PUBLISHED, good), (Notice.REFUSED, len(items) - good)):
            if count:
                self._notify(notice, _ORIGIN, count)


def _ready(descriptor: int, wait: float) -> bool:
    try:
        return bool(select.select([descriptor], [], [], wait)[0])
    except (OSError, ValueError):  # where only sockets can be waited for, reading waits instead
        return True


def _streams(held: bytearray) -> bool:
    """Whether the input so far is JSON lines, which need not wait for the end of all of it."""
    lines = [line.strip() for line in held.split(b"\n", _LINES_LOOKED_AT)[:-1]]
    first = next((line for line in lines if line), b"")
    if first in (b"", b"{") or first[:1] in b"[<\x1f":
        return False
    return any(line.startswith(b"{") and line.endswith(b"}") for line in lines)
