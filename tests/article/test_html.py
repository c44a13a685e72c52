"""Pages to articles."""

import pytest

from worker.article import article_from_html, article_from_text
from worker.errors import BadInput
from worker.types import DeadReason

SENTENCE = "Die beiden Staaten unterzeichneten am Mittwoch einen Vertrag über gegenseitigen Beistand. "
PAGE = f"""<!doctype html><html lang="de_AT"><head><meta charset="utf-8"><title>Vertrag – Beispiel</title>
<meta property="og:title" content="Beistandsvertrag unterzeichnet"><meta name="author" content="A. Autorin">
<meta property="article:published_time" content="2026-11-23T20:00:00+01:00">
<link rel="canonical" href="https://news.example/vertrag"></head>
<body><nav><a href="/">Start</a></nav><article><h1>Beistandsvertrag unterzeichnet</h1>
<p>{SENTENCE * 4}</p><p>{SENTENCE * 4}</p><script>alert(1)</script></article><footer>Impressum</footer></body>
</html>"""


def test_the_article_of_a_page_is_found_with_its_facts():
    article = article_from_html(PAGE.encode())
    assert article.title == "Beistandsvertrag unterzeichnet"
    assert article.language == "de-AT"
    assert article.url == "https://news.example/vertrag"
    assert article.published == "2026-11-23T00:00:00Z"
    assert SENTENCE.strip() in article.text
    assert not any(unwanted in article.text for unwanted in ("alert", "Impressum", "<"))
    assert article.extra == {}


def test_a_page_without_an_article_gives_the_text_of_its_body():
    article = article_from_html("<title>T</title><nav>x <b>y</b></nav>")
    assert (article.title, article.text, article.extra) == ("T", "x y", {"extraction": "body"})


@pytest.mark.parametrize(
    "page", ["<html><body></body></html>", "<p> </p>", "<script>x</script>", "<!-- only -->"]
)
def test_a_page_that_says_nothing_has_no_content(page):
    with pytest.raises(BadInput) as caught:
        article_from_html(page)
    assert caught.value.reason is DeadReason.NO_CONTENT


@pytest.mark.parametrize("hostile", ["<div>" * 20_000, "<b>" * 20_000 + "<p>", "<table><tr><td>" * 3_000])
def test_hostile_nesting_does_not_crash(hostile):
    assert "words" in article_from_html(hostile + "words in the depth").text


def test_a_page_of_too_many_tags_is_only_reduced_to_text():
    article = article_from_html("<html><body>" + "<p>word " * 40_000 + "<br>" * 100_000)
    assert article.extra == {"extraction": "body"}
    assert article.text.count("word") == 40_000


def test_a_canonical_link_that_is_no_web_address_is_not_taken():
    page = PAGE.replace("https://news.example/vertrag", "javascript:alert(1)")
    assert article_from_html(page).url is None


def test_plain_text_is_kept_to_the_last_character():
    text = "\ufefftitle\r\n\r\n  body\t\x00\x1b[1m\u202e \n"
    assert article_from_text(text).text == text
    assert article_from_text(text.encode()).text == text.removeprefix("\ufeff")


def test_text_of_white_space_has_no_content():
    with pytest.raises(BadInput, match="neither `title` nor `text`"):
        article_from_text(b" \n")
