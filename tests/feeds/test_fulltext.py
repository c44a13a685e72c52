"""The pages of items: fetched as robots.txt allows, judged only when they are articles."""

import pytest

from tests.feeds.parts import Answer, letter, rss
from worker.feeds.hosts import Hosts
from worker.feeds.page import PageKind, read_page
from worker.feeds.poll import FeedSpec, PollSource

WORDS = " ".join(
    f"Sentence {n} of the report tells of the harbour, its cranes and its dockers." for n in range(30)
)
PAGE = (
    "<html lang=en><head><title>Ports close</title>{head}</head><body><nav>Home News Sport</nav>"
    f"<article><h1>Ports close</h1><p>{WORDS}</p></article><footer>All rights reserved</footer></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def ask(site, shelf, clock, parser):
    def asked(page, robots=None):
        site.says(
            "/feed",
            Answer(
                200,
                rss(
                    f"<title>Ports close</title><link>{site.url('/a')}</link>"
                    "<description>In short.</description>"
                ),
            ),
        )
        site.says("/robots.txt", robots or Answer(404))
        site.says("/a", page)
        source = PollSource(
            [FeedSpec(site.url(), full_text=True)],
            shelf.intake,
            clock=clock,
            parser=parser,
            dead_letter=letter,
            allow_networks=["127.0.0.0/8"],
            hosts=Hosts(pause=0.0),
            page_pause=0.0,
        )
        while source.next_due(clock.now()) <= clock.now():
            source.run_once()
        source.close()
        (one,) = shelf.articles()
        return one

    return asked


def test_the_pages_text_is_judged_and_the_feeds_is_kept(ask):
    one = ask(Answer(200, PAGE.format(head="").encode(), HTML))
    assert "Sentence 29 of the report" in one.text
    assert "All rights reserved" not in one.text
    assert one.extra == {"page": "article", "feed_text": "In short."}


@pytest.mark.parametrize("body", [b"User-agent: *\nDisallow: /a\n", b"User-agent: tocsin\nDisallow: /\n"])
def test_a_page_that_robots_txt_forbids_is_not_fetched(ask, site, body):
    one = ask(Answer(200, PAGE.format(head="").encode(), HTML), Answer(200, body))
    assert (one.text, one.extra["page"]) == ("In short.", "robots")
    assert [path for path, _ in site.asked] == ["/feed", "/robots.txt"]


def test_where_robots_txt_fails_nothing_is_fetched(ask, site):
    assert ask(Answer(200), Answer(503)).extra["page"] == "robots"


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        (Answer(404), "failed"),
        (Answer(200, b"%PDF-", {"Content-Type": "application/pdf"}), "failed"),
        (Answer(200, b"<html>", HTML), "empty"),
        (Answer(302, headers={"Location": "http://10.0.0.1/"}), "failed"),
        (
            Answer(
                200,
                PAGE.format(
                    head='<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
                ).encode(),
                HTML,
            ),
            "paywall",
        ),
    ],
)
def test_what_is_no_article_is_named_and_its_words_are_not_judged(ask, answer, page):
    one = ask(answer)
    assert (one.text, one.extra) == ("In short.", {"page": page})


def test_a_page_that_asks_for_consent_is_known_by_its_address_or_its_words():
    wall = (
        "<html><title>Before you continue</title><body><article><p>We and our 812 partners use cookies. "
        "To consent, accept all cookies; to refuse, choose settings.</p></article></body></html>"
    )
    assert read_page(wall.encode(), url="https://news.example/a", content_type=None).kind is PageKind.CONSENT
    plain = PAGE.format(head="").encode()
    assert read_page(plain, url="https://consent.news.example/x", content_type=None).kind is PageKind.CONSENT
    assert read_page(plain, url="https://news.example/x", content_type=None).kind is PageKind.ARTICLE


def test_a_page_is_read_in_the_charset_its_server_names():
    page = PAGE.format(head="").replace("dockers", "грузчики").encode("windows-1251")
    found = read_page(page, url=None, content_type="text/html; charset=windows-1251")
    assert "грузчики" in found.text
