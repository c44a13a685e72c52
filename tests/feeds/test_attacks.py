"""Servers and feeds that mean harm; the page ATTACKS.md lists these tests and those elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import threading
import zlib

import pytest

from tests.feeds.parts import Answer, Site, rss
from worker.errors import BadInput
from worker.feeds import FeedParser, Limits
from worker.feeds.fetch import Fetched, Fetcher, FetchError, FetchLimits
from worker.feeds.guard import networks
from worker.types import Article, DeadReason

REASONS = (DeadReason.NOT_PARSED, DeadReason.NOT_A_FEED, DeadReason.NOT_JSON, DeadReason.WRONG_SHAPE)


def fetched(url: str, *, allowed: tuple[str, ...] = ("127.0.0.1/32",), **limits: float) -> Fetched:
    """One fetch with a fetcher of its own."""

    async def get() -> Fetched:
        fetcher = Fetcher(
            user_agent="t",
            allowed=networks(allowed),
            limits=FetchLimits(**limits),  # type: ignore[arg-type]
        )
        try:
            return await fetcher.get(url, {})
        finally:
            await fetcher.close()

    return asyncio.run(get())


def parsed(parser: FeedParser, data: bytes, content_type: str | None = None) -> list[Article]:
    """The articles, none when the feed is refused with a reason."""
    try:
        return parser.parse(data, url="https://n.example/feed", content_type=content_type)
    except BadInput as bad:
        assert bad.reason in REASONS  # noqa: PT017
        return []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "public.example@127.0.0.1",
        "１２７.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "%31%32%37.0.0.1",
    ],
)
def test_this_machine_is_not_reached_however_it_is_written(site: Site, host: str) -> None:
    with pytest.raises(FetchError):
        fetched(f"http://{host}:{site.port}/feed", allowed=(), total_seconds=3.0)
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://2852039166/latest/meta-data",
        "http://0xa9fea9fe/",
        "http://[::ffff:169.254.169.254]/",
        "//10.0.0.1/",
        "http://192.168.1.1:8080/admin",
        "http://100.100.100.200/latest",
        "http://[fd00:ec2::254]/",
        "http://localhost/",
        "ftp://n.example/",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "jar:http://n.example!/",
        "\\\\10.0.0.1\\share",
    ],
)
def test_a_redirect_to_a_private_place_or_another_scheme_is_refused(site: Site, target: str) -> None:
    site.says("/feed", Answer(302, headers={"Location": target}))
    try:
        status = fetched(site.url(), total_seconds=3.0).status
    except FetchError:
        return
    assert status == 404, "it was taken for a path of the same server, where nothing is"


def test_a_redirect_through_a_public_page_does_not_open_a_private_one(site: Site) -> None:
    inner = Site()
    inner.says("/feed", Answer(200, b"secret"))
    site.says("/feed", Answer(302, headers={"Location": "/hop"}))
    site.says("/hop", Answer(307, headers={"Location": inner.url().replace("127.0.0.1", "127.0.0.2")}))
    with pytest.raises(FetchError, match="loopback"):
        fetched(site.url())
    assert inner.asked == []
    inner.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_in_a_ring_of_three_end(site: Site, status: int) -> None:
    for number in range(3):
        site.says(f"/{number}", Answer(status, headers={"Location": f"/{(number + 1) % 3}"}))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetched(site.url("/0"))


@pytest.mark.parametrize("count", [1, 20_000])
def test_headers_without_end_are_refused(site: Site, count: int) -> None:
    size = 2_000_000 // count
    site.says("/feed", Answer(200, b"", {f"X-{number}": "a" * size for number in range(count)}))
    with pytest.raises(FetchError):
        fetched(site.url())


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
def test_a_bomb_in_either_packing_is_refused(site: Site, packed: str) -> None:
    zeros = b"\0" * 40_000_000
    body = gzip.compress(zeros) if packed == "gzip" else zlib.compress(zeros)
    site.says("/feed", Answer(200, body, {"Content-Encoding": packed}))
    with pytest.raises(FetchError, match="larger than"):
        fetched(site.url())


def test_a_bomb_within_a_bomb_is_not_unpacked_twice(site: Site) -> None:
    inner = gzip.compress(b"\0" * 40_000_000)
    site.says("/feed", Answer(200, gzip.compress(inner), {"Content-Encoding": "gzip"}))
    assert fetched(site.url()).body == inner


def test_a_body_without_end_is_cut_off(site: Site) -> None:
    def endless(out: object) -> None:
        while True:
            out.write(b"<item>" * 10_000)  # type: ignore[attr-defined]

    site.says("/feed", Answer(200, write=endless))
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
        fetched(site.url(), bytes=1_000_000)


def test_an_answer_that_falls_silent_is_given_up(site: Site) -> None:
    gate = threading.Event()

    def silent(_out: object) -> None:
        gate.wait(30)

    site.says("/feed", Answer(200, headers={"Content-Length": "9"}, write=silent))
    try:
        with pytest.raises(FetchError, match=r"took too long|no answer in time"):
            fetched(site.url(), total_seconds=0.3)
    finally:
        gate.set()


_ENTITY = '<!DOCTYPE rss [<!ENTITY a "{}">]>'
BOMBS = {
    "quadratic blow-up": _ENTITY.format("a" * 50_000).encode()
    + rss("<title>" + "&a;" * 5_000 + "</title><guid>1</guid>").partition(b"?>")[2],
    "parameter entities": b'<!DOCTYPE r [<!ENTITY % a "<!ENTITY b \'x\'>"> %a; %a;]>'
    + rss("<title>&b;</title>").partition(b"?>")[2],
    "an entity of itself": b'<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    + rss("<title>&a;</title>").partition(b"?>")[2],
    "100,000 attributes": b"<rss "
    + b" ".join(b"a%d='1'" % n for n in range(100_000))
    + b">"
    + rss("<title>T</title>").partition(b"<rss")[2],
    "a date of a megabyte": rss("<title>T</title><pubDate>" + "1 " * 500_000 + "</pubDate>"),
    "a date of digits": rss("<title>T</title><pubDate>" + "9" * 500_000 + "</pubDate>"),
    "a title of five megabytes": rss("<title>" + "A " * 2_500_000 + "</title>"),
    "a link of a megabyte": rss("<title>T</title><link>https://n.example/" + "a/../" * 200_000 + "</link>"),
    "50,000 enclosures": rss("<title>T</title>" + "<enclosure url='https://n.example/a'/>" * 50_000),
    "50,000 categories": rss("<title>T</title>" + "<category>a</category>" * 50_000),
    "skipHours never closed": rss("<title>T</title>", extra="<skipHours>" * 20_000),
    "namespaces by the thousand": b"<rss "
    + b" ".join(b"xmlns:n%d='urn:%d'" % (n, n) for n in range(20_000))
    + b">"
    + rss("<title>T</title>").partition(b"<rss")[2],
    "a link of a million spaces": rss("<title>T</title><link>https://n.example/" + " " * 10**6 + "x</link>"),
    "links of spaces by the thousand": rss(
        "<title>T</title>" + f"<enclosure url='https://n.example/{' ' * 7000}x'/>" * 1_000
    ),
    "a picture of a megabyte within a text": rss(
        f"<title>T</title><description>&lt;img src='data:image/png;base64,{'A' * 10**6}'&gt;x</description>"
    ),
    "walls of opened tags": rss("<title>T</title><description>" + "&amp;lt;a" * 300_000 + "</description>"),
    "a JSON number of a megabyte": b'{"version":"https://jsonfeed.org/version/1","items":[{"id":'
    + b"9" * 1_000_000
    + b',"title":"T"}]}',
    "JSON keys twice": b'{"version":"https://jsonfeed.org/version/1","items":[{"title":"T","title":"U"}]}',
    "UTF-16 with half a pair": ("\ufeff" + rss("<title>T</title>").decode()).encode("utf-16-le") + b"\0\xd8",
    "a charset that is none": b'<?xml version="1.0" encoding="\xff\xfe"?>' + rss("<title>T</title>"),
    "a charset that runs code": b'<?xml version="1.0" encoding="zlib_codec"?>'
    + rss("<title>T</title>").partition(b"?>")[2],
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_within_its_limits_and_the_next_feed_is_parsed(name: str) -> None:
    with FeedParser(Limits(cpu_seconds=6, wall_seconds=30.0)) as parser:
        assert len(parsed(parser, BOMBS[name])) <= 1
        assert len(parser.parse(rss("<title>T</title>"))) == 1


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss SYSTEM "{url}">',
        '<!DOCTYPE rss PUBLIC "x" "{url}">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "{url}">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "{url}"> %x;]>',
        '<?xml-stylesheet href="{url}"?>',
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{url}"/>',
    ],
)
def test_nothing_outside_a_feed_is_fetched_while_it_is_parsed(
    site: Site, parser: FeedParser, head: str
) -> None:
    parsed(parser, head.format(url=site.url()).encode() + rss("<title>&x;</title>").partition(b"?>")[2], None)
    assert site.asked == []


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//",
    ],
)
def test_a_link_that_is_no_web_address_is_dropped(parser: FeedParser, link: str) -> None:
    (article,) = parsed(
        parser, rss(f"<title>T</title><link>{link}</link><enclosure url='{link}' type='a/b'/>")
    )
    for address in (article.url or "", *(each["url"] for each in article.extra.get("enclosures", []))):
        assert address == "" or address.startswith("https://n.example/"), address
        assert "script" not in address.partition("?")[0].partition("/feed")[0]


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>Words",
        "&lt;script&gt;alert(1)&lt;/script&gt;Words",
        "<![CDATA[<script>alert(1)</script>Words]]>",
        "<![CDATA[<img src=x onerror=alert(1)>Words]]>",
        "<![CDATA[<svg><script>alert(1)</script></svg>Words]]>",
        "<![CDATA[<style>*{background:url(//n.example)}</style>Words]]>",
        "<![CDATA[<scr<script>ipt>alert(1)</scr</script>ipt>Words]]>",
    ],
)
def test_no_markup_leaves_in_a_title(parser: FeedParser, title: str) -> None:
    (article,) = parsed(parser, rss(f"<title>{title}</title><description>D</description>"))
    assert "<script" not in article.title
    assert "<img" not in article.title
    assert "<svg" not in article.title
    assert "Words" in article.title or article.title == ""


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "idna", "unicode_escape", "rot13", "punycode"])
def test_a_declared_charset_cannot_smuggle_markup(parser: FeedParser, charset: str) -> None:
    item = "<title>+ADw-script+AD4-\\x3cscript\\x3e</title><description>D</description>"
    data = rss(item).replace(b"utf-8", charset.encode())
    for article in parsed(parser, data, f"text/xml; charset={charset}"):
        assert "<script" not in article.title
