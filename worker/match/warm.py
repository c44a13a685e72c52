"""The loops of matching, run once before articles wait: compiling them takes ten seconds on a new machine,
reading them a fifth of a second on one that has kept them.
"""

from __future__ import annotations

import time
from functools import cache

from worker import logs
from worker.match.matcher import Matcher
from worker.rules import parse
from worker.text import Document
from worker.types import Article, Severity
from worker.watchlist import Watch

WORTH_TELLING = 2.0
"""Seconds."""

QUERIES = (
    'treaty AND (pact OR "mutual defence") NOT sport',
    "alli* NEAR/5 treaty",
    "(pact OR treaty) PRE/9 law",
)

log = logs.logger("tocsin.match")


@cache
def warm() -> None:
    """Match a made-up article, so that every loop has been run in this process."""
    begun = time.perf_counter()
    watches = [_watch(query) for query in QUERIES]
    article = Article(id="", title="Allied treaty", text="A pact, and a mutual defence treaty by law. " * 9)
    Matcher(watches).match(Document.of(article, "en"))
    took = time.perf_counter() - begun
    if took > WORTH_TELLING:
        log.info("compiled the loops of matching, for this and later starts", seconds=round(took, 1))


def _watch(query: str) -> Watch:
    return Watch(
        id=query,
        watchlist="",
        title="",
        severity=Severity.LOW,
        languages=("any",),
        tags=(),
        query=query,
        rule=parse(query),
        version="",
    )
