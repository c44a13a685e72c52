"""Pages and plain text to articles. trafilatura finds the article in a page; this is its only door."""

from __future__ import annotations

import re
from typing import Any

from worker.article.charset import decode_text
from worker.article.dates import to_utc
from worker.article.fields import complete, is_web
from worker.article.plain import one_line, reduce_html, whole
from worker.types import Article

MAX_EXTRACTED = 4 * 1024 * 1024
MAX_TAGS = 30_000
"""Pages with more characters or tags are only reduced to text. Real pages have some thousand tags; extraction
takes a second for 30,000 and more than its share beyond (measured: 125,000 tags, 9 s)."""

_TITLE = re.compile(r"<title[^<>]{0,200}>(.{1,2000}?)</title", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(
    r"""<html\b[^<>]{0,500}?\slang\s*=\s*["']?([a-zA-Z]{2,8}(?:[-_][a-zA-Z0-9]{1,8}){0,3})""", re.IGNORECASE
)


def article_from_text(data: bytes | str, *, article_id: str = "", source: str | None = None) -> Article:
    """Plain text as an article: all of it is `text`, exactly as received, line ends included.

    Raises BadInput: not_utf8 (no encoding fits), no_content.
    """
    text = decode_text(data) if isinstance(data, bytes) else whole(data)
    return complete(Article(id=article_id, source=source, text=text))


def article_from_html(
    data: bytes | str, *, url: str | None = None, article_id: str = "", source: str | None = None
) -> Article:
    """The article in a page: title, text, authors, date and language where the page tells them.

    When extraction finds no text, the text of the whole body stands in and `extra.extraction` says
    `body`. Raises BadInput: not_utf8, no_content.
    """
    markup = decode_text(data) if isinstance(data, bytes) else whole(data)
    fit = len(markup) <= MAX_EXTRACTED and markup.count("<") <= 2 * MAX_TAGS
    found = _extract(markup, url) if fit else {}
    text = whole(found.get("text") or "")
    raw_date = found.get("date")
    language = _LANGUAGE.search(markup[:20_000])
    link = url or found.get("url")
    article = Article(
        id=article_id,
        url=link if link and is_web(link) else None,
        source=source or found.get("sitename") or found.get("hostname"),
        title=one_line(whole(found.get("title") or "")) or _title(markup),
        text=text or reduce_html(markup),
        language=language[1].replace("_", "-") if language else None,
        authors=tuple(name for name in (one_line(n) for n in (found.get("author") or "").split(";")) if name),
        published=to_utc(raw_date) if raw_date else None,
        extra={} if text else {"extraction": "body"},
    )
    return complete(article)


def _title(markup: str) -> str:
    found = _TITLE.search(markup[:100_000])
    return one_line(reduce_html(found[1])) if found else ""


def _extract(markup: str, url: str | None) -> dict[str, Any]:
    """What trafilatura finds, empty when nothing."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(markup, url=url, with_metadata=True, include_comments=False)
    except Exception:  # noqa: BLE001  # any page may trip it; the outcome is named: `extra.extraction` is `body`
        return {}
    if found is None:
        return {}
    return found if isinstance(found, dict) else dict(found.as_dict())
