"""A server that scores the manners of whoever reads its feeds, and says what it saw.

    python -m tests.feeds.manners_server               # Tocsin's own reader, three days of a clock of its own
    python -m tests.feeds.manners_server --serve 8000  # any reader: its list is OPML at /; Ctrl-C scores it

What is asked of a reader is written in `tests.feeds.manners_list`. Time is that of the clock it is given.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.feeds.manners_list import FEEDS, MANNERS, Ask, Reply
from worker.clock import Clock, ManualClock, SystemClock

AT = 1_795_464_000.0
DAYS = 3
_SLOW_SECONDS = 0.02


class MannersServer:
    """Serves the feeds on 127.0.0.1 and remembers every question, by the clock passed in."""

    def __init__(self, clock: Clock, port: int = 0) -> None:
        self.asks: list[Ask] = []
        self.most_at_once = 0
        self._inside = 0
        self._clock = clock
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                server.serve(self)

            do_GET = do_HEAD = do_POST = answer  # noqa: N815 - the standard library's names

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def urls(self) -> list[str]:
        """The addresses a reader is to read."""
        return [f"http://127.0.0.1:{self.port}{path}" for path in FEEDS if not path.endswith("/new")]

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one question."""
        ask = Ask(
            self._clock.now(),
            request.path,
            request.command,
            tuple((name.lower(), value) for name, value in request.headers.items()),
        )
        with self._lock:
            before = [each for each in self.asks if each.path == ask.path]
            self.asks.append(ask)
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        reply = self._reply(ask, before)
        if ask.path.startswith("/crowd"):  # a server that takes its time, so that a crowd would be seen
            threading.Event().wait(_SLOW_SECONDS)
        with self._lock:
            self._inside -= 1
        self._send(request, reply)

    def report(self) -> list[tuple[str, str | None]]:
        """Each manner in words, and what was wrong with it; None when nothing was."""
        return [(words, judge(self)) for words, judge in MANNERS.items()]

    def of(self, path: str) -> list[Ask]:
        """The questions for one path, in order."""
        return [ask for ask in self.asks if ask.path == path]

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _reply(self, ask: Ask, before: list[Ask]) -> Reply:
        if ask.path == "/":
            outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in self.urls())
            return Reply(200, f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())
        feed = FEEDS.get(ask.path)
        return feed(ask, before) if feed else Reply(404)

    def _send(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        request.send_response_only(reply.status)
        request.send_header("Date", formatdate(self._clock.now(), usegmt=True))
        for name, value in reply.headers.items():
            request.send_header(name, value)
        if reply.status != 304:
            request.send_header("Content-Length", str(len(reply.body)))
        request.end_headers()
        if reply.status != 304 and request.command != "HEAD":
            request.wfile.write(reply.body)


def read_with_tocsin(server: MannersServer, clock: ManualClock, folder: Path, days: float = DAYS) -> None:
    """Let Tocsin's reader read for some days of the clock, started anew twice a day."""
    from tests.feeds.parts import letter
    from worker.bus.embedded import EmbeddedIntake
    from worker.feeds import FeedParser
    from worker.feeds.hosts import Hosts
    from worker.feeds.manners import Pace
    from worker.feeds.poll import FeedSpec, PollSource

    specs = [FeedSpec(url, pace=Pace(7200.0, 7200.0)) for url in server.urls()]
    end = clock.now() + days * 86_400
    with FeedParser() as parser:
        while clock.now() < end:
            intake = EmbeddedIntake(folder / "bus.db", clock=clock)
            source = PollSource(
                specs,
                intake,
                clock=clock,
                parser=parser,
                dead_letter=letter,
                allow_networks=["127.0.0.0/8"],
                contact="https://newsroom.example",
                hosts=Hosts(pause=0.0),  # a real pause would wait for a clock that stands still
            )
            restart = clock.now() + 43_200
            while clock.now() < restart:
                while source.next_due(clock.now()) <= clock.now():
                    source.run_once()
                clock.advance(min(source.next_due(clock.now()), restart) - clock.now() + 1e-3)
            source.close()
            intake.close()


def show(report: list[tuple[str, str | None]]) -> str:
    """The score for people."""
    lines = [f"✓ {words}" if wrong is None else f"✗ {words}: {wrong}" for words, wrong in report]
    well = sum(wrong is None for _, wrong in report)
    return "\n".join([*lines, f"{well} of {len(report)}"])


def main() -> None:
    """Score a reader and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", type=int, metavar="PORT", help="wait for a reader instead of ours")
    options = parser.parse_args()
    if options.serve is not None:
        server = MannersServer(SystemClock(), options.serve)
        print(f"http://127.0.0.1:{server.port}/ lists the feeds; Ctrl-C ends and scores", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(show(server.report()))
        return
    clock = ManualClock(AT)
    server = MannersServer(clock)
    with tempfile.TemporaryDirectory() as folder:
        read_with_tocsin(server, clock, Path(folder))
    print(f"{len(server.asks):,} questions in {DAYS} days, started anew twice a day")
    print(show(server.report()))
    server.close()


if __name__ == "__main__":
    main()
