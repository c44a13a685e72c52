"""The built-in watch-lists, loaded once, and one way to ask which of their watches an article rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest

from worker.citations import recognise
from worker.rules import Reading
from worker.text import Document, FieldText
from worker.types import Article, Citation
from worker.watchlist import BUILTIN, Example, LoadedWatchlists, Watch, load

Rings = Callable[[Sequence[Watch], Example], set[str]]


@cache
def builtin() -> LoadedWatchlists:
    """The packs as the worker loads them."""
    return load([BUILTIN])


def rung_by(watches: Sequence[Watch], example: Example) -> set[str]:
    """Ids of the watches that ring; an example without a language is in the packs' own, English."""
    language = example.lang or "en"
    article = Article(id="example", title=example.title, text=example.text)
    document = Document.of(article, language, frozenset({language}))

    def citations(field: FieldText) -> tuple[Citation, ...]:
        return recognise(field.raw, language)

    reading = Reading(document, citations)
    return {watch.id for watch in watches if reading.evaluate(watch.rule).matched}


@pytest.fixture(scope="session")
def rings() -> Rings:
    """`rings(watches, example)`: which of the watches the example rings."""
    return rung_by
