"""Finds an alert, and the article that rang it, among what a bus still keeps."""

from __future__ import annotations

import msgspec

from worker.alert.envelope import alert_of
from worker.article import decode
from worker.errors import BadInput
from worker.ports import ALERTS, ARTICLES, TopicReader
from worker.types import Alert, Article, Record


class KeptArticle(msgspec.Struct, frozen=True):
    """An article as kept. `same`: it holds every word of the alert's evidence where the alert says."""

    article: Article
    same: bool


def find_alert(reader: TopicReader, alert_id: str) -> Alert | None:
    """The alert of this id, or None when it is not kept. Raises Outage or UsageError of the reader."""
    key = alert_id.encode()
    for record in reader.records(ALERTS):
        if record.key == key and record.value:
            try:
                return alert_of(record.value)
            except msgspec.MsgspecError:  # somebody else's message under our key
                continue
    return None


def find_article(reader: TopicReader, alert: Alert, *, limit: int) -> KeptArticle | None:
    """The version of the article that the alert quotes; else the newest one kept; else None.

    The sender may have chosen any key, and an id may be made of the address, so every message is read.
    `limit`: as for `decode`, in bytes.
    """
    newest: Article | None = None
    for record in reader.records(ARTICLES):
        article = _decoded(record, limit)
        if article is None or article.id != alert.article.id:
            continue
        if _quotes(alert, article):
            return KeptArticle(article, same=True)
        newest = article
    return None if newest is None else KeptArticle(newest, same=False)


def _decoded(record: Record, limit: int) -> Article | None:
    try:
        return decode(record, limit=limit)
    except BadInput:  # its outcome was a dead letter, which rang nothing
        return None


def _quotes(alert: Alert, article: Article) -> bool:
    fields = {"title": article.title, "text": article.text, "url": article.url, "source": article.source}
    fields |= {f"authors[{at}]": name for at, name in enumerate(article.authors)}
    return all((fields.get(one.field) or "")[one.start : one.end] == one.quote for one in alert.evidence)
