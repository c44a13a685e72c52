"""Whoever finds the address that hubs call; ATTACKS.md lists these."""

from __future__ import annotations

import socket

from tests.feeds.hub import call
from tests.feeds.test_websub import feed, hub, live, world
from worker.types import HubWord

__all__ = ["hub", "live", "world"]


def test_a_push_without_the_right_signature_is_thrown_away(live, hub):
    topic, body = live.site.url(), feed(hub, "forged")
    callback = hub.live[topic]["hub.callback"]
    assert hub.push(topic, body, secret="guessed") == 202, "who guesses does not learn that it was wrong"
    for header in ({}, {"X-Hub-Signature": "sha256="}, {"X-Hub-Signature": "none=x"}):
        assert call(callback, body, header)[0] == 202
    live.work()
    assert live.titles() == ["1"]
    assert live.heard.count(HubWord.FORGED) == 4


def test_a_subscription_nobody_asked_for_is_not_confirmed(live, hub):
    form = hub.asked[0]
    assert hub.verify({**form, "hub.topic": "https://other.example/"})[0] == 404
    assert hub.verify({**form, "hub.mode": "unsubscribe"})[0] == 404
    stranger = form["hub.callback"].rpartition("/")[0] + "/" + "a" * 32
    assert hub.verify({**form, "hub.callback": stranger})[0] == 404
    assert live.heard.count(HubWord.UNASKED) == 3


def test_a_push_that_is_too_large_is_refused_unread(live, hub):
    callback = hub.live[live.site.url()]["hub.callback"]
    with socket.create_connection(("127.0.0.1", live.server.port), timeout=5) as line:
        path = "/" + callback.split("/", 3)[3]
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n".encode())
        assert b" 413 " in line.recv(1000).split(b"\r\n")[0]
    with socket.create_connection(("127.0.0.1", live.server.port), timeout=5) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        assert b" 411 " in line.recv(1000).split(b"\r\n")[0]


def test_pushes_beyond_what_may_wait_are_refused(live, hub):
    topic, large = live.site.url(), feed(hub, "x" * 400_000)
    answers = {hub.push(topic, large) for _ in range(90)}
    assert answers == {202, 503}
    assert HubWord.TOO_MUCH in live.heard


def test_a_challenge_comes_back_as_text_and_never_as_a_page(live, hub):
    script = "<script>alert(1)</script>"
    import urllib.request
    from urllib.parse import urlencode

    form = hub.asked[0]
    said = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": script}
    with urllib.request.urlopen(f"{form['hub.callback']}?{urlencode(said)}") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_hub_at_a_private_address_is_not_asked(live, hub):
    """The request to the hub goes the way every fetch goes."""
    asked = len(hub.asked)
    private = feed(hub, "1").replace(hub.url.encode(), b"http://169.254.169.254/hub")
    live.site.answers["/feed"][0].body = private
    live.clock.advance(5 * 3600)
    live.work()
    assert [form["hub.mode"] for form in hub.asked[asked:]] == ["unsubscribe"]
    assert HubWord.UNREACHED in live.heard
