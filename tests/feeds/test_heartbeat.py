"""The sign of life, and the counts of feeds by how they are."""

from tests.feeds.parts import Answer, letter, rss
from worker import metrics
from worker.bootstrap import tell_of_polls
from worker.feeds.heartbeat import HeartbeatSource
from worker.feeds.hosts import Hosts
from worker.feeds.poll import FeedSpec, PollSource
from worker.types import FeedHealth, PollResult


def test_it_beats_when_it_is_due_and_not_before(shelf, clock):
    source = HeartbeatSource(60, shelf.intake, clock=clock)
    assert source.run_once()
    assert not source.run_once()
    clock.advance(60)
    assert source.next_due(clock.now()) <= clock.now()
    assert source.run_once()
    source.close()
    first, second = shelf.articles()
    assert first.id == "heartbeat:2026-11-23T20:00:00Z"
    assert first.id != second.id


def test_a_clock_set_back_does_not_stop_the_heart(shelf, clock):
    source = HeartbeatSource(60, shelf.intake, clock=clock)
    source.run_once()
    clock.advance(-86_400)
    assert source.run_once()


def test_feeds_are_counted_by_how_they_are_and_polls_by_what_came_of_them(site, shelf, clock, parser):
    site.says("/good", Answer(200, rss("<title>1</title>", "<title>2</title>")))
    site.says("/page", Answer(200, b"<html>hello"))
    site.says("/gone", Answer(410))
    measured, shown = metrics.create("0", "embedded"), []

    def show(counts):
        measured.show_feeds(counts)
        shown.append(dict(counts))

    source = PollSource(
        [FeedSpec(site.url(path)) for path in ("/good", "/page", "/gone", "/missing")],
        shelf.intake,
        clock=clock,
        parser=parser,
        dead_letter=letter,
        allow_networks=["127.0.0.0/8"],
        notify=tell_of_polls(measured),
        hosts=Hosts(pause=0.0),
        show=show,
    )
    assert shown == [{**dict.fromkeys(FeedHealth, 0), FeedHealth.NEVER_ASKED: 4}]
    while source.next_due(clock.now()) <= clock.now():
        source.run_once()
    source.close()
    value = measured.registry.get_sample_value
    assert {state: value("tocsin_feeds", {"state": state}) for state in FeedHealth} == {
        FeedHealth.OK: 1,
        FeedHealth.FAILING: 1,
        FeedHealth.GONE: 1,
        FeedHealth.REFUSED: 1,
        FeedHealth.NEVER_ASKED: 0,
    }
    assert {result: value("tocsin_feed_polls_total", {"result": result}) for result in PollResult} == {
        PollResult.PUBLISHED: 1,
        PollResult.NOT_MODIFIED: 0,
        PollResult.REFUSED: 1,
        PollResult.FAILED: 1,
        PollResult.GONE: 1,
    }
    assert value("tocsin_feed_items_total") == 2


def test_tags_and_watchlists_of_a_source_travel_in_its_articles(site, shelf, clock, parser):
    site.says("/feed", Answer(200, rss("<title>1</title>")))
    spec = FeedSpec(site.url(), tags=("ports",), watchlists=("harbour-desk",))
    source = PollSource(
        [spec], shelf.intake, clock=clock, parser=parser, dead_letter=letter, allow_networks=["127.0.0.0/8"]
    )
    while source.next_due(clock.now()) <= clock.now():
        source.run_once()
    source.close()
    (one,) = shelf.articles()
    assert one.extra == {"source_tags": ["ports"], "tocsin_watchlists": ["harbour-desk"]}
    assert one.only_watchlists == {"harbour-desk"}
