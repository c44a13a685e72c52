"""Feeds parsed at arm's length: bytes go to a child process, articles come back, or a reason.

The child is started when first needed and used again; CPU and memory are bounded by the kernel,
the wall clock here. A feed that is an attack costs one child and becomes one BadInput.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

import worker
from worker.errors import BadInput, Outage
from worker.feeds.facts import FeedFacts
from worker.feeds.page import Page
from worker.feeds.wire import Reply, Request, read_frame, write_frame
from worker.types import Article, DeadReason


class Limits(msgspec.Struct, frozen=True):
    """What one feed may cost. `bytes` after decompression; `memory_mib` is the child's address space."""

    bytes: int = 15 * 1024 * 1024
    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory_mib: int = 768


_FEEDS_PER_CHILD = 500
"""A fresh child now and then gives back what libraries and fragmentation hold."""

_START_SECONDS = 60.0
"""How long a child may take to start; a busy machine is not the feed's doing."""

_REPLY = msgspec.msgpack.Decoder(Reply)


class FeedParser:
    """Parses feeds, one at a time, in a child process that it starts, reuses, and replaces when killed.

    Safe to share between threads.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(
        self,
        data: bytes,
        *,
        url: str | None = None,
        content_type: str | None = None,
        source: str | None = None,
        language: str | None = None,
        fetched: str | None = None,
    ) -> list[Article]:
        """The feed's articles, in its order.

        `url` resolves relative links and is each article's `feed`. `source` overrides the feed's
        title, `language` stands in where the feed declares none, `fetched` is RFC 3339 in UTC.
        Raises BadInput (too_large, not_a_feed, not_parsed) or Outage (no child can be started).
        """
        return self.parse_with_facts(
            data, url=url, content_type=content_type, source=source, language=language, fetched=fetched
        )[0]

    def parse_with_facts(
        self,
        data: bytes,
        *,
        url: str | None = None,
        content_type: str | None = None,
        source: str | None = None,
        language: str | None = None,
        fetched: str | None = None,
    ) -> tuple[list[Article], FeedFacts]:
        """As `parse`, and what the feed says of itself."""
        if len(data) > self.limits.bytes:
            raise BadInput(
                DeadReason.TOO_LARGE, f"{len(data):,} bytes; a feed may have {self.limits.bytes:,}"
            )
        reply = self._ask(Request(data, url, content_type, self.limits.cpu_seconds))
        if reply.reason is not None:
            raise BadInput(reply.reason, reply.detail)
        changes = {"source": source, "fetched": fetched}
        known = {name: value for name, value in changes.items() if value}
        replace = msgspec.structs.replace
        articles = [replace(a, language=a.language or language, **known) for a in reply.articles]
        return articles, reply.facts

    def parse_page(self, data: bytes, *, url: str | None = None, content_type: str | None = None) -> Page:
        """The article in a web page, under the same limits. Raises BadInput or Outage."""
        if len(data) > self.limits.bytes:
            raise BadInput(DeadReason.TOO_LARGE, f"{len(data):,} bytes are too many for a page")
        reply = self._ask(Request(data, url, content_type, self.limits.cpu_seconds, is_page=True))
        if reply.page is None:
            raise BadInput(reply.reason or DeadReason.NOT_PARSED, reply.detail)
        return reply.page

    def close(self) -> None:
        """End the child. Idempotent."""
        with self._lock:
            self._stop()

    def _ask(self, request: Request) -> Reply:
        with self._lock:
            if self._served >= _FEEDS_PER_CHILD:
                self._stop()
            child = self._running()
            self._served += 1
            frame, late = self._timed(child, lambda: self._exchange(child, request), self.limits.wall_seconds)
            if frame is None:
                return Reply(reason=DeadReason.NOT_PARSED, detail=self._epitaph(self._stop(), late=late))
            return _REPLY.decode(frame)

    def _timed(
        self, child: subprocess.Popen[bytes], talk: Callable[[], bytes | None], seconds: float
    ) -> tuple[bytes | None, bool]:
        """What the child says, None when it died; and whether it was killed for taking too long."""
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        frame: bytes | None = None
        try:
            frame = talk()
        except OSError:  # it died while we were writing
            frame = None
        except BaseException:  # what it says next would be taken for the answer to another question
            child.kill()
            raise
        finally:
            timer.cancel()
        return frame, late.is_set()

    @staticmethod
    def _exchange(child: subprocess.Popen[bytes], request: Request) -> bytes | None:
        write_frame(_pipe(child.stdin), request)
        return read_frame(_pipe(child.stdout))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        child = self._child = self._start()
        self._served = 0
        ready, _ = self._timed(child, lambda: read_frame(_pipe(child.stdout)), _START_SECONDS)
        if ready is None:
            raise Outage(f"the process that parses feeds does not start: it ended with code {self._stop()}")
        return child

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(worker.__file__).resolve().parent.parent)
        path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)
        command = [sys.executable, "-P", "-m", "worker.feeds.child", str(self.limits.memory_mib)]
        try:
            return subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        except OSError as error:
            raise Outage(f"the process that parses feeds does not start: {error}") from error

    def _stop(self) -> int | None:
        """End the child and return its exit code, negative for a signal."""
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(OSError):
            _pipe(child.stdin).close()
        # A child whose input has closed ends by itself; one that is busy or dying is not waited for.
        try:
            code = child.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        _pipe(child.stdout).close()
        return code

    def _epitaph(self, code: int | None, *, late: bool) -> str:
        if late:
            return f"parsing it took longer than {self.limits.wall_seconds:g} s"
        if code is not None and -code in (getattr(signal, "SIGXCPU", 0), signal.SIGKILL):
            return f"parsing it took more than {self.limits.cpu_seconds} s of CPU, or too much memory"
        return f"the process that parsed it ended with code {code}"


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("the child was started with pipes")
    return stream


_shared: FeedParser | None = None


def parse_feed(
    data: bytes,
    *,
    url: str | None = None,
    source: str | None = None,
    language: str | None = None,
    fetched: str | None = None,
) -> list[Article]:
    """`FeedParser.parse` with one parser for the whole process, started at the first call, ended at exit."""
    global _shared
    if _shared is None:
        _shared = FeedParser()
        atexit.register(_shared.close)
    return _shared.parse(data, url=url, source=source, language=language, fetched=fetched)
