"""One polite and bounded GET: permitted addresses, limited size and time, no cookies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpcore
import httpx
import msgspec

from worker.clock import Clock
from worker.errors import TocsinError
from worker.feeds.guard import GuardedBackend, Network, Refused


class FetchLimits(msgspec.Struct, frozen=True):
    """What one fetch may cost: `bytes` after decompression, `total_seconds` with all redirects."""

    bytes: int = 15 * 1024 * 1024
    connect_seconds: float = 10.0
    total_seconds: float = 20.0
    redirects: int = 5


class Fetched(msgspec.Struct, frozen=True):
    """What a server answered. `headers` by lower-case name, values as received (Latin-1)."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class FetchError(TocsinError):
    """Why nothing came back, in a sentence without secrets."""


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    UnicodeError,
    ValueError,
)
_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_PIECE = 256 * 1024


class Fetcher:
    """Fetches over http and https. One thread uses it."""

    def __init__(
        self,
        *,
        clock: Clock,
        user_agent: str,
        allowed: Sequence[Network] = (),
        limits: FetchLimits | None = None,
    ) -> None:
        self.limits = limits or FetchLimits()
        self._clock = clock
        self._backend = GuardedBackend(clock, allowed)
        self._client = httpx.Client(
            transport=_Transport(self._backend),
            headers={"user-agent": user_agent, "accept": _ACCEPT, "accept-encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self.limits.total_seconds, connect=self.limits.connect_seconds),
            trust_env=False,
            follow_redirects=False,
        )

    def get(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """GET `url` and follow its redirects; `headers` go out byte for byte (Latin-1). Raises FetchError."""
        self._backend.deadline = self._clock.monotonic() + self.limits.total_seconds
        try:
            for _ in range(self.limits.redirects + 1):
                answer = self._once(url, headers)
                if answer.status not in _REDIRECTS or "location" not in answer.headers:
                    return answer
                url = urljoin(url, answer.headers["location"])
        except Refused as error:
            raise FetchError(f"{public_url(url)}: {error}") from error
        except _FAILURES as error:
            raise FetchError(f"{public_url(url)}: {_in_words(error)}") from error
        raise FetchError(f"{public_url(url)}: more than {self.limits.redirects} redirects")

    def close(self) -> None:
        """Close connections and threads. Idempotent."""
        self._client.close()
        self._backend.close()

    def _once(self, url: str, headers: Mapping[str, str]) -> Fetched:
        if urlsplit(url).scheme.lower() not in ("http", "https"):
            raise Refused("only http and https are fetched")
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        with self._client.stream("GET", url, headers=raw) as response:
            received = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers.raw
            }
            wanted = response.status_code not in _REDIRECTS
            body = self._body(response, received) if wanted else b""
            return Fetched(response.status_code, url, received, body)

    def _body(self, response: httpx.Response, headers: Mapping[str, str]) -> bytes:
        body = bytearray()
        for piece in _unpacked(response.iter_raw(_PIECE), headers.get("content-encoding", "identity")):
            body += piece
            if len(body) > self.limits.bytes:
                raise FetchError(f"{public_url(str(response.url))}: larger than {self.limits.bytes:,} bytes")
        return bytes(body)


_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"


def public_url(url: str) -> str:
    """The address without user name and password: what may be published and logged."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return "an address that is none"


def _unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body piece by piece, each at most `_PIECE` bytes, so that a bomb is noticed while it is small."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in _WINDOW:
        raise ValueError(f"sent as {encoding[:40]}, which was not asked for")
    inflate = zlib.decompressobj(_WINDOW[encoding])
    for piece in pieces:
        rest = piece
        while rest and not inflate.eof:
            try:
                yield inflate.decompress(rest, _PIECE)
            except zlib.error as error:
                raise ValueError(f"damaged {encoding}: {error}") from error
            rest = inflate.unconsumed_tail
    if not inflate.eof:
        yield inflate.flush()


def _in_words(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException):
        return str(error) if "too long" in str(error) else f"no answer in time ({type(error).__name__})"
    return f"{error}"[:300] or type(error).__name__


class _Transport(httpx.BaseTransport):
    """httpx on httpcore with our own connections; httpx's transport offers no place to hand them in."""

    def __init__(self, backend: GuardedBackend) -> None:
        self._backend = backend
        self._pool: httpcore.ConnectionPool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._pool is None:  # here, because certificates take 20 ms to load
            context = httpx.create_ssl_context()
            self._pool = httpcore.ConnectionPool(
                ssl_context=context, network_backend=self._backend, max_keepalive_connections=0
            )
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, content=b"", extensions=request.extensions
            )
        )
        stream = _Body(response)
        return httpx.Response(response.status, headers=response.headers, stream=stream)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
