"""Character references that a parser would stop at, or drop."""

from __future__ import annotations

import pytest

from tests.feeds.parts import rss
from worker.feeds.entities import mended
from worker.feeds.entries import read_feed


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xDE00; and &#xd83d;&#xde00;", "😀 and 😀"),
        ("a&#xD800;b", "a\ufffdb"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55200;&#55357;&#56832;&#57344;", "\ud7a0😀\ue000"),
        ("&eacute; &nbsp;&hellip;", "é \u00a0…"),
        (
            "&lt;b&gt; &amp;eacute; &quot;&apos; &LT; &bogus;",
            "&lt;b&gt; &amp;eacute; &quot;&apos; &LT; &bogus;",
        ),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&#233;", "&#233;"),
    ],
)
def test_a_reference_is_the_character_that_is_meant(written: str, meant: str) -> None:
    assert mended(written) == meant


@pytest.mark.parametrize(
    "head",
    ["", '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss.dtd">'],
)
def test_a_feed_with_such_references_is_read_whole(head: str) -> None:
    data = head.encode() + rss("<title>Caf&eacute; &#55357;&#56832; &#xDC00;</title>").partition(b"?>")[2]
    (found,) = read_feed(data).articles
    assert found.title == "Café 😀 \ufffd"


def test_references_without_tags_keep_the_lines_of_a_text() -> None:
    (found,) = read_feed(
        rss("<title>T</title><description>One &amp;amp; two.\n\nThree?a=1&amp;copy=2</description>")
    ).articles
    assert found.text == "One & two.\n\nThree?a=1&copy=2"
