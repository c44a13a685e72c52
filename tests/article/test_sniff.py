"""The kind of an input is told by what is in it."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.article import Kind, sniff
from worker.article.sniff import HEAD

LINE = b'{"title": "a", "text": "b"}\n'
RSS = b'<rss version="2.0"><channel><title>t</title></channel></rss>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.EMPTY),
        (b" \r\n\t", Kind.EMPTY),
        (b"\xef\xbb\xbf", Kind.EMPTY),
        (LINE, Kind.JSON),
        (b"\xef\xbb\xbf" + LINE, Kind.JSON),
        (json.dumps({"title": "a"}, indent=2).encode(), Kind.JSON),
        (json.dumps([{"title": "a"}, {"title": "b"}], indent=1).encode(), Kind.JSON),
        (b"[]", Kind.JSON),
        (b"{broken", Kind.JSON),
        (b"[" * 100_000, Kind.JSON),
        (b'{"a":' * 100_000, Kind.JSON),
        (LINE * 2, Kind.JSON_LINES),
        (b"\n\n" + LINE * 2, Kind.JSON_LINES),
        (LINE + b"\n" + LINE, Kind.JSON_LINES),
        (LINE + b"damaged\n", Kind.JSON_LINES),
        (b"damaged\n" + LINE * 3, Kind.JSON_LINES),
        (b'{"title": "cut\n' + LINE * 3, Kind.JSON_LINES),
        (LINE * 10_000, Kind.JSON_LINES),
        (b'{"text": "' + b"a" * HEAD * 2 + b'"}\n' + LINE, Kind.JSON),
        ((b"\xff\xfe" + (LINE * 2).decode().encode("utf-16-le")), Kind.JSON_LINES),
        (RSS, Kind.FEED),
        (b'<?xml version="1.0"?>\n<!-- c -->\n' + RSS, Kind.FEED),
        (
            b'<?xml version="1.0"?><?xml-stylesheet href="a"?><feed xmlns="http://www.w3.org/2005/Atom"/>',
            Kind.FEED,
        ),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]>' + RSS, Kind.FEED),
        (b'<rdf:RDF xmlns:rdf="x"><item/></rdf:RDF>', Kind.FEED),
        (b"<atom:feed/>", Kind.FEED),
        (RSS.decode().encode("utf-16"), Kind.FEED),
        (b"<!doctype html><p>x", Kind.HTML),
        (b"<!-- x --><HTML><body>", Kind.HTML),
        (b"<p>fragment</p>", Kind.HTML),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', Kind.HTML),
        (b"\n\n some words <html><body>x", Kind.HTML),
        (b'<?xml version="1.0"?><note/>', Kind.XML),
        (b"<note: not markup at all", Kind.TEXT),
        (b"Two states signed a treaty.", Kind.TEXT),
        (b"[Reuters] Two states signed a treaty.", Kind.TEXT),
        ("Перші слова".encode("cp1251"), Kind.TEXT),
        (b"a nul \x00 in a text is still a text", Kind.TEXT),
        ("слово".encode("utf-16"), Kind.TEXT),
        (b"%PDF-1.7\n...", Kind.BINARY),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Kind.BINARY),
        (bytes(range(32)) * 10, Kind.BINARY),
        (gzip.compress(LINE, mtime=0), Kind.GZIP),
    ],
)
def test_a_kind_is_told_by_content(data, kind):
    assert sniff(data) is kind


def test_an_unclosed_comment_or_doctype_costs_no_time():
    for opening in (b"<!--", b"<!doctype x [", b"<?xml ", b"<!-- --><!--"):
        assert sniff(opening * 20_000) in (Kind.HTML, Kind.XML, Kind.TEXT)


@given(st.binary() | st.text().map(str.encode) | st.text(alphabet='{}[]",:\n <>!?-aé\x00').map(str.encode))
def test_any_bytes_are_of_some_kind(data):
    assert sniff(data) in Kind
