"""Watches for the tests of what comes after a watch-list is loaded."""

from __future__ import annotations

from worker.rules import parse
from worker.types import Severity
from worker.watchlist import Watch


def watch(name: str, query: str, *languages: str) -> Watch:
    """A watch of the list `pacts`; of every language when none is named."""
    return Watch(
        id=f"pacts/{name}",
        watchlist="pacts",
        title=f"About {name}",
        severity=Severity.HIGH,
        languages=languages or ("any",),
        tags=("test",),
        query=query,
        rule=parse(query),
        version="0123456789ab",
    )
