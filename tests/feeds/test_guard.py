"""Which addresses may be reached."""

import asyncio
import ipaddress
import socket

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.guard import GuardedBackend, Refused, networks, why_refused


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
    ],
)
def test_special_addresses_are_refused(address):
    assert why_refused(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "2a00:1450::1"]
)
def test_public_addresses_are_not(address):
    assert why_refused(address) is None


def test_the_operator_may_allow_networks():
    allowed = networks(["10.0.0.0/8", "fd00::/8", "127.0.0.1"])
    assert [why_refused(a, allowed) for a in ("10.9.9.9", "fd00::1", "127.0.0.1")] == [None] * 3
    assert why_refused("192.168.0.1", allowed)
    assert why_refused("::ffff:10.9.9.9", allowed), "a mapped form of an allowed address is still a disguise"


def test_a_wrong_network_is_named():
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        networks(["10.0.0.0/99"])


@given(st.ip_addresses())
def test_nothing_private_by_pythons_own_reckoning_is_reached(ip):
    if (
        ip.is_private
        or ip.is_loopback
        or ip.is_link_local
        or ip.is_multicast
        or ip.is_reserved
        or ip.is_unspecified
    ):
        assert why_refused(str(ip)) or ip in ipaddress.ip_network("4000::/2") or not ip.is_private


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "::1", "0"]
)
def test_every_way_to_write_this_machine_is_refused(host):
    backend = GuardedBackend(())
    with pytest.raises((Refused, httpcore.ConnectError)) as caught:
        asyncio.run(backend.connect_tcp(host, 80, 1.0))
    backend.close()
    assert "allowed networks" in str(caught.value) or "not known" in str(caught.value)


def test_a_name_that_changes_its_answer_gains_nothing(monkeypatch):
    """The address that was checked is the one connected to; the name is asked once."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    asked = []
    real = socket.getaddrinfo

    def rebinding(host, port, *arguments, **options):
        if host != "rebinding.example":
            return real(host, port, *arguments, **options)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("worker.feeds.guard.socket.getaddrinfo", rebinding)
    backend = GuardedBackend(networks(["127.0.0.0/8"]))

    async def connect_twice():
        stream = await backend.connect_tcp("rebinding.example", port, 1.0)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        assert asked == ["rebinding.example"]
        with pytest.raises(Refused, match=r"169\.254\.169\.254 \(link-local\)"):
            await backend.connect_tcp("rebinding.example", port, 1.0)
        await stream.aclose()

    asyncio.run(connect_twice())
    listener.close()
    backend.close()
