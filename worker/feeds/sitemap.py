"""News sitemaps to articles: headlines and links, as sites give them to search engines.

The form: https://www.google.com/schemas/sitemap-news/0.9/. Runs in the child, as all parsing does.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from worker.article.dates import to_utc
from worker.article.identity import item_id
from worker.article.plain import one_line, whole
from worker.article.sniff import first_element
from worker.errors import BadInput
from worker.feeds.links import absolute, host
from worker.feeds.words import plain
from worker.types import Article, DeadReason

_HEAD = 64 * 1024
_INDEX = 512 * 1024
_LOCATION = re.compile(rb"<loc>\s{0,40}(?:<!\[CDATA\[)?\s{0,40}(https?://[^<>\s\]]{1,2000})", re.IGNORECASE)
_ROOTS = (b"urlset", b"sitemapindex")


def looks_like_sitemap(data: bytes) -> bool:
    """Whether the bytes begin as a sitemap, or an index of such, does."""
    head = data.removeprefix(b"\xef\xbb\xbf")[:_HEAD].lstrip()
    return first_element(head).lower().rpartition(b":")[2] in _ROOTS


def sitemaps_of(data: bytes) -> list[str]:
    """The sitemaps that an index names, those of news first. Any process may ask."""
    head = data[:_INDEX]
    if not looks_like_sitemap(head) or b"<sitemapindex" not in head.lower():
        return []
    named = (absolute(unescape(each.decode("utf-8", "replace")), None) for each in _LOCATION.findall(head))
    return sorted(filter(None, named), key=lambda each: not is_of_news(each))


def is_of_news(url: str) -> bool:
    """Whether a sitemap's path says that it is one of news; the host says so of many."""
    return "news" in urlsplit(url).path.lower()


def _root(data: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True
    )
    return etree.fromstring(data, parser)


def read_sitemap(data: bytes, *, url: str | None) -> tuple[list[Article], int]:
    """The news of a sitemap in its order, and how many entries carried no headline.

    Raises BadInput: not_a_feed, for an index, for a sitemap without news and for what is no XML.
    """
    root = _root(data)
    if root is None:
        raise BadInput(DeadReason.NOT_A_FEED, "a sitemap that is no XML")
    if _name(root) == "sitemapindex":
        named = ", ".join(sitemaps_of(data)[:3])[:400]
        raise BadInput(
            DeadReason.NOT_A_FEED, f"an index of sitemaps; name the news sitemap among them: {named}"
        )
    entries = [child for child in root if _name(child) == "url"]
    articles = [article for entry in entries if (article := _article(entry, url))]
    if entries and not articles:
        raise BadInput(DeadReason.NOT_A_FEED, "a sitemap without news")
    return articles, len(entries) - len(articles)


def _article(entry: Any, feed: str | None) -> Article | None:
    found = {name: text for name, text in map(_text, entry.iter()) if text}
    title = one_line(plain(found.get("title")))
    link = absolute(found.get("loc", ""), feed)
    if not title:
        return None
    published = to_utc(found.get("publication_date", ""))
    return Article(
        id=item_id("", link, title, "", scope=feed or ""),
        url=link,
        source=one_line(plain(found.get("name")))[:200] or host(feed or link),
        title=title,
        language=whole(found.get("language", ""))[:35] or None,
        published=published,
        feed=feed,
        extra={"published_raw": found["publication_date"][:200]}
        if not published and found.get("publication_date")
        else {},
    )


def _text(element: Any) -> tuple[str, str]:
    namespace = element.tag.rpartition("}")[0] if isinstance(element.tag, str) else ""
    text = (element.text or "").strip()
    # `image:title` and `video:title` are not the headline.
    return _name(element), "" if "image" in namespace or "video" in namespace else text


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
