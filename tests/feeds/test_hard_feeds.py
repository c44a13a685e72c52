"""Feeds as they are met: old dialects, wrong charsets, dates of many lands, halves of feeds."""

from __future__ import annotations

import json

import pytest

from tests.feeds.parts import rss
from worker.article.identity import guid_id, url_id
from worker.errors import BadInput
from worker.feeds.entries import read_feed
from worker.types import Article, DeadReason

URL = "https://news.example/path/feed.xml"


def articles(data: bytes, content_type: str | None = None, url: str | None = URL) -> list[Article]:
    return read_feed(data, url=url, content_type=content_type).articles


def one(data: bytes, content_type: str | None = None, url: str | None = URL) -> Article:
    (found,) = articles(data, content_type, url)
    return found


RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{}"{}>'
    "<channel><title>Wire</title></channel>"
    "<item{}><title>Port &amp; harbour</title><link>https://news.example/1</link>{}</item></rdf:RDF>"
)
DIALECTS = {
    "RSS 0.90": RDF.format("http://my.netscape.com/rdf/simple/0.9/", "", "", ""),
    "RSS 0.91": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Wire</title>'
    "<language>en</language><item><title>Port &amp; harbour</title><link>https://news.example/1</link></item>"
    "</channel></rss>",
    "RSS 0.92": '<rss version="0.92"><channel><title>Wire</title><item><title>Port &amp; harbour</title>'
    "<link>https://news.example/1</link></item></channel></rss>",
    "RSS 1.0": RDF.format(
        "http://purl.org/rss/1.0/",
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"',
        ' rdf:about="https://news.example/1"',
        "<dc:date>2026-11-23T20:00:00+01:00</dc:date>",
    ),
    "RSS 2.0 without version": "<rss><channel><title>Wire</title><item><title>Port &amp; harbour</title>"
    "<link>https://news.example/1</link></item></channel></rss>",
    "RSS 2.0 in a namespace": '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel>'
    "<title>Wire</title><item><title>Port &amp; harbour</title><link>https://news.example/1</link></item>"
    "</channel></rss>",
    "Atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Wire</title><entry>'
    '<title mode="escaped" type="text/html">Port &amp;amp; harbour</title>'
    '<link rel="alternate" type="text/html" href="https://news.example/1"/></entry></feed>',
    "Atom 1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry>'
    '<title type="text">Port &amp; harbour</title><link href="https://news.example/1"/></entry></feed>',
    "Atom 1.0 with a prefix": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Wire</a:title><a:entry>'
    '<a:title>Port &amp; harbour</a:title><a:link href="https://news.example/1"/></a:entry></a:feed>',
    "JSON Feed 1": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "title": "Wire",
            "items": [{"id": "1", "url": "https://news.example/1", "title": "Port & harbour"}],
        }
    ),
    "JSON Feed 1.1": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Wire",
            "language": "en",
            "items": [{"id": 1, "url": "/1", "title": "Port & harbour", "content_html": "<p>x</p>"}],
        }
    ),
    "capitals": '<RSS VERSION="2.0"><CHANNEL><TITLE>Wire</TITLE><ITEM><TITLE>Port &amp; harbour</TITLE>'
    "<LINK>https://news.example/1</LINK></ITEM></CHANNEL></RSS>",
    "words before the declaration": "\n\n <?xml version='1.0'?><rss version='2.0'><channel>"
    "<title>Wire</title><item><title>Port &amp; harbour</title><link>https://news.example/1</link></item></channel></rss>",
    "a bare ampersand": "<rss version='2.0'><channel><title>Wire</title><item><title>Port & harbour</title>"
    "<link>https://news.example/1</link></item></channel></rss>",
    "a link of CDATA": "<rss version='2.0'><channel><title>Wire</title><item>"
    "<title><![CDATA[Port & harbour]]></title><link><![CDATA[ https://news.example/1 ]]></link></item>"
    "</channel></rss>",
    "only a permalink": "<rss version='2.0'><channel><title>Wire</title><item>"
    "<title>Port &amp; harbour</title><guid>https://news.example/1</guid></item></channel></rss>",
}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_read(name: str) -> None:
    found = one(DIALECTS[name].encode())
    assert (found.source, found.title, found.url) == ("Wire", "Port & harbour", "https://news.example/1")


SENTENCES = {
    "windows-1251": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "koi8-r": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "iso-8859-5": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "shift_jis": "両国の首脳は水曜日に東京で相互防衛条約に署名し、発効の日程を発表しました",
    "euc-jp": "両国の首脳は水曜日に東京で相互防衛条約に署名し、発効の日程を発表しました",
    "iso-2022-jp": "両国の首脳は水曜日に東京で相互防衛条約に署名し、発効の日程を発表しました",
    "gb18030": "两国领导人星期三在首都签署了共同防御条约并宣布了生效日期和实施办法",
    "gb2312": "两国领导人星期三在首都签署了共同防御条约并宣布了生效日期和实施办法",
    "big5": "兩國領導人星期三在首都簽署了共同防禦條約並宣布了生效日期和實施辦法",
    "euc-kr": "양국 정상은 수요일 서울에서 상호방위조약에 서명하고 발효 일정을 발표했다",
    "windows-1252": "Les ministres ont signé à Genève le traité de défense mutuelle, « enfin » — où ça ?",
    "iso-8859-2": "Ministři podepsali ve středu večer smlouvu o vzájemné obraně a přátelství",
    "windows-1256": "وقع الوزيران معاهدة الدفاع المشترك مساء الأربعاء في العاصمة وأعلنا موعد بدء العمل بها",
    "windows-1255": "השרים חתמו ביום רביעי בערב על הסכם ההגנה ההדדית בבירה והודיעו על מועד כניסתו לתוקף",
    "tis-620": "รัฐมนตรีทั้งสองลงนามสนธิสัญญาป้องกันร่วมกันเมื่อวันพุธที่กรุงเทพมหานคร",
    "utf-16-le": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "utf-16-be": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "utf-8-sig": "Министры подписали договор о взаимной обороне в среду вечером в столице",
    "utf-16": "Министры подписали договор о взаимной обороне в среду вечером в столице",
}


def wired(text: str, declared: str = "") -> str:
    items = f"<item><title>{text}</title><description>{text}. {text}!</description></item>"
    head = f'<?xml version="1.0"{declared}?><rss version="2.0">'
    return f"{head}<channel><title>Wire</title>{items}</channel></rss>"


@pytest.mark.parametrize("charset", SENTENCES)
def test_a_charset_that_is_declared_is_read(charset: str) -> None:
    text = SENTENCES[charset]
    assert one(wired(text, f' encoding="{charset.removesuffix("-sig")}"').encode(charset)).title == text


@pytest.mark.parametrize("charset", SENTENCES)
def test_a_charset_that_the_server_names_is_read(charset: str) -> None:
    text = SENTENCES[charset]
    named = f"text/xml; charset={charset.removesuffix('-sig')}"
    assert one(wired(text).encode(charset), named).title == text


@pytest.mark.parametrize(
    "charset",
    ["windows-1251", "koi8-r", "shift_jis", "gb18030", "big5", "euc-kr", "euc-jp", "utf-16-le", "utf-16-be"],
)
def test_a_charset_that_nobody_names_is_seen_through(charset: str) -> None:
    text = SENTENCES[charset]
    assert one(wired(text).encode(charset)).title == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16", "gb2312", "x-none"])
def test_utf_8_that_claims_to_be_something_else_is_utf_8(declared: str) -> None:
    text = SENTENCES["windows-1251"]
    data = wired(text, f' encoding="{declared}"').encode()
    assert one(data).title == text
    assert one(data, f"application/rss+xml; charset={declared}").title == text


def test_a_charset_that_claims_to_be_utf_8_is_seen_through() -> None:
    text = SENTENCES["windows-1251"]
    assert (
        one(wired(text, ' encoding="utf-8"').encode("windows-1251"), "text/xml; charset=utf-8").title == text
    )


def test_one_damaged_character_does_not_cost_the_others() -> None:
    data = (
        wired(SENTENCES["windows-1251"], ' encoding="utf-8"')
        .encode()
        .replace(b"</title><desc", b"\xff</title><desc")
    )
    assert one(data).title.startswith(SENTENCES["windows-1251"])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 23 Nov 2026 20:00:00 GMT", "2026-11-23T20:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 EST", "2026-11-24T01:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 PDT", "2026-11-24T03:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 CET", "2026-11-23T19:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 CEST", "2026-11-23T18:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 MSK", "2026-11-23T17:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 JST", "2026-11-23T11:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 KST", "2026-11-23T11:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00 WIB", "2026-11-23T13:00:00Z"),
        ("Mon, 23 Nov 2026 20:00:00", "2026-11-23T20:00:00Z"),
        ("Mon, 23 Nov 26 20:00:00 +0300", "2026-11-23T17:00:00Z"),
        ("Mon, 23 Nov 2026 20:00 +03:00", "2026-11-23T17:00:00Z"),
        ("Mon, 23 November 2026 20:00:00 +0000", "2026-11-23T20:00:00Z"),
        ("Tuesday, 23 Nov 2026 20:00:00 +0000", "2026-11-23T20:00:00Z"),
        ("2026-11-23T20:00:00.123456789+01:00", "2026-11-23T19:00:00Z"),
        ("2026-11-23 20:00:00", "2026-11-23T20:00:00Z"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        ("2026-11-23T20:00Z", "2026-11-23T20:00:00Z"),
        ("Пн, 23 ноя 2026 20:00:00 +0300", "2026-11-23T17:00:00Z"),
        ("23 ноября 2026, 20:00", "2026-11-23T20:00:00Z"),
        ("lun., 23 nov. 2026 20:00:00 +0100", "2026-11-23T19:00:00Z"),
        ("23 novembre 2026 20:00", "2026-11-23T20:00:00Z"),
        ("lundi 23 décembre 2026 20:00:00 +0100", "2026-12-23T19:00:00Z"),
        ("Mo, 23 Dez 2026 20:00:00 +0100", "2026-12-23T19:00:00Z"),
        ("23. März 2026 20:00", "2026-03-23T20:00:00Z"),
        ("lun, 23 ene 2026 20:00:00 +0000", "2026-01-23T20:00:00Z"),
        ("2026年11月23日 20:00:00", "2026-11-23T20:00:00Z"),
        ("2026年11月23日 20时00分", "2026-11-23T20:00:00Z"),
        ("2026년 11월 23일 20:00", "2026-11-23T20:00:00Z"),
        ("23 نوفمبر 2026 20:00", "2026-11-23T20:00:00Z"),
        ("٢٣ نوفمبر ٢٠٢٦ ٢٠:٠٠", "2026-11-23T20:00:00Z"),
        ("23 พฤศจิกายน 2569 20:00", "2026-11-23T20:00:00Z"),
        ("23 พ.ย. 2569 20:00", "2026-11-23T20:00:00Z"),
        ("Mon, 23 Nov 2569 20:00:00 +0700", "2026-11-23T13:00:00Z"),
        ("1795464000", "2026-11-23T20:00:00Z"),
        ("20261123200000", "2026-11-23T20:00:00Z"),
        ("23/11/2026 20:00", "2026-11-23T20:00:00Z"),
        ("11/23/2026 8:00:00 PM", "2026-11-23T20:00:00Z"),
        ("3/4/2026", None),
        ("2026-11-23 15:00:00 EST", "2026-11-23T20:00:00Z"),
        ("2026/11/23 20:00:00 +0900", "2026-11-23T11:00:00Z"),
        ("2026.11.23 20:00", "2026-11-23T20:00:00Z"),
        ("23-Nov-2026", "2026-11-23T00:00:00Z"),
        ("23.11.26 20:00", "2026-11-23T20:00:00Z"),
        ("2026. november 23. 20:00", "2026-11-23T20:00:00Z"),
        ("2026 m. lapkričio 23 d. 20:00", "2026-11-23T20:00:00Z"),
        ("2026. gada 23. novembris 20:00", "2026-11-23T20:00:00Z"),
        ("23 tháng 11 năm 2026 20:00", "2026-11-23T20:00:00Z"),
        ("Thứ Hai, 23/11/2026 20:00", "2026-11-23T20:00:00Z"),
        ("23 नवंबर 2026 20:00", "2026-11-23T20:00:00Z"),
        ("২৩ নভেম্বর ২০২৬ ২০:০০", "2026-11-23T20:00:00Z"),
        ("23 نومبر 2026 20:00", "2026-11-23T20:00:00Z"),
        ("23. marraskuuta 2026 klo 20.00", "2026-11-23T20:00:00Z"),
        ("23. maaliskuuta 2026 klo 20.00", "2026-03-23T20:00:00Z"),
        ("23. nóvember 2026 20:00", "2026-11-23T20:00:00Z"),
        ("23 noiembrie 2026 20:00", "2026-11-23T20:00:00Z"),
        ("23. studenoga 2026. 20:00", "2026-11-23T20:00:00Z"),
        ("23 ноември 2026 20:00", "2026-11-23T20:00:00Z"),
        ("23 лістапада 2026 20:00", "2026-11-23T20:00:00Z"),
        ("23 nëntor 2026 20:00", "2026-11-23T20:00:00Z"),
        ("2026年11月23日(月) 午後8時00分", "2026-11-23T20:00:00Z"),
        ("2026年11月23日 上午8:00", "2026-11-23T08:00:00Z"),
        ("2026년 11월 23일 오후 8:00", "2026-11-23T20:00:00Z"),
        ("Nov. 23, 2026, 8 p.m.", "2026-11-23T20:00:00Z"),
        ("November 23, 2026 12:30 a.m.", "2026-11-23T00:30:00Z"),
    ],
)
def test_a_date_of_any_land_is_a_moment(written: str, expected: str | None) -> None:
    found = one(rss(f"<title>T</title><pubDate>{written}</pubDate>"))
    assert found.published == expected


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://base.example/a/"><title>F</title>{}</feed>'


def test_relative_links_are_joined_to_the_base_that_the_feed_names() -> None:
    entry = '<entry xml:base="b/"><title>T</title><id>urn:1</id><link href="c.html"/></entry>'
    assert one(ATOM.format(entry).encode()).url == "https://base.example/a/b/c.html"
    assert (
        one(ATOM.format(entry.replace(' xml:base="b/"', "")).encode()).url == "https://base.example/a/c.html"
    )
    plain = rss("<title>T</title><link>../x.html</link>")
    assert one(plain).url == "https://news.example/x.html"
    assert one(rss("<title>T</title><link>//cdn.example/x</link>")).url == "https://cdn.example/x"


def test_the_language_nearest_to_the_words_is_the_hint() -> None:
    assert one(ATOM.format("<entry><title>T</title></entry>").encode()).language == "fr"
    assert one(ATOM.format('<entry xml:lang="de"><title>T</title></entry>').encode()).language == "de"
    dc = '<item><title>T</title><dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">uk</dc:language></item>'
    data = f'<rss version="2.0"><channel><title>x</title><language>ru</language>{dc}</channel></rss>'
    assert one(data.encode()).language == "uk"


@pytest.mark.parametrize(
    ("item", "title", "text"),
    [
        ("<title>T</title><description><![CDATA[<p>One &amp; two</p>]]></description>", "T", "One & two"),
        ("<title>T</title><description>&lt;p&gt;One &amp;amp; two&lt;/p&gt;</description>", "T", "One & two"),
        (
            "<title>T</title><description><![CDATA[&lt;p&gt;One &amp;amp; two&lt;/p&gt;]]></description>",
            "T",
            "One & two",
        ),
        ("<title>&amp;#1055;&amp;#1086;&amp;#1088;&amp;#1090;</title>", "Порт", ""),
        ("<title>It&amp;#8217;s 5 &lt; 6</title>", "It’s 5 < 6", ""),
        ("<title>A &#x1F6A2; ship 𝔸 👩‍🚀</title>", "A 🚢 ship 𝔸 👩‍🚀", ""),
        ("<title>‏مرفأ بيروت‎ 2026</title>", "‏مرفأ بيروت‎ 2026", ""),
        ("<title/><description>Only text</description>", "", "Only text"),
        ("<description><![CDATA[<p>Only</p><p>text</p>]]></description>", "", "Only\ntext"),
        (
            '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="https://n.example/a.jpg">'
            "<media:title>Port closed</media:title><media:description>Two cranes fell.</media:description>"
            "</media:content>",
            "Port closed",
            "Two cranes fell.",
        ),
        (
            '<media:group xmlns:media="http://search.yahoo.com/mrss/"><media:title>Port closed</media:title>'
            "<media:description>Two cranes fell.</media:description></media:group>",
            "Port closed",
            "Two cranes fell.",
        ),
        (
            '<title>Episode 5</title><itunes:summary xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
            'On harbours.</itunes:summary><enclosure url="https://n.example/5.mp3" type="audio/mpeg"/>',
            "Episode 5",
            "On harbours.",
        ),
        (
            "<title>T</title><description>short</description><body xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>The long <b>text</b> of it</p></body>",
            "T",
            "The long text of it",
        ),
    ],
)
def test_the_words_are_those_that_readers_see(item: str, title: str, text: str) -> None:
    found = one(rss(item))
    assert (found.title, found.text) == (title, text)


def test_xhtml_in_atom_is_its_text() -> None:
    entry = (
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>b</em> c</div></title>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content>'
        "</entry>"
    )
    found = one(ATOM.format(entry).encode())
    assert (found.title, found.text) == ("A b c", "One\nTwo")


def test_an_item_without_guid_is_known_by_its_link() -> None:
    found = one(rss("<title>T</title><link>https://news.example/1?utm_source=rss</link>"))
    assert found.id == url_id("https://news.example/1")
    assert one(rss("<title>T</title><guid isPermaLink='false'>17</guid>")).id == guid_id(URL, "17")


def test_a_feed_that_was_cut_off_gives_what_came() -> None:
    whole = rss(*(f"<title>Report {n}</title><guid>{n}</guid>" for n in range(10)))
    found = articles(whole[: len(whole) * 2 // 3])
    assert [article.title for article in found][:5] == [f"Report {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", DeadReason.NOT_A_FEED),
        (b"<!doctype html><html><title>Sorry</title><body>Down</body></html>", DeadReason.NOT_A_FEED),
        (b"<?xml version='1.0'?><error>no</error>", DeadReason.NOT_A_FEED),
        (b"Too many requests", DeadReason.NOT_A_FEED),
        (b"\x1f\x8b\x08\x00garbage", DeadReason.NOT_A_FEED),
        (b"%PDF-1.7 ...", DeadReason.NOT_A_FEED),
        (b'{"error": "no"}', DeadReason.NOT_A_FEED),
        (b"<opml version='2.0'><body/></opml>", DeadReason.NOT_A_FEED),
    ],
)  # fmt: skip
def test_what_is_no_feed_says_so(data: bytes, reason: DeadReason) -> None:
    with pytest.raises(BadInput) as caught:
        articles(data)
    assert caught.value.reason is reason
    assert len(caught.value.detail) > 10


def test_ten_thousand_items_and_an_item_of_five_megabytes_are_read() -> None:
    assert len(articles(rss(*(f"<title>Report {n}</title>" for n in range(10_000))))) == 10_000
    assert len(one(rss(f"<title>T</title><description>{'words ' * 800_000}</description>")).text) == 4_799_999
