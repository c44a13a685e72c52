"""Two versions of the watch-lists on one history: which alerts came, which went, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from worker.types import Alert

QUOTES = 3
"""Quotations shown of a gained or lost alert."""

_QUOTE_LENGTH = 120


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """An alert that one version rings and the other does not.

    quotes: words that rang it; reason: why the other version is silent.
    """

    watch: str
    article: str
    title: str
    day: str | None
    language: str
    quotes: tuple[str, ...]
    reason: str


class Gained(Change, frozen=True, kw_only=True, tag="gained"):
    """The new version rings, the old one did not."""


class Lost(Change, frozen=True, kw_only=True, tag="lost"):
    """The old version rang, the new one does not."""


class Comparison(msgspec.Struct, frozen=True, tag_field="kind", tag="comparison"):
    """How many alerts both versions ring, and how many only one."""

    unchanged: int
    gained: int
    lost: int


@dataclass(slots=True)
class Ledger:
    """Adds up the alerts of two versions by their id, over all articles: an alert that one version rings
    at an article's first edition and the other at its second is no change.
    """

    unchanged: int = 0
    gained: dict[str, Change] = field(default_factory=dict)
    lost: dict[str, Change] = field(default_factory=dict)

    def keep(self, count: int) -> None:
        """Both versions ring these."""
        self.unchanged += count

    def gain(self, alert: Alert, day: str | None, reason: str) -> None:
        """Only the new version rings this; `reason`: why the old one is silent."""
        if self.lost.pop(alert.id, None) is None:
            self.gained[alert.id] = _change(Gained, alert, day, reason)
        else:
            self.unchanged += 1

    def lose(self, alert: Alert, day: str | None, reason: str) -> None:
        """Only the old version rings this; `reason`: why the new one is silent."""
        if self.gained.pop(alert.id, None) is None:
            self.lost[alert.id] = _change(Lost, alert, day, reason)
        else:
            self.unchanged += 1

    def comparison(self) -> Comparison:
        """The counts."""
        return Comparison(self.unchanged, len(self.gained), len(self.lost))

    def changes(self) -> tuple[Change, ...]:
        """Lost ones first: they are what an author must not miss."""
        ordered = [
            sorted(each.values(), key=lambda change: (change.watch, change.day or "", change.article))
            for each in (self.lost, self.gained)
        ]
        return tuple(ordered[0] + ordered[1])


def _change(kind: type[Change], alert: Alert, day: str | None, reason: str) -> Change:
    quotes = dict.fromkeys(" ".join(item.quote.split())[:_QUOTE_LENGTH] for item in alert.evidence)
    return kind(
        watch=alert.watch.id,
        article=alert.article.id,
        title=alert.article.title or alert.excerpt.text[:_QUOTE_LENGTH],
        day=day,
        language=alert.language.code,
        quotes=tuple(quotes)[:QUOTES],
        reason=reason,
    )
