"""Feeds of every dialect to articles: plain text, web links, UTC, ids that hold."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feeds.parts import rss
from tests.schemas.validate import published_article_errors
from worker.article import article_message, content_id, url_id
from worker.article.identity import guid_id
from worker.errors import BadInput
from worker.feeds.entries import read_feed
from worker.types import DeadReason

URL = "https://news.example/rss.xml"


def articles(data, url=URL):
    found = read_feed(data, url=url).articles
    for article in found:
        assert published_article_errors(article_message(article)) == []
    return found


def one(*parts, **options):
    (article,) = articles(rss("".join(parts), **options))
    return article


def test_an_rss_item_becomes_an_article():
    article = one(
        "<title>Treaty</title><link>https://news.example/a?utm_source=rss</link><guid>tag:1</guid>",
        "<description>Two states signed it.</description><author>a@news.example (A. Reporter)</author>",
        "<pubDate>Mon, 23 Nov 2026 21:00:00 +0100</pubDate>",
        extra="<language>de-at</language>",
    )
    assert article.id == guid_id(URL, "tag:1")
    assert article.url == "https://news.example/a?utm_source=rss"
    assert (article.title, article.text) == ("Treaty", "Two states signed it.")
    assert (article.source, article.feed, article.language) == ("Example News", URL, "de-at")
    assert article.authors == ("A. Reporter",)
    assert article.published == "2026-11-23T20:00:00Z"


def test_an_atom_entry_becomes_an_article():
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Le Fil</title>
      <link href="https://news.example/"/><id>urn:feed</id>
      <entry><title type="html">Trait&#233; &lt;b&gt;sign&#233;&lt;/b&gt;</title><id>urn:1</id>
      <link rel="enclosure" href="https://news.example/a.mp3"/><link href="/a"/>
      <author><name>A</name></author><author><name>B</name></author><updated>2026-11-23T20:00:00Z</updated>
      <summary>court</summary><content type="xhtml">
      <div xmlns="http://www.w3.org/1999/xhtml"><p>Un</p><p>Deux</p></div></content>
      </entry></feed>"""
    (article,) = articles(atom)
    assert (article.title, article.text) == ("Traité signé", "Un\nDeux")
    assert (article.url, article.authors) == ("https://news.example/a", ("A", "B"))
    assert (article.source, article.language) == ("Le Fil", "fr")
    assert article.published == "2026-11-23T20:00:00Z"


def test_an_rdf_item_becomes_an_article():
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel>
      <item rdf:about="https://news.example/a"><title>T</title><link>https://news.example/a</link>
      <dc:creator>A</dc:creator><dc:date>2026-11-23T20:00:00Z</dc:date></item></rdf:RDF>"""
    (article,) = articles(rdf)
    assert (article.title, article.authors, article.published) == ("T", ("A",), "2026-11-23T20:00:00Z")


def test_a_json_feed_item_becomes_an_article():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "id",
        "home_page_url": "https://news.example/",
        "items": [
            {"id": 1, "url": "/a", "title": "T", "content_html": "<p>x<script>y</script></p>",
             "authors": [{"name": "A"}], "date_published": "2026-11-23T21:00:00+01:00"},
            {"id": "2", "content_text": "plain <b>", "external_url": "javascript:x",
             "date_published": "soon"},
            {"id": "3"},
            "rubbish",
        ],
    }  # fmt: skip
    found, empty, _ = read_feed(json.dumps(feed).encode(), url=URL)
    assert [(a.url, a.title, a.text, a.language) for a in found] == [
        ("https://news.example/a", "T", "x", "id"),
        (None, "", "plain <b>", "id"),
    ]
    assert found[0].authors == ("A",)
    assert found[0].published == "2026-11-23T20:00:00Z"
    assert found[1].extra == {"published_raw": "soon"}
    assert empty == 2


def test_two_feeds_of_one_site_may_number_their_items_alike():
    item = rss("<title>T</title><guid>17</guid>")
    (one,), (two,) = (articles(item, url=f"https://news.example/{name}.xml") for name in ("a", "b"))
    assert one.id != two.id
    assert one.url is None, "a GUID that is no address is no link"


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("<author>a@news.example (A. Reporter)</author>", ("A. Reporter",)),
        ("<author>A. Reporter &lt;a@news.example&gt;</author>", ("A. Reporter",)),
        ("<author>A. Reporter</author>", ("A. Reporter",)),
        ("<author>a@news.example</author>", ("a@news.example",)),
        ("<dc:creator>A</dc:creator><dc:creator>B &amp;amp; C</dc:creator>", ("A", "B & C")),
        ("<author></author>", ()),
    ],
)
def test_authors_are_names(written, authors):
    data = rss("<title>T</title>" + written).replace(
        b"<rss", b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    assert articles(data)[0].authors == authors


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<title>T</title><guid>g</guid><link>https://n.example/a</link>", guid_id(URL, "g")),
        ("<title>T</title><guid>https://n.example/a?utm_source=x</guid>", url_id("https://n.example/a")),
        ("<title>T</title><link>https://n.example/a#x</link>", url_id("https://n.example/a")),
        ("<title>T</title><description>D</description>", content_id("T", "D")),
    ],
)
def test_an_item_is_known_by_its_guid_else_its_link_else_its_words(item, expected):
    assert one(item).id == expected


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://n.example/", "mailto:a@b.c"],
)
def test_no_link_but_http_and_https_leaves(link):
    assert one(f"<title>T</title><link>{link}</link><guid isPermaLink='true'>{link}</guid>").url is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("a &lt;script&gt;alert(1)&lt;/script&gt; b", "a b"),
        ("<![CDATA[a <b>bold</b> &amp; b]]>", "a bold & b"),
        ("AT&amp;amp;T", "AT&T"),
        ("a &lt; b", "a < b"),
        ("line\n\tbreaks", "line breaks"),
        ("&lt;img src=x onerror=alert(1)&gt;T", "T"),
    ],
)
def test_a_title_is_one_line_of_plain_text(title, text):
    assert one(f"<title>{title}</title>").title == text


def test_the_fullest_text_is_taken():
    body = "<description>short</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
    assert one(body, "<![CDATA[<p>the long</p><p>text</p>]]></content:encoded>").text == "the long\ntext"


@pytest.mark.parametrize("date", ["soon", "Mon, 99 Foo 2026", "0000-00-00"])
def test_a_date_that_cannot_be_read_is_kept_beside(date):
    article = one(f"<title>T</title><pubDate>{date}</pubDate>")
    assert (article.published, article.extra) == (None, {"published_raw": date})


def test_items_without_words_are_counted_and_passed_over():
    found, empty, _ = read_feed(rss("<guid>1</guid>", "<title>T</title>", ""), url=URL)
    assert (len(found), empty) == (1, 2)


def test_a_feed_without_items_is_a_feed():
    assert articles(rss()) == []


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_a_declared_encoding_is_read(encoding):
    text = rss("<title>Договор подписан</title>").decode().replace("utf-8", encoding)
    (article,) = articles(text.encode(encoding))
    assert article.title == "Договор подписан"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"words",
        b"<html><body>x</body></html>",
        b'{"a": 1}',
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"\x00\xff" * 50,
    ],
)
def test_what_is_no_feed_is_refused(data):
    with pytest.raises(BadInput) as caught:
        read_feed(data, url=URL)
    assert caught.value.reason is DeadReason.NOT_A_FEED


def test_a_file_beside_the_worker_is_never_read(tmp_path):
    """feedparser opens a string that names a file; bytes that spell a path must stay bytes."""
    path = tmp_path / "feed.xml"
    path.write_bytes(rss("<title>secret</title>"))
    with pytest.raises(BadInput):
        read_feed(str(path).encode(), url=URL)


def test_external_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    feed = rss("<title>x &secret; y</title>").decode()
    attack = feed.replace("<rss", f'<!DOCTYPE rss [<!ENTITY secret SYSTEM "file://{secret}">]><rss')
    found = read_feed(attack.encode(), url=URL).articles
    assert "hidden" not in "".join(a.title for a in found)


@settings(max_examples=60)
@given(
    st.binary()
    | st.text().map(str.encode)
    | st.text(alphabet="<>/=&;#x'\" abrsitemlnkud!-[]").map(lambda s: rss(s))
)
def test_any_bytes_are_articles_or_not_a_feed(data):
    try:
        articles(data)
    except BadInput as bad:
        assert bad.reason in DeadReason  # noqa: PT017


def test_what_comes_with_an_item_is_kept_by_its_address():
    found = one(
        "<title>a</title>",
        '<enclosure url="/one.mp3" type="audio/mpeg" length="9"/>',
        '<enclosure url="javascript:alert(1)" type="x"/>',
    )
    assert found.extra["enclosures"] == [{"url": "https://news.example/one.mp3", "type": "audio/mpeg"}]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", ' encoding="iso-8859-1"'),
        ("windows-1251", ' encoding="windows-1251"'),
        ("utf-16", ' encoding="utf-16"'),
        ("utf-8-sig", ' encoding="utf-8"'),
        ("utf-8", ' encoding="no-such-charset"'),
    ],
)
def test_a_wrong_or_missing_charset_is_seen_through(encoding, declared):
    channel = "<channel><title>x</title><item><title>Порт</title></item></channel>"
    text = f'<?xml version="1.0"{declared}?><rss version="2.0">{channel}</rss>'
    assert [a.title for a in read_feed(text.encode(encoding)).articles] == ["Порт"]
