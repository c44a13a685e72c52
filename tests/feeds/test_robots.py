"""robots.txt by RFC 9309."""

from __future__ import annotations

import pytest

from worker.feeds.robots import NOTHING_ALLOWED, Robots, read_robots


def allowed(text: str, path: str) -> bool:
    return read_robots(text, "tocsin").allows(f"https://news.example{path}")


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow: /a", "/ab", False),
        ("Disallow: /a", "/b/a", True),
        ("Disallow: /\nAllow: /news/", "/news/1", True),
        ("Allow: /news/\nDisallow: /", "/sport/1", False),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?z", True),
        ("Disallow: /*.pdf", "/x/y.pdf?z", False),
        ("Disallow: /*/amp/*x", "/a/amp/bx", False),
        ("Disallow: /*/amp/*x", "/amp/bx", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /*a*a$", "/a", True),
        ("Disallow: *print=1", "/a?print=1", False),
        ("Disallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("Disallow: /%7Ejoe", "/~joe/x", False),
        ("Disallow: /a # not for robots", "/a", False),
        ("disallow : /a", "/a", False),
    ],
)
def test_the_longest_rule_that_fits_decides(rules: str, path: str, may: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is may


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("User-agent: tocsin\nDisallow: /\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Tocsin/1.0\nDisallow: /b\n", True),
        ("User-agent: other\nUser-agent: tocsin\nDisallow: /\n", False),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: tocsin\nAllow: /\n\nUser-agent: tocsin\nDisallow: /a\n", False),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("Disallow: /\n", True),
        ("<html><title>Not found</title>", True),
        ("\0\x1b:::\n:\n#", True),
    ],
)
def test_the_group_that_names_us_counts_else_that_of_all(text: str, may: bool) -> None:
    assert allowed(text, "/a") is may


def test_a_delay_is_a_number_of_seconds() -> None:
    for written, seconds in (
        ("2", 2.0),
        ("0.5", 0.5),
        ("soon", 0.0),
        ("-1", 0.0),
        ("1e9", 0.0),
        ("9" * 400, 0.0),
    ):
        assert read_robots(f"User-agent: *\nCrawl-delay: {written}", "tocsin").delay == seconds


def test_where_nothing_is_allowed_nothing_is() -> None:
    assert not NOTHING_ALLOWED.allows("https://news.example/")
    assert Robots().allows("https://news.example")


def test_a_rule_of_wildcards_keeps_nobody_busy() -> None:
    assert allowed("User-agent: *\n" + f"Disallow: /{'*a' * 900}b$\n" * 500, f"/{'a' * 1900}") is True
