"""Whole inputs: many articles in one, each bad thing by itself, the rest goes on."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.article import Kind, Place, read_articles, read_items
from worker.errors import BadInput
from worker.types import Article, DeadReason

FEED_ARTICLES = [Article(id="f1", title="from the feed")]


def parse_feed(data):
    if b"hopeless" in data:
        raise BadInput(DeadReason.NOT_A_FEED, "hopeless")
    return FEED_ARTICLES


def read(data, **options):
    return list(read_articles(data, source_name="in", parse_feed=parse_feed, **options))


def words(found):
    """Articles by title or text, bad input by its detail."""
    return [a.title or a.text if isinstance(a, Article) else a.detail for a in found]


def lines(*values):
    return b"".join(v if isinstance(v, bytes) else json.dumps(v).encode() + b"\n" for v in values)


def test_json_lines_are_read_one_by_one_and_a_bad_one_is_told_by_its_line():
    data = lines(
        {"title": "1"},
        b"garbage\n",
        {"title": "3"},
        b"\n",
        {"title": 5},
        b'{"title": "\xff"}\n',
        {"title": "7"},
    )
    found = read(data)
    assert [getattr(a, "title", None) or a.reason for a in found] == [
        "1",
        DeadReason.NOT_JSON,
        "3",
        DeadReason.WRONG_SHAPE,
        DeadReason.NOT_UTF8,
        "7",
    ]
    assert found[1].detail.startswith("in: line 2: ")
    assert found[3].detail == "in: line 5: `title` should be a string, is a number"
    assert found[4].detail.startswith("in: line 6: not UTF-8")


def test_the_last_line_needs_no_end():
    assert words(read(lines({"title": "1"}) + b'{"title": "2"}')) == ["1", "2"]


def test_windows_line_ends_are_line_ends():
    assert words(read(lines({"title": "1"}, {"title": "2"}).replace(b"\n", b"\r\n"))) == ["1", "2"]


def test_a_line_that_is_too_long_is_passed_over_and_the_rest_goes_on():
    data = lines({"title": "1"}, {"title": "x" * 5_000_000}, {"title": "3"})
    found = read(data, max_bytes=1000)
    assert [getattr(a, "title", None) or a.detail for a in found] == [
        "1",
        "in: line 2: 5,000,014 bytes; at most 1,000 are taken",
        "3",
    ]


def test_one_object_is_one_article_however_it_is_laid_out():
    value = {"title": "1", "text": "a\nb"}
    assert words(read(json.dumps(value, indent=4).encode())) == ["1"]
    assert words(read(json.dumps(value).encode())) == ["1"]


def test_a_list_is_many_articles_and_a_bad_element_is_told_by_its_number():
    found = read(json.dumps([{"title": "1"}, 2, {"title": "3"}], indent=1).encode())
    assert words(found) == ["1", "in: element 2: an article should be an object, is a number", "3"]


def test_an_empty_list_holds_no_articles():
    assert read(b"[]") == []


def test_a_cloud_event_in_a_file_is_opened():
    event = {"specversion": "1.0", "id": "e", "source": "/w", "type": "t", "data": {"title": "1"}}
    (article,) = read(lines(event))
    assert article.id == "/w#e"


@pytest.mark.parametrize(
    "feed",
    [
        b'<?xml version="1.0"?><rss version="2.0"/>',
        b"<feed/>",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": []}).encode(),
        json.dumps({"items": [], "version": "https://jsonfeed.org/version/1"}, indent=1).encode(),
    ],
)
def test_a_feed_goes_to_the_parser_of_feeds(feed):
    assert read(feed) == FEED_ARTICLES


def test_a_feed_that_cannot_be_parsed_says_why():
    assert words(read(b"<rss>hopeless")) == ["in: hopeless"]


def test_a_page_and_a_text_are_one_article_each():
    assert words(read(b"<html><body><p>words</p>")) == ["words"]
    assert words(read("Zwei Wörter".encode())) == ["Zwei Wörter"]


@pytest.mark.parametrize(
    "data", [lines({"title": "1"}, {"title": "2"}), lines({"title": "1"}), b"text", b"<p>x", b"<rss/>"]
)
def test_gzip_is_opened(data):
    assert words(read(gzip.compress(data))) == words(read(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", DeadReason.NO_CONTENT),
        (b"\n \n", DeadReason.NO_CONTENT),
        (b"%PDF-1.4", DeadReason.UNKNOWN_FORMAT),
        (b"\x00\x01\x02" * 50, DeadReason.UNKNOWN_FORMAT),
        (b'<?xml version="1.0"?><note/>', DeadReason.NOT_A_FEED),
        (b"[" * 1_000_000, DeadReason.TOO_DEEP),
        (b"{" * 1_000_000, DeadReason.TOO_DEEP),
        (b'{"a": NaN}', DeadReason.NOT_JSON),
        (gzip.compress(b"text" * 100, mtime=0)[:-20], DeadReason.UNKNOWN_FORMAT),
        (b"\x1f\x8b", DeadReason.UNKNOWN_FORMAT),
        (gzip.compress(gzip.compress(b"text", mtime=0), mtime=0), DeadReason.UNKNOWN_FORMAT),
    ],
)
def test_what_holds_no_article_is_one_bad_input(data, reason):
    (bad,) = read(data)
    assert isinstance(bad, BadInput)
    assert bad.reason is reason
    assert bad.detail.startswith("in: ")


def test_json_in_utf16_is_read():
    assert words(read('{"title": "é"}'.encode("utf-16"))) == ["é"]
    assert words(read('{"title": "é"}\n{"title": "ü"}\n'.encode("utf-16"))) == ["é", "ü"]


def test_a_byte_order_mark_does_not_hide_a_list():
    assert words(read(b"\xef\xbb\xbf" + b'[{"title": "1"}, {"title": "2"}]')) == ["1", "2"]


def test_a_document_beyond_the_limit_is_refused_and_json_lines_are_not():
    options = {"source_name": "in", "parse_feed": parse_feed, "max_document": 1000}
    (item,) = read_items(io.BytesIO(b"word " * 1000), **options)
    assert item.found.reason is DeadReason.TOO_LARGE
    assert len(list(read_items(io.BytesIO(lines({"title": "x"}) * 1000), **options))) == 1000


def test_a_gzip_bomb_is_refused_while_it_is_small():
    bomb = gzip.compress(b"a" * 20_000_000)
    (item,) = read_items(io.BytesIO(bomb), source_name="in", parse_feed=parse_feed, max_document=1_000_000)
    assert item.found.reason is DeadReason.TOO_LARGE
    assert len(item.raw) <= 1024 * 1024


def test_bad_items_carry_their_bytes():
    items = read_items(io.BytesIO(lines({"title": "1"}, b"bad\n")), source_name="in", parse_feed=parse_feed)
    assert [item.raw for item in items] == [b"", b"bad\n"]


def test_the_caller_may_know_the_kind_better():
    found = read_items(
        io.BytesIO(b"word\n"),
        source_name="in",
        parse_feed=parse_feed,
        start=Place(0, 6),
        kind=Kind.JSON_LINES,
    )
    assert [item.found.detail[:11] for item in found] == ["in: line 7:"]


inputs = st.sampled_from(
    [
        lines({"title": "1"}, b"bad\n", {"title": "3"}, b"\n", {"title": "5"}),
        gzip.compress(lines({"title": "1"}, b"bad\n", {"title": "3"}), mtime=0),
        json.dumps([{"title": str(n)} for n in range(4)] + [7]).encode(),
        b"<rss/>",
        b"text",
    ]
)


@given(inputs, st.integers(0, 5))
def test_reading_on_from_any_place_gives_exactly_the_rest(data, taken):
    def items(start):
        found = read_items(io.BytesIO(data), source_name="in", parse_feed=parse_feed, start=start)
        return [
            (item.found.id if isinstance(item.found, Article) else item.found.detail, item.after)
            for item in found
        ]

    everything = items(Place())
    taken = min(taken, len(everything))
    start = everything[taken - 1][1] if taken else Place()
    assert items(start) == everything[taken:]


@given(
    st.binary()
    | st.binary().map(gzip.compress)
    | st.lists(
        st.binary(max_size=30) | st.sampled_from([b'{"title": "a"}', b"[", b"<rss>", b'"', b"\\ud800"])
    ).map(b"\n".join)
    | st.text(alphabet='{}[]":,\\ud8title\n').map(str.encode)
)
def test_any_bytes_are_articles_or_bad_input(data):
    for found in read(data):
        assert isinstance(found, Article | BadInput)
        if isinstance(found, Article):
            found.title.encode()
            found.text.encode()
