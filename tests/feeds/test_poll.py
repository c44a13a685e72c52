"""Feeds asked again and again, against a server on this machine."""

import math
from email.utils import formatdate

import pytest

from tests.feeds.parts import AT, Answer, letter, rss
from tests.schemas.validate import dead_letter_errors, published_article_errors
from worker.feeds import Notice
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
            **options,
        )
        made.append(found)
        return found

    yield source
    for found in made:
        found.close()


def titles(shelf):
    return [article.title for article in shelf.articles()]


def test_a_feeds_items_become_articles(site, shelf, make, heard):
    site.says("/feed", Answer(200, feed("1", "2"), {"Content-Type": "application/rss+xml"}))
    assert make(FeedSpec(site.url(), name="Wire", language="id")).run_once() is True
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
    spec = FeedSpec(site.url(), interval=600.0)
    first = make(spec)
    first.run_once()
    assert first.next_due(clock.now()) == clock.now() + 600
    clock.advance(599)
    assert first.run_once() is False
    second = make(spec)
    assert second.run_once() is False
    clock.advance(1)
    assert second.run_once() is True
    assert len(site.asked) == 2


def test_what_the_server_said_is_returned_byte_for_byte_even_after_a_restart(site, make, clock, heard, shelf):
    etag, modified = 'W/"odd, \xe9 tag', "Mon, 23 Nov 26 20:00:00 GMT"
    site.says("/feed", Answer(200, feed("1"), {"ETag": etag, "Last-Modified": modified}), Answer(304))
    make().run_once()
    clock.advance(900)
    make().run_once()
    assert "if-none-match" not in site.asked[0][1]
    assert (site.asked[1][1]["if-none-match"], site.asked[1][1]["if-modified-since"]) == (etag, modified)
    assert heard.kinds() == [Notice.PUBLISHED, Notice.NOT_MODIFIED]
    clock.advance(900)
    make().run_once()
    assert site.asked[2][1]["if-none-match"] == etag, "a 304 forgets nothing"
    assert titles(shelf) == ["1"]


def test_only_what_is_new_is_published_and_a_new_date_is_nothing_new(site, shelf, make, clock):
    dated = rss(ITEM.format("1") + "<pubDate>Mon, 23 Nov 2026 20:00:00 GMT</pubDate>", ITEM.format("2"))
    site.says("/feed", Answer(200, feed("1")), Answer(200, dated))
    source = make()
    source.run_once()
    clock.advance(900)
    source.run_once()
    assert titles(shelf) == ["1", "2"]


def test_an_item_whose_words_changed_is_published_again_under_its_id(site, shelf, make, clock):
    site.says(
        "/feed",
        Answer(200, rss("<title>a</title><guid>g</guid>")),
        Answer(200, rss("<title>b</title><guid>g</guid>")),
    )
    source = make()
    source.run_once()
    clock.advance(900)
    source.run_once()
    one, two = shelf.articles()
    assert (one.title, two.title, one.id) == ("a", "b", two.id)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_a_feed_that_fails_is_asked_less_and_less_often(site, make, clock, heard, status):
    site.says("/feed", Answer(status))
    source = make(FeedSpec(site.url(), interval=600.0))
    waits = []
    for _ in range(10):
        source.run_once()
        waits.append(source.next_due(clock.now()) - clock.now())
        clock.advance(waits[-1])
    assert waits[:4] == [600, 1200, 2400, 4800]
    assert waits[-1] == 86_400
    assert heard.notices[0] == (Notice.FAILED, f"{site.url()}: HTTP {status}", 0)


@pytest.mark.parametrize("later", ["7200", formatdate(AT + 7200, usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_in_both_forms(site, make, clock, status, later):
    site.says("/feed", Answer(status, headers={"Retry-After": later}))
    source = make(FeedSpec(site.url(), interval=600.0))
    source.run_once()
    assert source.next_due(clock.now()) == clock.now() + 7200


@pytest.mark.parametrize("later", ["rubbish", "-5", "١٢", "", formatdate(AT - 99, usegmt=True)])
def test_a_retry_after_that_says_nothing_is_no_reason_to_hurry(site, make, clock, later):
    site.says("/feed", Answer(429, headers={"Retry-After": later.encode().decode("latin-1")}))
    source = make(FeedSpec(site.url(), interval=600.0))
    source.run_once()
    assert source.next_due(clock.now()) == clock.now() + 600


def test_a_retry_after_of_years_is_a_week(site, make, clock):
    site.says("/feed", Answer(429, headers={"Retry-After": "9" * 30}))
    source = make()
    source.run_once()
    assert source.next_due(clock.now()) == clock.now() + 7 * 86_400


def test_success_forgets_the_failures(site, make, clock):
    site.says("/feed", Answer(500), Answer(500), Answer(200, feed("1")))
    source = make(FeedSpec(site.url(), interval=600.0))
    for wait in (600, 1200, 600):
        source.run_once()
        assert source.next_due(clock.now()) == clock.now() + wait
        clock.advance(wait)


def test_a_feed_that_is_gone_is_not_asked_again(site, make, clock, heard):
    site.says("/feed", Answer(410))
    make().run_once()
    assert make().next_due(clock.now()) == math.inf
    clock.advance(10 * 86_400)
    assert make().run_once() is False
    assert heard.kinds() == [Notice.GONE]


def test_a_feed_that_cannot_be_parsed_is_one_dead_letter_while_it_stays_the_same(
    site, shelf, make, clock, heard
):
    site.says(
        "/feed", Answer(200, b"<html>maintenance"), Answer(200, b"<html>maintenance"), Answer(200, feed("1"))
    )
    source = make()
    for _ in range(3):
        source.run_once()
        clock.advance(900)
    (found,) = shelf.letters()
    assert found.value == b"<html>maintenance"
    assert dead_letter_errors(found) == []
    assert dict(found.headers)["tocsin.origin"] == site.url().encode()
    assert heard.kinds() == [Notice.REFUSED, Notice.REFUSED, Notice.PUBLISHED]
    assert titles(shelf) == ["1"]


def test_one_broken_feed_does_not_hold_up_another(site, shelf, make, heard):
    site.says("/good", Answer(200, feed("1")))
    source = make(FeedSpec("http://127.0.0.1:1/down"), FeedSpec(site.url("/good")), FeedSpec("nonsense"))
    while source.run_once():
        pass
    assert titles(shelf) == ["1"]
    assert sorted(heard.kinds()) == [Notice.FAILED, Notice.FAILED, Notice.PUBLISHED]


def test_a_password_in_an_address_goes_to_the_server_and_nowhere_else(site, shelf, make, heard):
    site.says("/feed", Answer(200, feed("1")))
    make(FeedSpec(site.url().replace("http://", "http://user:secret@"))).run_once()
    assert site.asked[0][1]["authorization"].startswith("Basic ")
    seen = repr(shelf.records(ARTICLES)) + repr(heard.notices)
    assert "secret" not in seen


def test_many_items_are_put_whole(site, shelf, make):
    site.says("/feed", Answer(200, feed(*map(str, range(450)))))
    make().run_once()
    assert titles(shelf) == [str(n) for n in range(450)]


def test_without_feeds_nothing_is_ever_due(shelf, clock, parser):
    source = PollSource([], shelf.intake, clock=clock, parser=parser, dead_letter=letter)
    assert source.next_due(clock.now()) == math.inf
    assert source.run_once() is False
    source.close()


def test_a_clock_set_back_does_not_silence_a_feed(site, make, clock):
    site.says("/feed", Answer(200, feed("1")))
    make().run_once()
    clock.advance(-365 * 86_400)
    assert make().run_once() is True


def test_the_user_agent_names_version_and_contact():
    assert user_agent("https://ops.example").startswith("tocsin/")
    assert user_agent("https://ops.example").endswith(" (+https://ops.example)")
