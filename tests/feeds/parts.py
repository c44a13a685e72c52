"""Parts for the tests of this folder: an intake on a temporary file, dead letters, a web server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from worker.article import letter_of_source
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.clock import Clock, rfc3339
from worker.errors import BadInput
from worker.feeds import Notice
from worker.ports import ARTICLES, DEAD_LETTERS
from worker.types import Article, Message, Record

AT = 1_795_464_000.0


def letter(raw: bytes, bad: BadInput, where: str) -> Message:
    """A dead letter at a fixed time."""
    return letter_of_source(raw, bad, where, rfc3339(AT))


class Heard:
    """Remembers what a source tells."""

    def __init__(self) -> None:
        self.notices: list[tuple[Notice, str, int]] = []

    def __call__(self, notice: Notice, words: str, count: int) -> None:
        self.notices.append((notice, words, count))

    def kinds(self) -> list[Notice]:
        """The notices without their words."""
        return [notice for notice, _, _ in self.notices]


class Shelf:
    """An embedded bus on a file: the intake under test and what arrived on the topics."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.intake = EmbeddedIntake(path, clock=clock)

    def records(self, topic: str) -> list[Record]:
        """Everything on a topic, oldest first."""
        bus = EmbeddedBus(self.path, group=f"reader-{topic}", clock=self.clock)
        bus.subscribe([topic])
        found: list[Record] = []
        while batch := bus.poll(1000, 0.0):
            found += batch
        bus.close()
        return found

    def articles(self) -> list[Article]:
        """The articles published so far."""
        return [msgspec.json.decode(r.value or b"", type=Article) for r in self.records(ARTICLES)]

    def letters(self) -> list[Message]:
        """The dead letters written so far."""
        return [Message(r.topic, r.key, r.value, r.headers) for r in self.records(DEAD_LETTERS)]

    def close(self) -> None:
        """Close the intake."""
        self.intake.close()


class Killed(Exception):
    """The worker dies here."""


class Mortal:
    """An intake that dies at its nth `put`, before it or after it: kill -9 as seen from a source."""

    def __init__(self, intake: EmbeddedIntake, dies_at: int, *, after: bool) -> None:
        self._intake = intake
        self._left = dies_at
        self._after = after

    def state(self, key: str) -> str | None:
        return self._intake.state(key)

    def put(self, messages, state) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        self._intake.put(messages, state)
        if self._left == 0:
            raise Killed

    def close(self) -> None:
        """The intake belongs to the shelf."""


@dataclass
class Answer:
    """What the server says. `write` overrides the body: it is given the socket's file."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[..., None] | None = None


class Site:
    """A web server on a free port of 127.0.0.1 that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                queue = site.answers.get(self.path, [Answer(404)])
                answer = queue.pop(0) if len(queue) > 1 else queue[0]
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.write is None and answer.status != 304:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                try:
                    if answer.write:
                        answer.write(self.wfile)
                    elif answer.status != 304:
                        self.wfile.write(answer.body)
                except OSError:
                    pass  # the reader has had enough, as it should

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def url(self, path: str = "/feed") -> str:
        """The address of a path on this site."""
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, path: str, *answers: Answer) -> None:
        """Answer requests for `path` with these in turn, the last one for ever."""
        self.answers[path] = list(answers)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def rss(*items: str, title: str = "Example News", extra: str = "") -> bytes:
    """An RSS document around the given items' inner XML."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>https://news.example/</link>{extra}{inner}</channel></rss>"
    ).encode()
