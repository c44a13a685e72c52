"""Items as odd feeds give them: links, authors, captions, packed and mislabelled bodies."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.feeds.parts import rss
from worker.errors import BadInput
from worker.feeds.entries import read_feed
from worker.feeds.sitemap import sitemaps_of
from worker.types import Article, DeadReason

URL = "https://news.example/path/feed.xml"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>{}</feed>'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


def one(data: bytes | str) -> Article:
    (found,) = read_feed(data.encode() if isinstance(data, str) else data, url=URL).articles
    return found


def json_feed(*items: dict[str, object], **fields: object) -> bytes:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": items, **fields}
    return json.dumps(feed, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link/><guid>https://news.example/1</guid>", "https://news.example/1"),
        ("<guid>https://news.example/1</guid><link></link>", "https://news.example/1"),
        ('<link/><guid isPermaLink="false">https://news.example/1</guid>', None),
        ('<link uri="at://did:plc:1/post">https://news.example/1</link>', "https://news.example/1"),
        (
            '<link>https://counter.example/~r/1</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">'
            "https://news.example/1</f:origLink>",
            "https://news.example/1",
        ),
        ("<link>https://news.example/a report?q=two words</link>",
         "https://news.example/a%20report?q=two%20words"),
        ("<link>\n  https://news.example/\n  1\n</link>", "https://news.example/1"),
        ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="/self"/><link>/1</link>',
         "https://news.example/1"),
    ],
)  # fmt: skip
def test_an_item_leads_to_its_page(item: str, url: str | None) -> None:
    assert one(rss(f"<title>T</title>{item}")).url == url


def test_an_rdf_item_without_a_link_leads_where_it_says_it_is_about() -> None:
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="https://news.example/1"><title>T</title></item></rdf:RDF>'
    )
    assert one(data).url == "https://news.example/1"


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("A. Reporter (a@news.example)", ("A. Reporter",)),
        ("a@news.example (A. Reporter)", ("A. Reporter",)),
        ("A. Reporter (Beirut)", ("A. Reporter (Beirut)",)),
    ],
)
def test_an_author_is_a_name_without_its_address(written: str, authors: tuple[str, ...]) -> None:
    assert one(rss(f"<title>T</title><author>{written}</author>")).authors == authors


def test_an_atom_entry_without_an_author_has_that_of_its_own_feed() -> None:
    feed_author, entry = "<author><name>Desk</name></author>", "<entry><title>T</title>{}</entry>"
    source = "<source><title>S</title><author><name>Agency</name></author></source>"
    assert one(ATOM.format(feed_author + entry.format(""))).authors == ("Desk",)
    assert one(ATOM.format(feed_author + entry.format(source))).authors == ("Agency",)
    own = entry.format("<author><name>Reporter</name></author>")
    assert one(ATOM.format(feed_author + own)).authors == ("Reporter",)


def test_the_editor_of_an_rss_feed_wrote_none_of_its_items() -> None:
    data = rss("<title>T</title>", extra="<managingEditor>e@news.example (Editor)</managingEditor>")
    assert one(data).authors == ()


@pytest.mark.parametrize(
    ("item", "title", "text"),
    [
        (
            f"<title>Port closed</title><media:content {MEDIA} url='https://news.example/a.jpg'>"
            "<media:title>Crane</media:title><media:description>A crane, photographed at noon by our man."
            "</media:description></media:content><description>Closed.</description>",
            "Port closed",
            "Closed.",
        ),
        ("<title>T</title><encoded>&lt;p&gt;The whole&lt;/p&gt;</encoded>", "T", "The whole"),
        (
            "<title>T</title><description>Кратко</description>"
            '<y:full-text xmlns:y="http://news.yandex.ru">Полный текст</y:full-text>',
            "T",
            "Полный текст",
        ),
        (
            f"<title>T</title><description>&lt;img src='data:image/png;base64,{'A' * 9000}'&gt;Port closed"
            "</description>",
            "T",
            "Port closed",
        ),
        ("<title>a\x08b&#27;[31mc\x7fd</title>", "ab[31mcd", ""),
        ("<title>T</title><description>&lt;div&gt;&amp;lt;p&amp;gt;Twice&amp;lt;/p&amp;gt;&lt;/div&gt;</description>",
         "T", "Twice"),
        ("<title>T</title><description>&lt;p&gt;Write &amp;lt;b&amp;gt; and &amp;lt;/b&amp;gt; around it."
         "&lt;/p&gt;</description>", "T", "Write <b> and </b> around it."),
    ],
)  # fmt: skip
def test_the_words_are_the_items_own(item: str, title: str, text: str) -> None:
    found = one(rss(item))
    assert (found.title, found.text) == (title, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("image/png", "In words"),
        ("application/pdf", "In words"),
        ("application/json", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB{}"),
    ],
)
def test_a_picture_in_base64_is_no_text(kind: str, text: str) -> None:
    body = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB" + ("{}" if kind == "application/json" else "")
    entry = (
        f'<entry><title>T</title><content type="{kind}">{body}</content><summary>In words</summary></entry>'
    )
    assert one(ATOM.format(entry)).text == text


@pytest.mark.parametrize(
    "data",
    [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://channel.netscape.com/rdf/simple/0.9/"></rdf:RDF>',
        "<rss><channel><title>Wire</title></channel></rss>",
        "<?xml version='1.0'?><!-- nothing yet --><feed xmlns='http://www.w3.org/2005/Atom'/>",
        "<channel><title>Wire</title></channel>",
    ],
)
def test_a_feed_without_items_is_a_feed(data: str) -> None:
    assert read_feed(data.encode(), url=URL).articles == []


def test_a_page_where_a_feed_should_be_tells_the_feeds_it_names() -> None:
    page = (
        "<!doctype html><html><head><base href='https://news.example/desk/'>"
        "<link rel='alternate' type='application/rss+xml' href='feed.xml?a=1&amp;b=2'>"
        "<link rel='alternate' type='application/json' href='/wp-json/wp/v2/posts/1'></head>"
        "<body>Hi</body></html>"
    )
    with pytest.raises(BadInput) as caught:
        read_feed(page.encode(), url=URL)
    assert caught.value.reason is DeadReason.NOT_A_FEED
    assert caught.value.detail == (
        "a web page, not a feed; the feeds it names: https://news.example/desk/feed.xml?a=1&b=2"
    )


def test_a_feed_that_is_a_file_in_gzip_is_unpacked_within_its_limit() -> None:
    assert one(gzip.compress(rss("<title>T</title>"))).title == "T"
    with pytest.raises(BadInput) as caught:
        read_feed(gzip.compress(b"<rss>" + b" " * (16 * 1024 * 1024)), url=URL)
    assert caught.value.reason is DeadReason.TOO_LARGE


def test_words_about_sitemaps_are_no_sitemap() -> None:
    data = rss("<title>T</title><description><![CDATA[Write <urlset> around them]]></description>")
    assert one(data).title == "T"


def test_an_index_of_sitemaps_names_those_of_news_first() -> None:
    index = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://news.example/pages.xml</loc></sitemap>
      <sitemap><loc> https://news.example/google-news.xml?a=1&amp;b=2 </loc></sitemap></sitemapindex>"""
    named = ["https://news.example/google-news.xml?a=1&b=2", "https://news.example/pages.xml"]
    assert sitemaps_of(index) == named
    with pytest.raises(BadInput, match="google-news"):
        read_feed(index, url=URL)
    assert sitemaps_of(rss("<title><![CDATA[<sitemapindex><loc>https://a.example</loc>]]></title>")) == []


def test_a_json_feed_gives_all_that_rss_gives() -> None:
    item = {
        "id": "1",
        "title": "Port <b>closed</b> &amp; harbour",
        "content_text": "short",
        "content_html": "<p>The whole</p><p>of it</p>",
        "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg"}, {"url": "javascript:x"}, "rubbish"],
        "authors": [{"name": "A"}, {"url": "https://b.example"}],
    }
    hubs = [
        {"type": "rssCloud", "url": "https://no.example"},
        {"type": "WebSub", "url": "https://hub.example/"},
    ]
    read = read_feed(json_feed(item, hubs=hubs, feed_url="https://news.example/f.json"), url=URL)
    (found,) = read.articles
    assert (found.title, found.text, found.authors) == (
        "Port closed & harbour",
        "The whole\nof it",
        ("A",),
    )
    assert found.extra == {"enclosures": [{"url": "https://news.example/a.mp3", "type": "audio/mpeg"}]}
    assert (read.facts.title, read.facts.hub, read.facts.topic) == (
        "Wire",
        "https://hub.example/",
        "https://news.example/f.json",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_json_feed_in_any_unicode_is_read(encoding: str) -> None:
    data = json_feed({"id": "1", "title": "Порт закрыт"}).decode().encode(encoding)
    assert one(data).title == "Порт закрыт"
