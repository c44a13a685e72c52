"""News sitemaps to articles: headlines and links, as sites give them to search engines.

The form: https://www.google.com/schemas/sitemap-news/0.9/. Runs in the child, as all parsing does.
"""

from __future__ import annotations

from typing import Any

from worker.article.dates import to_utc
from worker.article.plain import one_line, whole
from worker.errors import BadInput
from worker.types import Article, DeadReason

_HEAD = 4096


def looks_like_sitemap(data: bytes) -> bool:
    """Whether the bytes begin as a sitemap, or an index of such, does."""
    head = data[:_HEAD].lower()
    return b"<urlset" in head or b"<sitemapindex" in head


def read_sitemap(data: bytes, *, url: str | None) -> tuple[list[Article], int]:
    """The news of a sitemap in its order, and how many entries carried no headline.

    Raises BadInput: not_a_feed, for an index, for a sitemap without news and for what is no XML.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True
    )
    root = etree.fromstring(data, parser)
    if root is None:
        raise BadInput(DeadReason.NOT_A_FEED, "a sitemap that is no XML")
    if _name(root) == "sitemapindex":
        raise BadInput(DeadReason.NOT_A_FEED, "an index of sitemaps; name the news sitemap among them")
    entries = [child for child in root if _name(child) == "url"]
    articles = [article for entry in entries if (article := _article(entry, url))]
    if entries and not articles:
        raise BadInput(DeadReason.NOT_A_FEED, "a sitemap without news")
    return articles, len(entries) - len(articles)


def _article(entry: Any, feed: str | None) -> Article | None:
    from worker.feeds.entries import absolute, host, item_id

    found = {name: text for name, text in map(_text, entry.iter()) if text}
    title = one_line(whole(found.get("title", "")))
    link = absolute(found.get("loc", ""), feed)
    if not title:
        return None
    published = to_utc(found.get("publication_date", ""))
    return Article(
        id=item_id("", link, title, "", scope=feed or ""),
        url=link,
        source=one_line(whole(found.get("name", "")))[:200] or host(feed or link),
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
