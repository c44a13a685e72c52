"""The child that parses feeds: bounded, replaced when it dies, quick."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import worker
from tests.feeds.parts import rss
from worker.errors import BadInput, Outage
from worker.feeds import FeedParser, Limits, parse_feed
from worker.types import DeadReason

GOOD = rss("<title>T</title><description>D</description>")


def refused(parser, data):
    with pytest.raises(BadInput) as caught:
        parser.parse(data)
    return caught.value


def test_a_feed_is_parsed_with_what_the_caller_knows(parser):
    (article,) = parser.parse(
        GOOD, url="https://n.example/rss", source="Wire", language="id", fetched="2026-11-23T20:00:00Z"
    )
    assert (article.source, article.language, article.feed) == ("Wire", "id", "https://n.example/rss")
    assert article.fetched == "2026-11-23T20:00:00Z"


def test_the_language_a_feed_declares_wins_over_the_callers(parser):
    (article,) = parser.parse(rss("<title>T</title>", extra="<language>de</language>"), language="id")
    assert article.language == "de"


def test_the_content_type_of_the_answer_is_heard(parser):
    text = "<rss version='2.0'><channel><title>x</title><item><title>Договор</title></item></channel></rss>"
    (article,) = parser.parse(text.encode("cp1251"), content_type="text/xml; charset=windows-1251")
    assert article.title == "Договор"


def test_one_child_serves_many_feeds():
    with FeedParser() as parser:
        parser.parse(GOOD)
        first = parser._child
        parser.parse(GOOD)
        assert parser._child is first


def test_a_child_that_was_killed_is_replaced():
    with FeedParser() as parser:
        parser.parse(GOOD)
        parser._child.send_signal(signal.SIGKILL)
        parser._child.wait()
        assert len(parser.parse(GOOD)) == 1


def test_a_closed_parser_starts_again_and_closes_twice():
    parser = FeedParser()
    parser.parse(GOOD)
    parser.close()
    parser.close()
    assert len(parser.parse(GOOD)) == 1
    parser.close()


def test_what_is_no_feed_comes_back_as_its_reason(parser):
    assert refused(parser, b"words").reason is DeadReason.NOT_A_FEED


def test_a_feed_beyond_the_limit_is_refused_unseen():
    with FeedParser(Limits(bytes=100)) as parser:
        bad = refused(parser, GOOD)
    assert bad.reason is DeadReason.TOO_LARGE
    assert "may have 100" in bad.detail


def test_a_feed_that_costs_too_much_cpu_is_ended_and_the_next_is_parsed():
    slow = rss(*("<title>T</title><description>&lt;p&gt;words&lt;/p&gt;</description>",) * 40_000)
    with FeedParser(Limits(cpu_seconds=1)) as parser:
        bad = refused(parser, slow)
        assert bad.reason is DeadReason.NOT_PARSED
        assert "more than 1 s of CPU" in bad.detail
        assert len(parser.parse(GOOD)) == 1


def test_a_feed_that_takes_too_long_is_ended_and_the_next_is_parsed():
    slow = rss(*("<title>T</title><description>&lt;p&gt;words&lt;/p&gt;</description>",) * 40_000)
    with FeedParser(Limits(wall_seconds=1.0)) as parser:
        assert refused(parser, slow).detail == "parsing it took longer than 1 s"
        assert len(parser.parse(GOOD)) == 1


def test_a_feed_that_needs_too_much_memory_is_ended_and_the_next_is_parsed():
    large = rss("<title>T</title><description>" + "words &amp; " * 1_000_000 + "</description>")
    with FeedParser(Limits(memory_mib=160)) as parser:
        assert refused(parser, large).reason is DeadReason.NOT_PARSED
        assert len(parser.parse(GOOD)) == 1


def test_a_child_that_cannot_start_is_an_outage(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(Outage, match="does not start"):
        FeedParser().parse(GOOD)


def test_a_child_that_dies_at_its_start_is_an_outage_and_no_feeds_fault():
    with FeedParser(Limits(memory_mib=1 << 60)) as parser, pytest.raises(Outage, match="ended with code 1"):
        parser.parse(GOOD)


def test_nothing_heavy_is_loaded_before_it_is_needed():
    """`tocsin --help` must not wait for feedparser, lxml, trafilatura or httpx."""
    code = (
        "import sys, worker.article, worker.feeds, worker.feeds.folder, worker.feeds.stdin;"
        "print(*{'feedparser', 'lxml', 'trafilatura', 'httpx', 'charset_normalizer'} & set(sys.modules))"
    )
    root = Path(worker.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == []


def test_threads_may_share_a_parser(parser):
    found = []
    threads = [threading.Thread(target=lambda: found.append(len(parser.parse(GOOD)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_the_shared_parser_needs_no_setting_up():
    assert [article.title for article in parse_feed(GOOD)] == ["T"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ATTACKS = {
    "an author of 80 KiB": rss("<title>T</title><author>" + "a." * 40_000 + "</author>"),
    "authors of Dublin Core": rss("<title>T</title>" + "<dc:creator>" + "a@" * 40_000 + "</dc:creator>"),
    "billion laughs": rss("<title>&l11;</title>").replace(
        b"<rss", f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]><rss'.encode()
    ),
    "20,000 items": rss(*("<title>T</title><link>https://n.example/</link>",) * 20_000),
    "20,000 nested tags": rss("<title>T</title><description>" + "&lt;div&gt;" * 20_000 + "</description>"),
    "20,000 nested elements": rss("<title>T</title>" + "<a>" * 20_000 + "</a>" * 20_000),
    "a million open brackets": b"<rss>" + b"<" * 1_000_000,
    "a megabyte of ampersands": rss("<title>T</title><description>" + "&amp;" * 200_000 + "</description>"),
    "an endless comment": b"<rss><!--" * 100_000,
    "an endless CDATA": rss("<title><![CDATA[" * 50_000),
    "an endless attribute": b"<rss " + b"a='" * 300_000,
    "deep JSON": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 1_000_000,
    "NULs": b"<rss>" + b"\x00" * 1_000_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_at_most_one_child(name):
    """Articles or a reason, within the limits, and the next feed is parsed as if nothing had been."""
    with FeedParser(Limits(cpu_seconds=5, wall_seconds=20.0)) as parser:
        try:
            parser.parse(ATTACKS[name])
        except BadInput as bad:
            assert bad.reason in (DeadReason.NOT_PARSED, DeadReason.NOT_A_FEED, DeadReason.TOO_DEEP)  # noqa: PT017
        assert len(parser.parse(GOOD)) == 1


def test_a_long_author_does_not_cost_the_feed():
    (article,) = parse_feed(ATTACKS["an author of 80 KiB"])
    assert article.title == "T"
    assert len(article.authors[0]) == 1000
