"""How much one host is asked at a time."""

from __future__ import annotations

import pytest

from worker.feeds.hosts import Hosts

FEED = "https://user:secret@News.example/a"


def test_a_host_is_asked_by_so_many_at_a_time_and_no_more() -> None:
    hosts = Hosts(each=2, pause=0.0)
    assert [hosts.enter(FEED, 0.0) for _ in range(3)] == [True, True, False]
    assert hosts.enter("https://other.example/", 0.0)
    hosts.leave("http://news.example/b", 1.0)
    assert hosts.enter(FEED, 1.0)


def test_a_host_is_left_alone_for_a_moment_after_each_answer() -> None:
    hosts = Hosts(each=1, pause=0.5)
    assert hosts.enter(FEED, 0.0)
    hosts.leave(FEED, 1.0)
    assert not hosts.enter(FEED, 1.4)
    assert hosts.enter(FEED, 1.5)


def test_another_port_is_another_host() -> None:
    hosts = Hosts(each=1, pause=0.0)
    assert hosts.enter("http://n.example:1/", 0.0)
    assert hosts.enter("http://n.example:2/", 0.0)


@pytest.mark.parametrize("url", ["http://[", "nonsense", ""])
def test_an_address_that_is_none_is_a_host_like_any(url: str) -> None:
    hosts = Hosts(each=1, pause=0.0)
    assert hosts.enter(url, 0.0)
    hosts.leave(url, 0.0)
    assert hosts.enter(url, 0.0)


def test_what_is_remembered_of_past_hosts_is_bounded() -> None:
    hosts = Hosts(pause=1.0)
    for number in range(30_000):
        assert hosts.enter(f"http://{number}.example/", float(number))
        hosts.leave(f"http://{number}.example/", float(number))
    assert len(hosts._free_at) <= 10_001
    assert not hosts._busy
