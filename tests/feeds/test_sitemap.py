"""News sitemaps as a source."""

import pytest

from worker.errors import BadInput
from worker.feeds.entries import read_feed
from worker.types import DeadReason

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>https://news.example/a?utm_source=map</loc>
    <news:news><news:publication><news:name>The Courier</news:name><news:language>de</news:language>
    </news:publication><news:publication_date>2026-11-23</news:publication_date>
    <news:title>Häfen &amp; Schiffe</news:title></news:news>
    <image:image><image:loc>https://img.example/1.jpg</image:loc><image:title>A crane</image:title>
    </image:image>
  </url>
  <url><loc>https://news.example/about</loc></url>
</urlset>"""


def test_news_of_a_sitemap_become_articles():
    read = read_feed(NEWS.encode(), url="https://news.example/map.xml")
    (one,) = read.articles
    assert (one.title, one.source, one.language) == ("Häfen & Schiffe", "The Courier", "de")
    assert (one.url, one.published) == ("https://news.example/a?utm_source=map", "2026-11-23T00:00:00Z")
    assert read.empty == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<urlset><url><loc>https://a.example/x</loc></url></urlset>", "without news"),
        ("<sitemapindex><sitemap><loc>https://a.example/n.xml</loc></sitemap></sitemapindex>", "an index"),
    ],
)
def test_a_sitemap_without_news_says_why_it_is_no_feed(text, said):
    with pytest.raises(BadInput, match=said) as raised:
        read_feed(text.encode())
    assert raised.value.reason is DeadReason.NOT_A_FEED


def test_a_sitemap_reads_no_file_of_ours_and_expands_no_entity():
    attack = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + NEWS[39:].replace("Schiffe", "&x;")
    assert [article.title for article in read_feed(attack.encode()).articles] in ([], ["Häfen &"])
