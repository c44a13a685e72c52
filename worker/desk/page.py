"""`/metrics`, `/livez` and `/readyz` over HTTP, `/-/rules` and `POST /-/reload`; every other path is 404.

prometheus-client's own server answers 200 to any path and binds all addresses, so this is a
handler of the standard library's server, bound to 127.0.0.1 unless told otherwise.
"""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import msgspec

from worker.desk.access import Access
from worker.errors import UsageError
from worker.health import Health
from worker.metrics import CONTENT_TYPE, Metrics
from worker.reload import Reloader
from worker.types import Reload

_REQUEST_SECONDS = 10
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"
_MOST_RULES = 1000


class Page:
    """The server, on a thread of its own from the moment it is made. `port` is the one bound."""

    def __init__(
        self,
        host: str,
        port: int,
        metrics: Metrics,
        health: Health,
        reloader: Reloader | None = None,
        access: Access | None = None,
    ) -> None:
        access = access or Access()
        parts = {"metrics": metrics, "health": health, "reloader": reloader, "access": access}
        handler = type("Handler", (_Handler,), parts)
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"metrics: cannot bind {host}:{port}: {error}. Set metrics.port to a free one, or 0."
            ) from None
        self._server.daemon_threads = True
        if access.tls is not None:  # the handshake is left to the request's own thread and its time limit
            self._server.socket = access.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = int(self._server.server_address[1])
        self.address = f"{access.scheme}://{host}:{self.port}/metrics"
        self._thread = threading.Thread(target=self._server.serve_forever, name="page", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving. Idempotent."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    metrics: Metrics
    health: Health
    reloader: Reloader | None
    access: Access
    timeout = _REQUEST_SECONDS  # a client that says nothing does not hold a thread for ever
    server_version = "tocsin"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        if path == "/metrics" and not self.access.admits(self.headers.get("Authorization")):
            self._refuse()
        else:
            self._send(*self._answer(path))

    def _refuse(self) -> None:
        self._send(HTTPStatus.UNAUTHORIZED, _TEXT, b"metrics.users names who may see this\n")

    do_HEAD = do_GET  # noqa: N815 - the standard library's name

    def do_POST(self) -> None:
        """Reload the watch-lists, when someone on this machine asks."""
        if self.path != "/-/reload" or self.reloader is None:
            self._send(HTTPStatus.NOT_FOUND, _TEXT, b"not found; there is /-/reload\n")
        elif not self._from_this_machine():
            self._send(HTTPStatus.FORBIDDEN, _TEXT, b"only from this machine, and not by a web page\n")
        elif not self.access.admits(self.headers.get("Authorization")):
            self._refuse()
        else:
            done = self.reloader.reload()
            refused = done.result is Reload.REFUSED
            status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
            self._send(status, _TEXT, done.words.encode())

    def _from_this_machine(self) -> bool:
        """A browser sends Origin with every POST, so a page elsewhere cannot ask in its visitor's name."""
        return ip_address(self.client_address[0]).is_loopback and "Origin" not in self.headers

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", 'Basic realm="tocsin"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Scrapes are no news."""

    def _answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE, self.metrics.page()
        if path == "/livez":
            words = f"main loop ticked {self.health.age():.1f} s ago\n".encode()
            return _up(self.health.live), _TEXT, words
        if path == "/-/rules" and self.reloader is not None and self._from_this_machine():
            return HTTPStatus.OK, _JSON, msgspec.json.encode(self.reloader.slowest(_MOST_RULES))
        if path == "/readyz":
            words = b"ready\n" if self.health.ready else b"not ready: the bus has not been joined\n"
            return _up(self.health.ready), _TEXT, words
        return HTTPStatus.NOT_FOUND, _TEXT, b"not found; there are /metrics, /livez and /readyz\n"


def _up(well: bool) -> HTTPStatus:  # noqa: FBT001 - a predicate's answer
    return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
