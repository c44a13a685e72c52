"""Watch-lists: read from YAML or JSON lines, checked, understood, tested."""

from __future__ import annotations

from worker.rules import RuleError as WatchlistError
from worker.watchlist.examples import (
    ExampleResult,
    Expectation,
    Judge,
    Judgement,
    article_of,
    run_examples,
)
from worker.watchlist.library import Library, Revision
from worker.watchlist.lint import Finding, WhyAny, lint
from worker.watchlist.lint_codes import Lint
from worker.watchlist.load import WatchlistErrors, load
from worker.watchlist.model import ANY_LANGUAGE, BUILTIN, Example, LoadedWatchlists, Watch, Watchlist
from worker.watchlist.one_watch import load_watch

__all__ = [
    "ANY_LANGUAGE",
    "BUILTIN",
    "Example",
    "ExampleResult",
    "Expectation",
    "Finding",
    "Judge",
    "Judgement",
    "Library",
    "Lint",
    "LoadedWatchlists",
    "Revision",
    "Watch",
    "Watchlist",
    "WatchlistError",
    "WatchlistErrors",
    "WhyAny",
    "article_of",
    "lint",
    "load",
    "load_watch",
    "run_examples",
]
