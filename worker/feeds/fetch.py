"""One polite and bounded GET: permitted addresses, limited size and time, no cookies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpcore
import httpx
import msgspec

from worker.errors import TocsinError
from worker.feeds.guard import GuardedBackend, Network, Refused
from worker.feeds.unpack import unpacker
from worker.secrets import veiled


class FetchLimits(msgspec.Struct, frozen=True):
    """What one fetch may cost: `bytes` after decompression, `total_seconds` with all redirects."""

    bytes: int = 15 * 1024 * 1024
    connect_seconds: float = 10.0
    total_seconds: float = 20.0
    redirects: int = 5


class Fetched(msgspec.Struct, frozen=True):
    """What a server answered. `headers` by lower-case name, values as received (Latin-1).

    url: where the answer came from; moved: that address, when every redirect to it was permanent.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    moved: str | None = None


class FetchError(TocsinError):
    """Why nothing came back, in a sentence without secrets, and without what a terminal obeys."""

    def __init__(self, words: str) -> None:
        super().__init__("".join(each if each.isprintable() else "·" for each in words))


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_KEPT, _KEPT_SECONDS = 20, 5.0  # for the feeds of one host in a row; thousands of hosts have one each
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


class Fetcher:
    """Fetches over http and https, HTTP/2 where the server speaks it. One event loop uses it.

    `connections` at most at a time, to all hosts together.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed: Sequence[Network] = (),
        limits: FetchLimits | None = None,
        connections: int = 100,
    ) -> None:
        self.limits = limits or FetchLimits()
        self._backend = GuardedBackend(allowed)
        self._client = httpx.AsyncClient(
            transport=_Transport(self._backend, connections),
            headers={"user-agent": user_agent, "accept": _ACCEPT, "accept-encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self.limits.total_seconds, connect=self.limits.connect_seconds),
            trust_env=False,
            follow_redirects=False,
        )

    async def get(
        self,
        url: str,
        headers: Mapping[str, str],
        secrets: Mapping[str, str] | None = None,
        owner: str | None = None,
    ) -> Fetched:
        """GET `url` and follow its redirects; `headers` go out byte for byte (Latin-1). Raises FetchError.

        `secrets` are headers for the host of `owner` alone, of `url` unless named: a redirect elsewhere does
        not carry them along, and neither does a move elsewhere that was learnt before.
        """
        return await self.request("GET", url, headers, secrets=secrets, owner=owner)

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes = b"",
        secrets: Mapping[str, str] | None = None,
        owner: str | None = None,
    ) -> Fetched:
        """As `get`, by any method and with a body. Raises FetchError."""
        try:
            async with asyncio.timeout(self.limits.total_seconds):
                return await self._follow(method, url, headers, content, secrets or {}, owner or url)
        except TimeoutError as error:
            raise FetchError(f"{shown_url(url)}: the fetch took too long") from error
        except Refused as error:
            raise FetchError(f"{shown_url(url)}: {error}") from error
        except _FAILURES as error:
            raise FetchError(f"{shown_url(url)}: {_in_words(error)}") from error

    async def close(self) -> None:
        """Close connections and threads. Idempotent."""
        await self._client.aclose()
        self._backend.close()

    async def _follow(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes,
        secrets: Mapping[str, str],
        owner: str,
    ) -> Fetched:
        permanent = True
        for hop in range(self.limits.redirects + 1):
            brought = {**headers, **secrets} if _is_at_home(url, owner) else headers
            answer = await self._once(method, url, brought, content)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return msgspec.structs.replace(answer, moved=url if hop and permanent else None)
            permanent = permanent and answer.status in _PERMANENT
            url = urljoin(url, _location(answer.headers["location"]))
        raise FetchError(f"{shown_url(url)}: more than {self.limits.redirects} redirects")

    async def _once(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Fetched:
        if urlsplit(url).scheme.lower() not in ("http", "https"):
            raise Refused("only http and https are fetched")
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        async with self._client.stream(method, url, headers=raw, content=content) as response:
            received = _received(response)
            wanted = response.status_code not in _REDIRECTS
            body = await self._body(response, received) if wanted else b""
            return Fetched(response.status_code, url, received, body)

    async def _body(self, response: httpx.Response, headers: Mapping[str, str]) -> bytes:
        body = bytearray()
        packed = unpacker(headers.get("content-encoding", "identity"))
        async for raw in response.aiter_raw():
            for piece in packed.feed(raw):
                body += piece
                if len(body) > self.limits.bytes:
                    raise FetchError(
                        f"{shown_url(str(response.url))}: larger than {self.limits.bytes:,} bytes"
                    )
        packed.end()
        return bytes(body)


_LISTS = frozenset({"link", "cache-control"})


def _received(response: httpx.Response) -> dict[str, str]:
    """The headers; those that are lists and came in several lines are joined, of others the last counts."""
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in _LISTS and name in found else value
    return found


def _is_at_home(url: str, owner: str) -> bool:
    """Whether `url` is at the owner's scheme, host and port, or at the same host's now encrypted one."""
    scheme, place = _origin(url)
    return (scheme, place) == _origin(owner) or (
        scheme == "https" and ":" not in place and _origin(owner) == ("http", place)
    )


def _location(header: str) -> str:
    """Where a redirect leads; beyond ASCII it is UTF-8 in practice, whatever HTTP says of headers."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _origin(url: str) -> tuple[str, str]:
    """Scheme and host with port: whom a secret belongs to."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()


_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"


def shown_url(url: str) -> str:
    """The address as it may be published, logged and shown: without what is secret in it."""
    return veiled(public_url(url))


def public_url(url: str) -> str:
    """The address without user name and password: what tells one feed from another."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return "an address that is none"


def _in_words(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException):
        return str(error) if "too long" in str(error) else f"no answer in time ({type(error).__name__})"
    return f"{error}"[:300] or type(error).__name__


class _Transport(httpx.AsyncBaseTransport):
    """httpx on httpcore with our own connections; httpx's transport offers no place to hand them in."""

    def __init__(self, backend: GuardedBackend, connections: int) -> None:
        self._backend = backend
        self._connections = connections
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._opened().handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    def _opened(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:  # here, because certificates take 20 ms to load
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=httpx.create_ssl_context(),
                network_backend=self._backend,
                max_connections=self._connections,
                max_keepalive_connections=_KEPT,
                keepalive_expiry=_KEPT_SECONDS,
                http2=True,
            )
        return self._pool


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()
