"""One fetch: bounded, polite, and never where it should not go."""

import asyncio
import gzip
import zlib

import pytest

from tests.feeds.parts import Answer
from worker.feeds.fetch import Fetcher, FetchError, FetchLimits, public_url
from worker.feeds.guard import networks

LOCAL = networks(["127.0.0.1/32"])


class Asker:
    """A fetcher with an event loop of its own."""

    def __init__(self, **options):
        self._loop = asyncio.Runner()
        self._fetcher = Fetcher(**{"user_agent": "t", "allowed": LOCAL, **options})

    def get(self, url, headers):
        return self._loop.run(self._fetcher.get(url, headers))

    def close(self):
        self._loop.run(self._fetcher.close())
        self._loop.close()


@pytest.fixture
def fetcher():
    found = Asker(user_agent="tocsin/0 (+https://t.example)")
    yield found
    found.close()


def small(**limits):
    return Asker(limits=FetchLimits(**limits))


def test_it_says_who_it_is_and_brings_what_it_is_given(site, fetcher):
    site.says("/feed", Answer(200, b"body", {"ETag": 'W/"a,b"', "X-A": "\xe9"}))
    found = fetcher.get(site.url(), {"if-none-match": 'W/"\xe9"'})
    (path, asked) = site.asked[0]
    assert (found.status, found.body, found.headers["etag"], found.headers["x-a"]) == (
        200,
        b"body",
        'W/"a,b"',
        "\xe9",
    )
    assert (path, asked["user-agent"], asked["if-none-match"]) == (
        "/feed",
        "tocsin/0 (+https://t.example)",
        'W/"\xe9"',
    )
    assert "cookie" not in asked


def test_cookies_are_not_kept(site, fetcher):
    site.says("/feed", Answer(200, b"", {"Set-Cookie": "a=b"}))
    fetcher.get(site.url(), {})
    fetcher.get(site.url(), {})
    assert "cookie" not in site.asked[1][1]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"words" * 100, mtime=0)),
        ("deflate", zlib.compress(b"words" * 100)),
        ("identity", b"words" * 100),
    ],
)
def test_what_is_packed_is_unpacked(site, fetcher, encoding, packed):
    site.says("/feed", Answer(200, packed, {"Content-Encoding": encoding}))
    assert fetcher.get(site.url(), {}).body == b"words" * 100


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site, fetcher, status):
    site.says("/feed", Answer(status, b"", {"Location": "/new"}))
    site.says("/new", Answer(200, b"new"))
    found = fetcher.get(site.url(), {})
    assert (found.body, found.url) == (b"new", site.url("/new"))


def test_a_circle_of_redirects_ends(site, fetcher):
    site.says("/feed", Answer(302, b"", {"Location": "/feed"}))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher.get(site.url(), {})
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("http://127.0.0.2/", "loopback"),
        ("http://[::1]/", "loopback|not known|has no address"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://x.example/", "only http and https"),
        ("http://[", "Invalid|invalid"),
    ],
)
def test_a_redirect_is_checked_like_any_address(site, fetcher, location, says):
    site.says("/feed", Answer(302, b"", {"Location": location}))
    with pytest.raises(FetchError, match=says):
        fetcher.get(site.url(), {})


def test_nothing_private_is_fetched_unless_allowed(site):
    fetcher = Asker(allowed=())
    with pytest.raises(
        FetchError, match=r"127\.0\.0\.1 \(loopback\): only public addresses and allowed networks"
    ):
        fetcher.get(site.url(), {})
    fetcher.close()
    assert site.asked == []


def test_a_body_beyond_the_limit_is_refused(site):
    site.says("/feed", Answer(200, b"x" * 2000))
    with pytest.raises(FetchError, match="larger than 1,000 bytes"):
        small(bytes=1000).get(site.url(), {})


def test_a_gzip_bomb_is_refused_while_it_is_small(site, fetcher):
    site.says("/feed", Answer(200, gzip.compress(b"\0" * 100_000_000), {"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="larger than 15,728,640 bytes"):
        fetcher.get(site.url(), {})


@pytest.mark.parametrize(
    ("encoding", "says"), [("br", "not asked for"), ("gzip", "damaged gzip"), ("gzip, gzip", "not asked for")]
)
def test_what_cannot_be_unpacked_is_refused(site, fetcher, encoding, says):
    site.says("/feed", Answer(200, b"no such thing", {"Content-Encoding": encoding}))
    with pytest.raises(FetchError, match=says):
        fetcher.get(site.url(), {})


def bare(data):
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(data) + packing.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"one two", mtime=0)),
        ("GZIP", gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0)),
        ("gzip", gzip.compress(b"one two", mtime=0) + b"\0" * 64),
        ("x-gzip", gzip.compress(b"one two", mtime=0)),
        ("deflate", zlib.compress(b"one two")),
        ("deflate", bare(b"one two")),
        ("identity", b"one two"),
        ("", b"one two"),
    ],
)
def test_what_servers_call_gzip_and_deflate_is_unpacked(site, fetcher, encoding, packed):
    site.says("/feed", Answer(200, packed, {"Content-Encoding": encoding}))
    assert fetcher.get(site.url(), {}).body == b"one two"


def test_a_text_that_was_cut_off_in_its_packing_is_no_answer(site, fetcher):
    site.says("/feed", Answer(200, gzip.compress(b"x" * 100_000)[:60], {"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="cut off"):
        fetcher.get(site.url(), {})


def test_a_packing_of_thousands_of_empty_members_is_refused(site, fetcher):
    site.says("/feed", Answer(200, gzip.compress(b"") * 5_000, {"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="more than 100 members"):
        fetcher.get(site.url(), {})


def test_a_redirect_to_an_address_in_utf_8_is_followed(site, fetcher):
    site.says("/feed", Answer(302, headers={"Location": "/новости".encode().decode("latin-1")}))
    site.says("/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", Answer(200, b"found"))
    assert fetcher.get(site.url(), {}).body == b"found"


@pytest.mark.parametrize("byte", ["\x1b", "\x9b", "\x07"])
def test_a_server_cannot_write_to_a_terminal_through_an_error(site, fetcher, byte):
    site.says("/feed", Answer(200, b"x", {"Content-Encoding": f"{byte}31mred"}))
    with pytest.raises(FetchError) as caught:
        fetcher.get(site.url(), {})
    assert str(caught.value).isprintable()


def test_a_slow_drip_is_cut_off(site):
    def drip(stream):
        while True:
            stream.write(b"x")
            stream.flush()

    site.says("/feed", Answer(200, headers={"Content-Type": "text/xml"}, write=drip))
    with pytest.raises(FetchError, match=r"took too long|larger than"):
        small(total_seconds=0.3, bytes=1 << 40).get(site.url(), {})


def test_a_server_that_hangs_up_is_a_failure_in_words(site, fetcher):
    site.says(
        "/feed", Answer(200, headers={"Content-Length": "100"}, write=lambda stream: stream.write(b"x"))
    )
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        fetcher.get(site.url(), {})


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "javascript:x", "", "http://", "http://x y/", "http://\udcff/"]
)
def test_an_address_that_is_none_is_a_failure_in_words(fetcher, url):
    with pytest.raises(FetchError):
        fetcher.get(url, {})


def test_no_secret_is_in_what_is_told():
    assert public_url("https://user:secret@n.example:8443/a?b=c") == "https://n.example:8443/a?b=c"
