"""Alerts for the tests of whatever carries or prints them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.match.watches import watch
from worker.alert import decide
from worker.match import Matcher
from worker.text import Document
from worker.types import Alert, Article, Language
from worker.watchlist import Watch

MATCHED = "2026-11-23T20:00:00Z"
ENGINE = "tocsin 0"
TREATY = watch("treaty", "treaty")


def article(text: str, article_id: str = "a-1", **fields: str) -> Article:
    """An article about whatever the test needs."""
    return Article(id=article_id, text=text, **fields)


def alerts_of(read: Article, watches: Sequence[Watch] = (TREATY,), language: str = "en") -> list[Alert]:
    """The alerts that the article rings."""
    document = Document.of(read, language)
    matches = Matcher(watches).match(document).matches
    known = Language(language, 0.99, read.language)
    return [decide(read, known, document, match, MATCHED, ENGINE) for match in matches]


def an_alert(number: int = 1, text: str = "They signed a treaty.", **fields: str) -> Alert:
    """The one alert of an article of that number."""
    (alert,) = alerts_of(article(text, f"a-{number}", **fields))
    return alert
