"""Which addresses a fetch may reach: public ones, and those networks the operator allows.

The name is resolved here, the address is checked, and that very address is connected to, so a name
server that changes its answer gains nothing; decimal, octal and hexadecimal forms are addresses by
then.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpcore

from worker.errors import TocsinError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# The IANA special-purpose registries, spelled out because `is_global` differs between versions of Python.
_SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignments"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "special-purpose"),
    ("192.52.193.0/24", "special-purpose"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "special-purpose"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/96", "unspecified, loopback or IPv4-compatible"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("100::/64", "discard"),
    ("2001::/23", "protocol assignments and Teredo"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_NETWORKS: tuple[tuple[Network, str], ...] = tuple((ipaddress.ip_network(n), why) for n, why in _SPECIAL)


_RESOLVERS = 16


class Refused(TocsinError):
    """The address may not be reached."""


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation. Raises ValueError that names the wrong one."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in written)


def why_refused(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """What kind of address it is, if it may not be reached; None if it may."""
    try:
        ip: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    if any(ip in network for network in allowed if network.version == ip.version):
        return None
    return next((why for network, why in _NETWORKS if network.version == ip.version and ip in network), None)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connections of httpcore to permitted addresses only. One event loop uses it.

    How long a connection may take in all is the caller's business: it cancels.
    """

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()
        # getaddrinfo knows no timeout: dead name servers hold these threads, and not those of the loop.
        self._resolver = ThreadPoolExecutor(_RESOLVERS, "resolve")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check and connect. Raises Refused, or httpcore's ConnectError and ConnectTimeout."""
        addresses = await self._resolve(host, port, timeout)
        permitted = [address for address in addresses if why_refused(address, self._allowed) is None]
        if not permitted:
            kinds = sorted({f"{address} ({why_refused(address, self._allowed)})" for address in addresses})
            raise Refused(
                f"{host} is {', '.join(kinds)}: only public addresses and allowed networks are fetched"
            )
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in permitted:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error

    async def sleep(self, seconds: float) -> None:
        """Part of httpcore's interface."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Let the resolver's threads go."""
        self._resolver.shutdown(wait=False, cancel_futures=True)

    async def _resolve(self, host: str, port: int, timeout: float | None) -> list[str]:
        look_up = asyncio.get_running_loop().run_in_executor(
            self._resolver, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        )
        try:
            found = await asyncio.wait_for(look_up, timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} is not resolved in {timeout:.0f} s") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known: {error}") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))
