"""A small WebSub hub on 127.0.0.1 for the tests: it verifies, pushes signed, denies, and remembers."""

from __future__ import annotations

import hmac
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode


def call(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """One request as a hub makes it: its status and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Hub:
    """`lease`: seconds it grants. `answers`: the status of its next answers, 202 when none is left."""

    def __init__(self, lease: int = 86_400) -> None:
        self.lease = lease
        self.asked: list[dict[str, str]] = []
        self.live: dict[str, dict[str, str]] = {}
        self.answers: list[int] = []
        self.silent = False
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                form = dict(parse_qsl(body.decode()))
                hub.asked.append(form)
                status = hub.answers.pop(0) if hub.answers else 202
                if status == 202 and not hub.silent:
                    hub.verify(form)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hub"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def verify(self, form: dict[str, str], **changed: str) -> tuple[int, bytes]:
        """Ask the subscriber whether it meant this; what it answers decides."""
        said = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "xyz123"}
        if form["hub.mode"] == "subscribe":
            said["hub.lease_seconds"] = str(self.lease)
        said |= {f"hub.{name}": value for name, value in changed.items()}
        status, body = call(f"{form['hub.callback']}?{urlencode(said)}")
        if (status, body) == (200, b"xyz123"):
            if form["hub.mode"] == "subscribe":
                self.live[form["hub.topic"]] = form
            else:
                self.live.pop(form["hub.topic"], None)
        return status, body

    def deny(self, form: dict[str, str]) -> tuple[int, bytes]:
        """Say that this subscription is not to be had."""
        said = {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": "no"}
        return call(f"{form['hub.callback']}?{urlencode(said)}")

    def push(self, topic: str, body: bytes, method: str = "sha256", secret: str | None = None) -> int:
        """Push content to the topic's subscriber, signed."""
        form = self.live[topic]
        digest = hmac.new((secret or form["hub.secret"]).encode(), body, method).hexdigest()
        headers = {"Content-Type": "application/rss+xml", "X-Hub-Signature": f"{method}={digest}"}
        return call(form["hub.callback"], body, headers)[0]

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
