"""Feeds whose hubs tell of news: over real HTTP, hub and worker on this machine."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.feeds.hub import Hub, call
from tests.feeds.parts import Answer, letter, rss
from worker.feeds.callback import CallbackServer, Desk
from worker.feeds.facts import FeedFacts
from worker.feeds.hosts import Hosts
from worker.feeds.manners import Pace
from worker.feeds.poll import FeedSpec, PollSource, key_of
from worker.feeds.state import loaded
from worker.feeds.websub import Standing, is_signed, offered
from worker.types import HubWord, PollResult

ITEM = "<title>{0}</title><guid isPermaLink='false'>{0}</guid>"
DAY = 86_400.0


def feed(hub, *names):
    extra = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>' if hub else ""
    return rss(*(ITEM.format(name) for name in names), extra=extra)


@pytest.fixture
def hub():
    found = Hub()
    yield found
    found.close()


class World:
    """A worker with its callback server, a site with a feed, and a hub."""

    def __init__(self, site, shelf, clock, parser, heard):
        self.site, self.shelf, self.clock, self.parser, self.notices = site, shelf, clock, parser, heard
        self.heard = []
        self.start()

    def start(self, pace=None):
        self.desk = Desk(self.clock, 1_000_000, self.heard.append)
        self.server = CallbackServer("127.0.0.1", 0, self.desk)
        self.source = PollSource(
            [FeedSpec(self.site.url(), pace=pace or Pace(600.0, 14_400.0))],
            self.shelf.intake,
            clock=self.clock,
            parser=self.parser,
            dead_letter=letter,
            allow_networks=["127.0.0.0/8"],
            notify=self.notices,
            hosts=Hosts(pause=0.0),
            desk=self.desk,
            callback=f"http://127.0.0.1:{self.server.port}/tocsin/",
        )

    def work(self):
        """Until nothing is left that is due now."""
        self.source.run_once()
        while self.source.next_due(self.clock.now()) <= self.clock.now():
            self.source.run_once()
        self.source.run_once()

    def state(self):
        return loaded(self.shelf.intake.state(key_of(self.site.url())))

    def titles(self):
        return [article.title for article in self.shelf.articles()]

    def stop(self):
        self.source.close()
        self.server.close()


@pytest.fixture
def world(site, shelf, clock, parser, heard):
    found = World(site, shelf, clock, parser, heard)
    yield found
    found.stop()


@pytest.fixture
def live(world, hub):
    """A world whose feed is subscribed to."""
    world.site.says("/feed", Answer(200, feed(hub, "1")))
    world.work()
    assert world.heard == [HubWord.VERIFIED]
    return world


def test_a_feed_that_offers_a_hub_is_subscribed_to(live, hub):
    (form,) = hub.asked
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == live.site.url()
    assert form["hub.callback"].startswith(f"http://127.0.0.1:{live.server.port}/tocsin/websub/")
    assert len(form["hub.secret"]) >= 32
    held = live.state().subscription
    assert (held.standing, held.until) == (Standing.LIVE, live.clock.now() + DAY)


def test_a_hub_in_the_link_header_is_found_and_goes_before_the_feeds_own(world, hub):
    header = f'<{world.site.url("/self")}>; rel="self", <{hub.url}>; rel="hub"'
    world.site.says("/feed", Answer(200, feed(None, "1"), {"Link": header}))
    world.work()
    assert list(hub.live) == [world.site.url("/self")]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_what_a_hub_pushes_is_published_once(live, hub, method):
    topic = live.site.url()
    assert hub.push(topic, feed(hub, "2", "1"), method) == 202
    live.work()
    assert hub.push(topic, feed(hub, "2"), method) == 202
    live.work()
    assert live.titles() == ["1", "2"]
    assert len(live.site.asked) == 1


def test_what_was_pushed_is_no_news_when_the_feed_is_asked(live, hub):
    hub.push(live.site.url(), feed(hub, "2"))
    live.work()
    live.site.says("/feed", Answer(200, feed(hub, "2", "1")))
    live.clock.advance(DAY)
    live.work()
    assert len(live.site.asked) == 2
    assert live.titles() == ["1", "2"]


def test_a_lively_feed_is_asked_less_often_while_its_hub_pushes(world, hub):
    world.stop()
    world.start(Pace(600.0, 14_400.0))
    dated = "<title>{0}</title><guid>{0}</guid><pubDate>Mon, 23 Nov 2026 1{0}:00:00 GMT</pubDate>"
    body = rss(
        *(dated.format(n) for n in range(9)),
        extra=f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>',
    )
    world.site.says("/feed", Answer(200, body))
    world.work()
    wait = world.state().due - world.clock.now()
    assert 14_400 <= wait <= 14_400 * 1.1


def test_a_hub_that_missed_something_is_not_relied_on_until_it_pushes_again(live, hub):
    live.site.says("/feed", Answer(200, feed(hub, "1", "2")))
    live.clock.advance(5 * 3600)
    live.work()
    assert live.titles() == ["1", "2"]
    assert live.state().subscription.trusted is False
    hub.push(live.site.url(), feed(hub, "3"))
    live.work()
    assert live.state().subscription.trusted is True


def test_a_lease_is_renewed_before_it_ends_with_the_same_secret(live, hub):
    live.site.says("/feed", Answer(200, feed(hub, "1")))
    until = live.state().subscription.until
    while live.clock.now() < until - 60:
        live.clock.advance(1800)
        live.work()
    assert len(hub.asked) == 2
    assert hub.asked[0] == hub.asked[1]
    assert live.state().subscription.until > until


def test_a_lease_that_ended_makes_the_feed_asked_as_ever(live, hub):
    hub.silent = True
    live.clock.advance(2 * DAY)
    live.work()
    assert not live.state().subscription.live(live.clock.now())
    assert len(hub.asked) == 2


def test_a_subscription_survives_a_restart(live, hub):
    live.stop()
    port = live.server.port
    live.desk = Desk(live.clock, 1_000_000, live.heard.append)
    live.server = CallbackServer("127.0.0.1", port, live.desk)
    live.source = PollSource(
        [FeedSpec(live.site.url())],
        live.shelf.intake,
        clock=live.clock,
        parser=live.parser,
        dead_letter=letter,
        allow_networks=["127.0.0.0/8"],
        desk=live.desk,
        callback=f"http://127.0.0.1:{port}/tocsin/",
    )
    assert hub.push(live.site.url(), feed(hub, "2")) == 202
    live.work()
    assert live.titles() == ["1", "2"]
    assert len(hub.asked) == 1


def test_another_callback_address_is_another_subscription(live, hub):
    live.stop()
    live.start()
    live.clock.advance(5 * 3600)
    live.work()
    assert [form["hub.mode"] for form in hub.asked] == ["subscribe", "unsubscribe", "subscribe"]


def test_a_feed_that_drops_its_hub_is_unsubscribed_from(live, hub):
    live.site.says("/feed", Answer(200, feed(None, "1")))
    live.clock.advance(5 * 3600)
    form = dict(hub.asked[0])
    live.work()
    assert [each["hub.mode"] for each in hub.asked] == ["subscribe", "unsubscribe"]
    assert hub.live == {}
    assert HubWord.ENDED in live.heard
    assert live.state().subscription is None
    assert call(form["hub.callback"], b"<rss/>", {"X-Hub-Signature": "sha1=0"})[0] == 404


def test_a_denied_subscription_leaves_the_feed_to_be_asked(live, hub):
    assert hub.deny(hub.asked[0])[0] == 200
    live.work()
    held = live.state().subscription
    assert held.standing is Standing.DENIED
    assert not held.live(live.clock.now())
    live.site.says("/feed", Answer(200, feed(hub, "1", "2")))
    live.clock.advance(5 * 3600)
    live.work()
    assert live.titles() == ["1", "2"]
    assert len(hub.asked) == 1, "it is not asked again at once"


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_hub_that_refuses_costs_nothing_but_the_push(world, hub, status):
    hub.answers = [status]
    world.site.says("/feed", Answer(200, feed(hub, "1")))
    world.work()
    assert world.titles() == ["1"]
    assert world.heard == [HubWord.UNREACHED]
    world.clock.advance(7 * 3600)
    world.work()
    assert len(hub.asked) == 2
    assert world.state().subscription.standing is Standing.LIVE


def test_an_empty_push_is_a_hint_to_ask(live, hub):
    live.site.says("/feed", Answer(200, feed(hub, "1", "2")))
    hub.push(live.site.url(), b"")
    live.work()
    assert live.titles() == ["1", "2"]


def test_a_push_that_is_no_feed_is_a_dead_letter_and_a_reason_to_ask(live, hub):
    hub.push(live.site.url(), b"<html>sorry")
    live.work()
    (found,) = live.shelf.letters()
    assert found.value == b"<html>sorry"
    assert PollResult.REFUSED in live.notices.kinds()
    assert len(live.site.asked) == 2


def test_a_push_that_was_cut_off_makes_no_difference(live, hub):
    """What came and was not worked on when the worker died is found by asking."""
    hub.push(live.site.url(), feed(hub, "2"))
    live.stop()
    live.start()
    live.site.says("/feed", Answer(200, feed(hub, "2", "1")))
    live.clock.advance(5 * 3600)
    live.work()
    assert live.titles() == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://h.example/>; rel="hub"', ("https://h.example/", "https://n.example/feed")),
        ("<https://h.example/>; rel=hub", ("https://h.example/", "https://n.example/feed")),
        (
            '<https://h.example/>; title="a, b"; rel="x hub", </self>; rel="self"',
            ("https://h.example/", "https://n.example/self"),
        ),
        ("</hub>; rel=hub", ("https://n.example/hub", "https://n.example/feed")),
        ("<javascript:x>; rel=hub", None),
        ("<https://h.example/>", None),
        ("", None),
        ("<" * 100_000, None),
    ],
)
def test_a_link_header_is_read(header, expected):
    assert offered(header, FeedFacts(), "https://n.example/feed") == expected


def test_a_signature_is_right_or_wrong():
    good = "sha1=" + "ac68add5ef6e09ff7d3dcb1cb4e8bb8f52ffbd4e"
    assert not is_signed("s", good, b"body")
    assert not is_signed("s", "", b"body")
    assert not is_signed("s", "md5=x", b"body")
    assert not is_signed("s", "sha1=é", b"body")


def test_an_address_that_is_none_of_ours_is_404(live):
    base = f"http://127.0.0.1:{live.server.port}"
    query = urlencode({"hub.mode": "subscribe", "hub.topic": "x", "hub.challenge": "y"})
    assert call(f"{base}/")[0] == 404
    assert call(f"{base}/websub/short?{query}")[0] == 404
    assert call(f"{base}/metrics")[0] == 404
