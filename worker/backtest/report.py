"""The report of a back-test: figures, a sample and the changes, as lines that each stand alone in JSON."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from worker.backtest.compare import Change, Comparison
from worker.types import Alert


class Figures(msgspec.Struct, frozen=True, tag_field="kind", tag="figures"):
    """How many pieces of history there were and how each ended: `pieces` is the sum of `outcomes`.

    outcomes: the worker's words, and `outside` and `undated` for what the days asked for leave out;
    bad: what became no article, by reason; undated: articles judged that have no time of their own.
    """

    pieces: int
    outcomes: dict[str, int]
    alerts: int
    watches: int
    bad: dict[str, int]
    undated: int = 0
    first_day: str | None = None
    last_day: str | None = None


class Share(msgspec.Struct, frozen=True, tag_field="kind", tag="share"):
    """Alerts and articles judged, by one thing: a day, a language, a source or a watch.

    by: `day`, `language`, `source` or `watch`; articles is None for a watch, which sees them all;
    not_evaluated: articles on which the watch could not be evaluated.
    """

    by: str
    name: str
    alerts: int
    articles: int | None = None
    not_evaluated: int = 0


class Sampled(msgspec.Struct, frozen=True, tag_field="kind", tag="sample"):
    """One alert of the sample."""

    alert: Alert


class Report(msgspec.Struct, frozen=True):
    """Everything a back-test found. `comparison` and `changes` stand only against another version."""

    figures: Figures
    days: tuple[Share, ...]
    languages: tuple[Share, ...]
    sources: tuple[Share, ...]
    watches: tuple[Share, ...]
    sample: tuple[Sampled, ...]
    comparison: Comparison | None = None
    changes: tuple[Change, ...] = ()

    def lines(self) -> Iterator[msgspec.Struct]:
        """The report's parts, in order; `kind` tells them apart in JSON."""
        yield self.figures
        for shares in (self.days, self.languages, self.sources, self.watches):
            yield from shares
        yield from self.sample
        if self.comparison is not None:
            yield self.comparison
        yield from self.changes
