"""Ids that hold over retries, restarts and upgrades."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.article import canonical_url, content_id, identify, url_id
from worker.article.identity import guid_id
from worker.types import Article


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example/Path", "https://news.example/Path"),
        ("http://news.example", "https://news.example/"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("https://news.example/a#section", "https://news.example/a"),
        ("https://news.example/a?utm_source=x&id=3&fbclid=y", "https://news.example/a?id=3"),
        ("https://news.example/a?UTM_Medium=x", "https://news.example/a"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("  https://news.example/a\n", "https://news.example/a"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://m.news.example/a", "https://www.news.example/a"),
        ("https://mobile.news.co.uk/a", "https://www.news.co.uk/a"),
        ("https://amp.news.example/a", "https://www.news.example/a"),
        ("https://m.world.news.example/a", "https://world.news.example/a"),
        ("https://en.m.wiki.example/a", "https://en.wiki.example/a"),
        ("https://m.example/a", "https://m.example/a"),
        ("https://www.news.example/a/amp/", "https://www.news.example/a"),
        ("https://www.news.example/a/amp", "https://www.news.example/a"),
        ("https://www.news.example/a.amp.html", "https://www.news.example/a"),
        ("https://www.news.example/a?amp=1&id=3", "https://www.news.example/a?id=3"),
        ("https://www.news.example/a?outputType=amp", "https://www.news.example/a"),
        ("https://www.news.example/amp", "https://www.news.example/amp"),
        ("https://www.news.example/guitar-amp", "https://www.news.example/guitar-amp"),
        ("https://www.google.com/amp/s/www.news.example/a/amp", "https://www.news.example/a"),
        ("https://news-example.cdn.ampproject.org/c/s/news.example/a?amp", "https://news.example/a"),
        ("https://news-example.cdn.ampproject.org/v/s/news.example/a", "https://news.example/a"),
        ("https://www.google.com/search?q=amp", "https://www.google.com/search?q=amp"),
    ],
)
def test_two_links_to_one_article_have_one_canonical_form(url, canonical):
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url", ["", "news.example/a", "ftp://x.example/", "https://", "http://[", "javascript:x", "https://x:y/"]
)
def test_what_is_no_web_address_has_no_canonical_form(url):
    assert canonical_url(url) is None
    assert url_id(url) is None


def test_ids_are_the_same_in_every_release():
    """A changed value here means that every alert of every customer is raised again."""
    assert url_id("https://news.example/a?utm_source=x") == "3c5197385f4df0d9eeb8140b"
    assert content_id("Title", "Text") == "68f9f2ccac3a75efcd6aac22"
    assert guid_id("https://news.example/rss", "17") == "1a7c7d830948c064d54d8923"


def test_the_senders_id_wins_then_the_url_then_the_content():
    url = "https://news.example/a"
    assert identify(Article(id="own", url=url, text="x")).id == "own"
    assert identify(Article(id="", url=url, text="x")).id == url_id(url)
    assert identify(Article(id="", text="x")).id == content_id("", "x")


def test_title_and_text_do_not_run_into_each_other():
    assert content_id("ab", "c") != content_id("a", "bc")


def test_a_guid_is_unique_in_its_feed_only():
    assert guid_id("https://a.example/rss", "1") != guid_id("https://b.example/rss", "1")


@example(".")
@given(st.text())
def test_any_string_has_a_canonical_form_or_none(text):
    for url in (text, f"https://{text}", f"http://x.example/{text}"):
        canonical = canonical_url(url)
        assert canonical is None or canonical_url(canonical) == canonical
