"""What a feed says of itself."""

from __future__ import annotations

import pytest

from tests.feeds.parts import rss
from worker.feeds.entries import read_feed
from worker.feeds.facts import FeedFacts

SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
ITEM = "<title>a</title>"


def facts(extra: str) -> FeedFacts:
    return read_feed(rss(ITEM, extra=extra)).facts


def test_a_feed_that_says_nothing_asks_for_nothing() -> None:
    assert facts("") == FeedFacts(title="Example News")


@pytest.mark.parametrize(
    ("extra", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>99999999999999999999</ttl>", 0),
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>", 3600),
        (
            f"<sy:updatePeriod {SY}>daily</sy:updatePeriod><sy:updateFrequency {SY}>4</sy:updateFrequency>",
            21_600,
        ),
        (
            f"<sy:updatePeriod {SY}>daily</sy:updatePeriod><sy:updateFrequency {SY}>0</sy:updateFrequency>",
            86_400,
        ),
        (f"<ttl>60</ttl><sy:updatePeriod {SY}>daily</sy:updatePeriod>", 86_400),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(extra: str, seconds: int) -> None:
    assert facts(extra).interval == seconds


def test_every_skipped_hour_and_day_is_read() -> None:
    found = facts(
        "<skipHours><hour>1</hour><hour> 24 </hour><hour>23</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>"
    )
    assert (found.skip_hours, found.skip_days) == ((0, 1, 23), (5, 6))


def test_a_feed_that_skips_every_hour_has_made_a_mistake() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert facts(f"<skipHours>{hours}</skipHours>").skip_hours == ()


def test_hub_and_topic_are_read_from_links_of_the_web_alone() -> None:
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    found = facts(
        f'<atom:link {atom} rel="hub" href="https://hub.example/"/>'
        f'<atom:link {atom} rel="self" href="https://n.example/feed"/>'
    )
    assert (found.hub, found.topic) == ("https://hub.example/", "https://n.example/feed")
    assert facts(f'<atom:link {atom} rel="hub" href="javascript:x"/>').hub is None
