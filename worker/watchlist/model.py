"""What a watch-list is once it has been read and checked: frozen values, ready to be matched."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from worker.rules import Concept, Rule
from worker.types import Severity

BUILTIN = "builtin"
"""In place of a path: the watch-lists that ship with Tocsin."""

ANY_LANGUAGE = "any"
"""In `languages`: the watch looks at articles of every language."""


class Example(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An article that must, or must not, ring a watch.

    lang: its language, detected when None; quotes: texts of which each must be among the evidence;
    file: a text file beside the watch-list, in place of `text`.
    """

    text: str = ""
    title: str = ""
    lang: str | None = None
    quotes: tuple[str, ...] = ()
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    file: str | None = None


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One rule to be matched against every article.

    languages: codes the article's language must be among, or `("any",)`; query: as written; rule: its
    tree; version: hash of the meaning, empty where a list was loaded only to be looked at; file and line:
    where its author wrote it.
    """

    id: str
    watchlist: str
    title: str
    severity: Severity
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    query: str
    rule: Rule
    version: str
    must_match: tuple[Example, ...] = ()
    must_not_match: tuple[Example, ...] = ()
    description: str = ""
    file: str = ""
    line: int = 0

    @property
    def ships(self) -> bool:
        """Whether it is one of the watches that ship with Tocsin."""
        return self.file.startswith(f"{BUILTIN}/")

    def admits(self, languages: frozenset[str]) -> bool:
        """Whether the gate lets an article of these languages through; `pt` admits `pt-BR`."""
        if ANY_LANGUAGE in self.languages:
            return True
        return not {code.partition("-")[0] for code in languages}.isdisjoint(self.languages) or (
            not languages.isdisjoint(self.languages)
        )


class Watchlist(msgspec.Struct, frozen=True):
    """One file of watches. `watches` are the ids, in the order of the file."""

    id: str
    title: str
    language: str
    file: str
    watches: tuple[str, ...]
    concepts: Mapping[str, Concept]
    description: str = ""


class LoadedWatchlists(msgspec.Struct, frozen=True):
    """Everything that was loaded: the lists, and all their watches in order."""

    watchlists: tuple[Watchlist, ...]
    watches: tuple[Watch, ...]
