"""Watches as read from a file, of sound shape but not yet understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from worker.rules import Place, RuleError
from worker.watchlist.model import Example
from worker.watchlist.places import FilePlace
from worker.watchlist.shape import Path, Where


class WatchDraft(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The keys of one watch. Also the type that JSON lines are decoded into."""

    id: str
    query: str
    title: str | msgspec.UnsetType = msgspec.UNSET
    description: str = ""
    severity: str = "medium"
    languages: tuple[str, ...] = ("any",)
    tags: tuple[str, ...] = ()
    must_match: tuple[Example | str, ...] = ()
    must_not_match: tuple[Example | str, ...] = ()
    allow: tuple[str, ...] = ()


Places = Callable[[int, Path], Place]
"""The place of a path within the watch that starts at a line; one for all watches of a file."""


class PlacedDraft(msgspec.Struct, frozen=True, gc=False):
    """A draft, the line it starts at, and who knows where its keys stand.

    A list has up to millions of them: whatever can be found again in the file is not kept.
    """

    draft: WatchDraft
    line: int
    places: Places

    def where(self, path: Path) -> Place:
        """Where a value of the watch, or its key, stands."""
        return self.places(self.line, path)


@dataclass(slots=True)
class FileDraft:
    """One file as read: what is sound of it, and everything wrong with the rest.

    wrong_concepts: names of those of which something was left out and told.
    """

    file: str
    folder: str
    watchlist: str = ""
    title: str = ""
    description: str = ""
    language: str = "en"
    watches: list[PlacedDraft] = field(default_factory=list)
    concepts: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    wrong_concepts: frozenset[str] = frozenset()
    where: Where | None = None
    errors: list[RuleError] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Where a value, or its key, stands in the file."""
        return self.where(path) if self.where is not None else FilePlace(self.file)


def draft_of(sound: dict[str, object]) -> WatchDraft:
    """The draft of a watch whose keys were found sound."""
    return msgspec.convert(sound, WatchDraft)
