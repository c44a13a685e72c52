"""Where hubs call: a small server for WebSub's verifications and pushes, served only when it is configured.

It believes nothing it did not ask for, reads no more than a feed may have, and only hands over: what
came is worked on by the thread that owns the feeds.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from worker.clock import Clock
from worker.errors import UsageError
from worker.feeds.websub import Subscription, confirmed, is_signed
from worker.types import HubWord

_REQUEST_SECONDS = 20
_AT_ONCE = 32
_MOST_WAITING = 200
_MOST_WAITING_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Push:
    """What a hub brought for a feed, its signature right."""

    key: str
    token: str
    body: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Word:
    """What a hub said of a feed's subscription, which is this now."""

    key: str
    subscription: Subscription


Heard = Callable[[HubWord], None]


@dataclass(slots=True)
class Desk:
    """The subscriptions by token, and what hubs brought and nobody has taken yet. Safe between threads.

    closes: what to call when nobody takes anything any more.
    """

    clock: Clock
    largest: int = 15 * 1024 * 1024
    heard: Heard = lambda _: None
    closes: Callable[[], None] = lambda: None
    _known: dict[str, tuple[str, Subscription]] = field(default_factory=dict)
    _leaving: dict[str, str] = field(default_factory=dict)
    _waiting: deque[Push | Word] = field(default_factory=deque)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def know(self, key: str, subscription: Subscription) -> None:
        """From now on hubs may call for this subscription."""
        with self._lock:
            self._known[subscription.token] = (key, subscription)

    def forget(self, subscription: Subscription, *, leaving: bool) -> None:
        """No pushes any more. leaving: the hub was asked to end it, and may come to verify that."""
        with self._lock:
            self._known.pop(subscription.token, None)
            if leaving:
                self._leaving[subscription.token] = subscription.topic

    def take(self) -> list[Push | Word]:
        """Everything that waits, the oldest first."""
        with self._lock:
            found, self._size = list(self._waiting), 0
            self._waiting.clear()
            return found

    def put_back(self, items: list[Push | Word]) -> None:
        """What could not be worked on yet, before everything that came since."""
        with self._lock:
            self._waiting.extendleft(reversed(items))
            self._size += sum(len(item.body) for item in items if isinstance(item, Push))

    def verify(self, token: str, query: dict[str, str]) -> tuple[HTTPStatus, bytes]:
        """Answer the hub's question whether we meant it."""
        with self._lock:
            challenge = query.get("hub.challenge", "").encode()
            if query.get("hub.mode") == "unsubscribe" and self._leaving.get(token) == query.get("hub.topic"):
                del self._leaving[token]
                self.heard(HubWord.ENDED)
                return HTTPStatus.OK, challenge
            key, subscription = self._known.get(token, ("", None))
            now = confirmed(subscription, query, self.clock.now()) if subscription else None
            if now is None:
                self.heard(HubWord.UNASKED)
                return HTTPStatus.NOT_FOUND, b"not asked for\n"
            self._known[token] = (key, now)
            self._waiting.append(Word(key, now))
            self.heard(HubWord.DENIED if query.get("hub.mode") == "denied" else HubWord.VERIFIED)
            return HTTPStatus.OK, challenge

    def push(self, token: str, body: bytes, content_type: str | None, signature: str) -> HTTPStatus:
        """Take what a hub brought. A wrong signature is answered like a right one, and thrown away."""
        with self._lock:
            key, subscription = self._known.get(token, ("", None))
            if subscription is None:
                self.heard(HubWord.UNASKED)
                return HTTPStatus.GONE if token in self._leaving else HTTPStatus.NOT_FOUND
        right = is_signed(subscription.secret, signature, body)
        with self._lock:
            if not right:
                self.heard(HubWord.FORGED)
                return HTTPStatus.ACCEPTED
            if len(self._waiting) >= _MOST_WAITING or self._size + len(body) > _MOST_WAITING_BYTES:
                self.heard(HubWord.TOO_MUCH)
                return HTTPStatus.SERVICE_UNAVAILABLE
            self._waiting.append(Push(key, token, body, content_type))
            self._size += len(body)
            self.heard(HubWord.PUSHED)
            return HTTPStatus.ACCEPTED


class CallbackServer:
    """Serves `/websub/TOKEN` for a desk, on threads of its own from the moment it is made."""

    def __init__(self, host: str, port: int, desk: Desk) -> None:
        handler = type("Handler", (_Handler,), {"desk": desk, "turnstile": threading.Semaphore(_AT_ONCE)})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"sources.websub: cannot bind {host}:{port}: {error}. Set sources.websub.port to a free one."
            ) from None
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="websub", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    turnstile: threading.Semaphore
    timeout = _REQUEST_SECONDS
    server_version = "tocsin"
    sys_version = ""

    def do_GET(self) -> None:
        """A verification, or a denial."""
        path, _, query = self.path.partition("?")
        token = _token(path)
        try:
            asked = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=20))
        except ValueError:
            asked = {}
        if token is None or not asked:
            self._send(HTTPStatus.NOT_FOUND, b"not found\n")
        else:
            self._send(*self.desk.verify(token, asked))

    def do_POST(self) -> None:
        """A push."""
        token = _token(self.path.partition("?")[0])
        length = self.headers.get("Content-Length", "")
        if token is None:
            self._send(HTTPStatus.NOT_FOUND, b"not found\n")
        elif not (length.isascii() and length.isdigit()):
            self._send(HTTPStatus.LENGTH_REQUIRED, b"Content-Length is needed\n")
        elif len(length) > 12 or int(length) > self.desk.largest:
            self.desk.heard(HubWord.TOO_MUCH)
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"too large\n")
        elif not self.turnstile.acquire(blocking=False):
            self.desk.heard(HubWord.TOO_MUCH)
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, b"busy\n")
        else:
            try:
                self._take(token, int(length))
            finally:
                self.turnstile.release()

    def _take(self, token: str, length: int) -> None:
        body = self._body(length)
        if body is None:
            return
        signature = self.headers.get("X-Hub-Signature", "")
        self._send(self.desk.push(token, body, self.headers.get("Content-Type"), signature), b"")

    def _body(self, length: int) -> bytes | None:
        """So many bytes, or None when they do not come in time: a drip must not hold a thread for ever."""
        body, deadline = bytearray(), time.monotonic() + _REQUEST_SECONDS
        while len(body) < length:
            piece = self.rfile.read1(min(length - len(body), 256 * 1024))
            if not piece or time.monotonic() > deadline:
                return None
            body += piece
        return bytes(body)

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")  # a challenge is no page
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """What hubs say is counted."""


def _token(path: str) -> str | None:
    """The last part of the path: what stands before `/websub/` may be a proxy's."""
    before, _, token = path.rpartition("/")
    return token if before.endswith("/websub") and 20 <= len(token) <= 64 else None
