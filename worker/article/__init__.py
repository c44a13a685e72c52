"""Bytes to Article: what a topic, a file or a feed brings becomes one frozen value, or says why it cannot.

`decode` reads messages of a topic, `read_articles` whole inputs of any kind; both raise or yield
`BadInput` and nothing else. Nothing here does I/O of its own.
"""

from worker.article.dates import to_utc
from worker.article.deadletter import dead_letter, letter_of_source
from worker.article.decode import MAX_BYTES, Frames, decode
from worker.article.event import EVENT_TYPE, article_message
from worker.article.fields import article_from_json
from worker.article.html import article_from_html, article_from_text
from worker.article.identity import canonical_url, content_id, identify, url_id
from worker.article.plain import one_line, reduce_html
from worker.article.read import Item, ParseFeed, Place, read_articles, read_items
from worker.article.sniff import Kind, sniff

__all__ = [
    "EVENT_TYPE",
    "MAX_BYTES",
    "Frames",
    "Item",
    "Kind",
    "ParseFeed",
    "Place",
    "article_from_html",
    "article_from_json",
    "article_from_text",
    "article_message",
    "canonical_url",
    "content_id",
    "dead_letter",
    "decode",
    "identify",
    "letter_of_source",
    "one_line",
    "read_articles",
    "read_items",
    "reduce_html",
    "sniff",
    "to_utc",
    "url_id",
]
