"""Markup to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.article import one_line, reduce_html
from worker.article.plain import has_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one</p>\n\n  <p>two\n lines</p>", "one\ntwo lines"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("a <b>bold</b>, <i>it</i>alic", "a bold, italic"),
        ("AT&amp;T &lt;b&gt; &#233; &nbsp; x", "AT&T <b> é x"),
        ("x<script>alert('<p>no</p>')</script>y", "xy"),
        ("<style>p{}</style><noscript>n</noscript>x", "x"),
        ("<head><title>t</title></head><body>x", "x"),
        ("<!-- comment -->x<!-- open", "x"),
        ("<![CDATA[x]]>y", "y"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>नमस्ते</p>", "नमस्ते"),
        ("a\u200b\u202eb", "a\u200b\u202eb"),
        ("x\ud800y", "x\ufffdy"),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を読む", "漢字を読む"),
        ("<details><summary>More</summary>Details</details>after", "More\nDetails\nafter"),
        ("one<button>Share <b>it</b></button> two<select><option>a<option>b</select>", "one two"),
        ("<video><p>Your browser is too old</p></video>x<audio>y</audio>", "x"),
        ("a <div hidden>b<p>c</p></div>d", "a d"),
        ("a <span style='color:red; display: none'>b<br></span>c", "a c"),
        ("a <span style='visibility:hidden'>b</span>c <i style='display:block'>d</i>", "a c d"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>d", "a\nb\nc\nd"),
        ("شكرا <bdo dir=rtl>abc</bdo> <bdi>x</bdi>", "شكرا abc x"),
    ],
)
def test_what_a_reader_sees_is_the_text(markup, text):
    assert reduce_html(markup) == text


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<!--", "<a '", '<a "', "<", "&", "&#", "</p", "<table>", "<svg>", "<![CDATA["]
)
def test_a_million_bytes_of_one_thing_cost_no_time(piece):
    """Quadratic cost would take minutes here; the assertion is that it ends with something sensible."""
    found = reduce_html(piece * (1_000_000 // len(piece)) + "<p>end")
    assert len(found) <= 1_000_010


def test_deep_nesting_loses_no_text():
    assert reduce_html("<div>" * 20_000 + "deep" + "</div>" * 20_000 + "<p>after</p>") == "deep\nafter"


def test_one_line_is_one_line():
    assert one_line(" a\r\n\tb\u2028c  d ") == "a b c d"


@pytest.mark.parametrize(
    ("text", "is_markup"),
    [
        ("a < b", False),
        ("a <b>", True),
        ("&amp;", True),
        ("R&eacute;D", True),
        ("R&D", False),
        (f'<img src="data:image/png;base64,{"A" * 9000}">Port closed', True),
    ],
)
def test_markup_is_recognised(text, is_markup):
    assert has_markup(text) is is_markup


@given(st.text() | st.text(alphabet="<>/!-&;#xpabscript \"'=\n"))
def test_any_string_reduces_to_text_that_can_be_written(markup):
    reduce_html(markup).encode()


def test_what_cannot_be_parsed_leaves_nothing_to_the_next():
    for broken in ("<!--", "\x01", "<div hidden>a", "<p>kept<script>"):
        reduce_html(broken)
        assert reduce_html("<p>one</p>two") == "one\ntwo"
