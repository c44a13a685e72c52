"""Feeds asked again and again, against a server on this machine."""

import math
import time
from email.utils import formatdate

import pytest

from tests.feeds.parts import AT, Answer, letter, rss
from tests.schemas.validate import dead_letter_errors, published_article_errors
from worker.errors import Outage
from worker.feeds import Notice
from worker.feeds.hosts import Hosts
from worker.feeds.manners import Pace
from worker.feeds.poll import FeedSpec, PollSource, user_agent
from worker.ports import ARTICLES
from worker.types import Message

ITEM = "<title>{0}</title><guid>{0}</guid>"


def feed(*names):
    return rss(*(ITEM.format(name) for name in names))


@pytest.fixture
def make(site, shelf, clock, parser, heard):
    made = []

    def source(*specs, **options):
        found = PollSource(
            specs or [FeedSpec(site.url())],
            shelf.intake,
            clock=clock,
            parser=parser,
            dead_letter=letter,
            allow_networks=["127.0.0.0/8"],
            notify=heard,
            **{"hosts": Hosts(pause=0.0), **options},
        )
        made.append(found)
        return found

    yield source
    for found in made:
        found.close()


def asked(source):
    """Let the source ask everything that is due; whether anything was."""
    anything = False
    while source.next_due(source._clock.now()) <= source._clock.now():
        anything = source.run_once() or anything
    return anything


def pause(source, clock):
    """Seconds until the source asks again."""
    return source.next_due(clock.now()) - clock.now()


def about(seconds):
    """The interval with its jitter."""
    return Within(seconds, seconds * 1.1)


class Within:
    """Equal to any number between two."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def __eq__(self, other):
        return self.low - 1e-3 <= other <= self.high + 1e-3

    def __repr__(self):
        return f"between {self.low} and {self.high}"


def paced(url, shortest=600.0, **known):
    return FeedSpec(url, pace=Pace(shortest, shortest), **known)


def titles(shelf):
    return [article.title for article in shelf.articles()]


def test_a_feeds_items_become_articles(site, shelf, make, heard):
    site.says("/feed", Answer(200, feed("1", "2"), {"Content-Type": "application/rss+xml"}))
    assert asked(make(FeedSpec(site.url(), name="Wire", language="id")))
    one = shelf.articles()[0]
    assert titles(shelf) == ["1", "2"]
    assert (one.source, one.language, one.feed, one.fetched) == (
        "Wire",
        "id",
        site.url(),
        "2026-11-23T20:00:00Z",
    )
    assert heard.notices == [(Notice.PUBLISHED, site.url(), 2)]
    messages = [Message(r.topic, r.key, r.value, r.headers) for r in shelf.records(ARTICLES)]
    assert [published_article_errors(m) for m in messages] == [[], []]


def test_a_feed_is_not_asked_again_within_its_interval_nor_after_a_restart(site, make, clock):
    site.says("/feed", Answer(200, feed("1")))
    spec = paced(site.url())
    first = make(spec)
    asked(first)
    assert pause(first, clock) == about(600)
    clock.advance(599)
    assert not asked(first)
    second = make(spec)
    assert not asked(second)
    clock.advance(61)
    assert asked(second)
    assert len(site.asked) == 2


def test_what_the_server_said_is_returned_byte_for_byte_even_after_a_restart(site, make, clock, heard, shelf):
    etag, modified = 'W/"odd, \xe9 tag', "Mon, 23 Nov 26 20:00:00 GMT"
    site.says("/feed", Answer(200, feed("1"), {"ETag": etag, "Last-Modified": modified}), Answer(304))
    asked(make())
    clock.advance(5 * 3600)
    asked(make())
    assert "if-none-match" not in site.asked[0][1]
    assert (site.asked[1][1]["if-none-match"], site.asked[1][1]["if-modified-since"]) == (etag, modified)
    assert heard.kinds() == [Notice.PUBLISHED, Notice.NOT_MODIFIED]
    clock.advance(5 * 3600)
    asked(make())
    assert site.asked[2][1]["if-none-match"] == etag, "a 304 forgets nothing"
    assert titles(shelf) == ["1"]


def test_only_what_is_new_is_published_and_a_new_date_is_nothing_new(site, shelf, make, clock):
    dated = rss(ITEM.format("1") + "<pubDate>Mon, 23 Nov 2026 20:00:00 GMT</pubDate>", ITEM.format("2"))
    site.says("/feed", Answer(200, feed("1")), Answer(200, dated))
    source = make()
    asked(source)
    clock.advance(5 * 3600)
    asked(source)
    assert titles(shelf) == ["1", "2"]


def test_an_item_whose_words_changed_is_published_again_under_its_id(site, shelf, make, clock):
    site.says(
        "/feed",
        Answer(200, rss("<title>a</title><guid>g</guid>")),
        Answer(200, rss("<title>b</title><guid>g</guid>")),
    )
    source = make()
    asked(source)
    clock.advance(5 * 3600)
    asked(source)
    one, two = shelf.articles()
    assert (one.title, two.title, one.id) == ("a", "b", two.id)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_a_feed_that_fails_is_asked_less_and_less_often(site, make, clock, heard, status):
    site.says("/feed", Answer(status))
    source = make(paced(site.url()))
    waits = []
    for _ in range(10):
        asked(source)
        waits.append(pause(source, clock))
        clock.advance(waits[-1])
    assert waits[:4] == [about(600), about(1200), about(2400), about(4800)]
    assert waits[-1] == about(86_400)
    assert heard.notices[0] == (Notice.FAILED, f"{site.url()}: HTTP {status}", 0)


@pytest.mark.parametrize("later", ["7200", formatdate(AT + 7200, usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_in_both_forms(site, make, clock, status, later):
    site.says("/feed", Answer(status, headers={"Retry-After": later}))
    source = make(paced(site.url()))
    asked(source)
    assert pause(source, clock) == about(7200)


@pytest.mark.parametrize("later", ["rubbish", "-5", "١٢", "", formatdate(AT - 99, usegmt=True)])
def test_a_retry_after_that_says_nothing_is_no_reason_to_hurry(site, make, clock, later):
    site.says("/feed", Answer(429, headers={"Retry-After": later.encode().decode("latin-1")}))
    source = make(paced(site.url()))
    asked(source)
    assert pause(source, clock) == about(600)


def test_a_retry_after_of_years_is_a_week(site, make, clock):
    site.says("/feed", Answer(429, headers={"Retry-After": "9" * 30}))
    source = make()
    asked(source)
    assert pause(source, clock) == 7 * 86_400


def test_success_forgets_the_failures(site, make, clock):
    site.says("/feed", Answer(500), Answer(500), Answer(200, feed("1")))
    source = make(paced(site.url()))
    for wait in (600, 1200, 600):
        asked(source)
        assert pause(source, clock) == about(wait)
        clock.advance(wait * 1.1)


def test_a_feed_that_is_gone_is_not_asked_again(site, make, clock, heard):
    site.says("/feed", Answer(410))
    asked(make())
    assert make().next_due(clock.now()) == math.inf
    clock.advance(10 * 86_400)
    assert not asked(make())
    assert heard.kinds() == [Notice.GONE]


def test_a_feed_that_cannot_be_parsed_is_one_dead_letter_while_it_stays_the_same(
    site, shelf, make, clock, heard
):
    site.says(
        "/feed", Answer(200, b"<html>maintenance"), Answer(200, b"<html>maintenance"), Answer(200, feed("1"))
    )
    source = make()
    for _ in range(3):
        asked(source)
        clock.advance(5 * 3600)
    (found,) = shelf.letters()
    assert found.value == b"<html>maintenance"
    assert dead_letter_errors(found) == []
    assert dict(found.headers)["tocsin.origin"] == site.url().encode()
    assert heard.kinds() == [Notice.REFUSED, Notice.REFUSED, Notice.PUBLISHED]
    assert titles(shelf) == ["1"]


def test_one_broken_feed_does_not_hold_up_another(site, shelf, make, heard):
    site.says("/good", Answer(200, feed("1")))
    source = make(FeedSpec("http://127.0.0.1:1/down"), FeedSpec(site.url("/good")), FeedSpec("nonsense"))
    asked(source)
    assert titles(shelf) == ["1"]
    assert sorted(heard.kinds()) == [Notice.FAILED, Notice.FAILED, Notice.PUBLISHED]


def test_a_password_in_an_address_goes_to_the_server_and_nowhere_else(site, shelf, make, heard):
    site.says("/feed", Answer(200, feed("1")))
    asked(make(FeedSpec(site.url().replace("http://", "http://user:secret@"))))
    assert site.asked[0][1]["authorization"].startswith("Basic ")
    seen = repr(shelf.records(ARTICLES)) + repr(heard.notices)
    assert "secret" not in seen


@pytest.mark.parametrize("status", [200, 500])
def test_a_token_in_an_address_goes_to_the_server_and_nowhere_else(site, shelf, make, heard, status):
    site.says("/feed?token=hush", Answer(status, feed("1")))
    asked(make(FeedSpec(site.url("/feed?token=hush"))))
    assert site.asked[0][0] == "/feed?token=hush"
    seen = repr(shelf.records(ARTICLES)) + repr(heard.notices)
    assert "token=********" in seen
    assert "hush" not in seen


def test_many_items_are_put_whole(site, shelf, make):
    site.says("/feed", Answer(200, feed(*map(str, range(450)))))
    asked(make())
    assert titles(shelf) == [str(n) for n in range(450)]


def test_without_feeds_nothing_is_ever_due(shelf, clock, parser):
    source = PollSource([], shelf.intake, clock=clock, parser=parser, dead_letter=letter)
    assert source.next_due(clock.now()) == math.inf
    assert source.run_once() is False
    source.close()


def test_a_clock_set_back_does_not_silence_a_feed(site, make, clock):
    site.says("/feed", Answer(200, feed("1")))
    asked(make())
    clock.advance(-365 * 86_400)
    assert asked(make())


def test_the_user_agent_names_version_and_contact():
    assert user_agent("https://ops.example").startswith("tocsin/")
    assert user_agent("https://ops.example").endswith(" (+https://ops.example)")


def test_a_permanent_redirect_is_believed_after_three_in_a_row_and_then_asked_itself(site, make, clock):
    site.says("/old", Answer(301, headers={"Location": "/new"}))
    site.says("/new", Answer(200, feed("1")))
    source = make(paced(site.url("/old")))
    for _ in range(5):
        asked(source)
        clock.advance(700)
    assert [path for path, _ in site.asked] == ["/old", "/new"] * 3 + ["/new", "/new"]


def test_a_temporary_redirect_is_never_learnt(site, make, clock):
    site.says("/old", Answer(302, headers={"Location": "/new"}))
    site.says("/new", Answer(200, feed("1")))
    source = make(paced(site.url("/old")))
    for _ in range(5):
        asked(source)
        clock.advance(700)
    assert [path for path, _ in site.asked] == ["/old", "/new"] * 5


def test_a_feed_that_moved_and_then_fails_is_asked_at_its_old_address_again(site, make, clock):
    site.says("/old", Answer(308, headers={"Location": "/new"}))
    site.says("/new", *[Answer(200, feed("1"))] * 3, Answer(404))
    source = make(paced(site.url("/old")))
    for _ in range(8):
        asked(source)
        clock.advance(86_400 * 1.2)
    assert [path for path, _ in site.asked][-2:] == ["/old", "/new"]


def test_a_changed_guid_with_the_same_words_is_nothing_new(site, shelf, make, clock):
    site.says(
        "/feed",
        Answer(200, rss("<title>a</title><guid>one</guid><description>Words.</description>")),
        Answer(200, rss("<title>a</title><guid>two</guid><description>Words.</description>")),
    )
    source = make()
    asked(source)
    clock.advance(5 * 3600)
    asked(source)
    assert titles(shelf) == ["a"]


def test_cache_control_and_ttl_are_obeyed(site, make, clock):
    site.says("/cached", Answer(200, feed("1"), {"Cache-Control": "max-age=7200"}))
    site.says("/ttl", Answer(200, rss(ITEM.format("1"), extra="<ttl>180</ttl>")))
    cached, ttl = make(paced(site.url("/cached"))), make(paced(site.url("/ttl")))
    asked(cached)
    asked(ttl)
    assert pause(cached, clock) == Within(7200, 7200 * 1.1)
    assert pause(ttl, clock) == Within(180 * 60, 180 * 60 * 1.1)


def test_a_secret_header_goes_to_the_feeds_host_and_not_where_it_redirects(site, make):
    elsewhere = type(site)()
    try:
        elsewhere.says("/feed", Answer(200, feed("1")))
        site.says("/feed", Answer(302, headers={"Location": elsewhere.url()}))
        asked(make(FeedSpec(site.url(), headers={"X-Key": "secret"})))
        assert site.asked[0][1]["x-key"] == "secret"
        assert "x-key" not in elsewhere.asked[0][1]
    finally:
        elsewhere.close()


def test_a_secret_header_does_not_follow_a_feed_that_moved_to_another_host(site, make, clock):
    elsewhere = type(site)()
    try:
        elsewhere.says("/feed", Answer(200, feed("1")))
        site.says("/feed", Answer(301, headers={"Location": elsewhere.url()}))
        source = make(FeedSpec(site.url(), headers={"X-Key": "secret"}))
        for _ in range(5):
            asked(source)
            clock.advance(7 * 3600)
        assert len(site.asked) == 3, "its new address is asked itself by then"
        assert [("x-key" in headers) for _, headers in elsewhere.asked] == [False] * 5
    finally:
        elsewhere.close()


def test_many_feeds_are_asked_at_the_same_time_but_one_host_is_not_crowded(site, make, clock, heard):
    inside, most = [], []

    def slow(out):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)  # a server that takes its time
        out.write(feed("1"))
        inside.pop()

    paths = [f"/{number}" for number in range(12)]
    for path in paths:
        site.says(path, Answer(200, write=slow))
    source = make(*(FeedSpec(site.url(path)) for path in paths), hosts=Hosts(each=2, pause=0.0))
    asked(source)
    assert len(heard.notices) == 12
    assert max(most) == 2


def test_what_an_outage_of_the_bus_leaves_behind_is_published_next_time(site, shelf, clock, parser):
    site.says("/feed", Answer(200, feed("1", "2")))

    class Away:
        """The shelf's intake, away at first."""

        away = True

        def state(self, key):
            return shelf.intake.state(key)

        def put(self, messages, state):
            if self.away:
                raise Outage("away")
            shelf.intake.put(messages, state)

    intake = Away()
    source = PollSource(
        [FeedSpec(site.url())],
        intake,
        clock=clock,
        parser=parser,
        dead_letter=letter,
        allow_networks=["127.0.0.0/8"],
    )
    with pytest.raises(Outage):
        asked(source)
    intake.away = False
    asked(source)
    source.close()
    assert titles(shelf) == ["1", "2"]
    assert len(site.asked) == 1
