"""Judges a history by the worker's own sentence and gathers what it comes to.

A duplicate counts once, as the worker would count it; what is kept in memory is figures, the sample,
the changes and 16 bytes for each article and alert seen.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from worker.backtest.compare import Ledger
from worker.backtest.history import EVERY_DAY, Piece, Window, day_of, when_of
from worker.backtest.report import Figures, Report, Sampled, Share
from worker.errors import BadInput
from worker.match import FieldCitations
from worker.pipeline import Judgement, Pipeline
from worker.rules import explain
from worker.text import Document
from worker.types import Alert, Article, Outcome
from worker.watchlist import Watch

_UNKNOWN = "unknown"


class _Seen:
    """What was seen, as a `UnitOfWork` remembers it, by hash."""

    def __init__(self) -> None:
        self._keys: set[bytes] = set()

    def has_seen(self, key: str) -> bool:
        return _digest(key) in self._keys

    def first_sight(self, key: str) -> bool:
        digest = _digest(key)
        if digest in self._keys:
            return False
        self._keys.add(digest)
        return True


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Sample:
    """The alerts with the smallest hashes: the same ones whatever the order, and others for another seed."""

    def __init__(self, size: int, seed: int) -> None:
        self._size, self._seed = size, seed
        self._kept: list[tuple[int, str, Alert]] = []

    def add(self, alert: Alert) -> None:
        if self._size == 0:
            return
        digest = hashlib.blake2b(f"{self._seed}:{alert.id}".encode(), digest_size=8).digest()
        entry = (-int.from_bytes(digest, "big"), alert.id, alert)
        if len(self._kept) < self._size:
            heapq.heappush(self._kept, entry)
        elif entry[:2] > self._kept[0][:2]:
            heapq.heapreplace(self._kept, entry)

    def alerts(self) -> list[Alert]:
        """In order of time, watch and id."""
        kept = [alert for _, _, alert in self._kept]
        return sorted(kept, key=lambda each: (each.article.published or "", each.watch.id, each.id))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the watch-lists: the worker's sentence with them, and the watches by id."""

    pipeline: Pipeline
    watches: Mapping[str, Watch]

    def why_silent(self, article: Article, alert: Alert, said: Judgement) -> str:
        """Why this version does not ring what another rang on the article."""
        watch = self.watches.get(alert.watch.id)
        if watch is None:
            return "it has no such watch"
        for missed in said.unevaluated:
            if missed.watch.id == watch.id:
                return f"could not be evaluated: {missed.budget}"
        document = Document.of(article, alert.language.code)
        return explain(watch.rule, document, FieldCitations(document), watch.languages).reason()


@dataclass(slots=True)
class Trial:
    """A back-test under way. `old`: another version of the lists to compare with."""

    new: Version
    old: Version | None = None
    window: Window = EVERY_DAY
    sample: int = 10
    seed: int = 0
    _outcomes: Counter[str] = field(default_factory=Counter)
    _bad: Counter[str] = field(default_factory=Counter)
    _articles: Counter[tuple[str, str]] = field(default_factory=Counter)
    _alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _not_evaluated: Counter[str] = field(default_factory=Counter)
    _undated: int = 0
    _seen_new: _Seen = field(default_factory=_Seen)
    _seen_old: _Seen = field(default_factory=_Seen)
    _ledger: Ledger = field(default_factory=Ledger)
    _sampled: _Sample = field(init=False)

    def __post_init__(self) -> None:
        self._sampled = _Sample(self.sample, self.seed)

    def take(self, piece: Piece) -> None:
        """One piece of the history: it ends in exactly one outcome."""
        if isinstance(piece.found, BadInput):
            self._outcomes[Outcome.DEAD_LETTER] += 1
            self._bad[piece.found.reason] += 1
        elif piece.found is None:
            self._outcomes[Outcome.TOMBSTONE] += 1
        elif left_out := self.window.leaves_out(day_of(when_of(piece.found, piece.at))):
            self._outcomes[left_out] += 1
        else:
            self._judge(piece.found, day_of(when_of(piece.found, piece.at)))

    def _judge(self, article: Article, day: str | None) -> None:
        judged = self.new.pipeline.judge_once(article, self._seen_new)
        self._outcomes[judged.outcome] += 1
        if judged.language is None:  # the same words as before: nothing was judged
            return
        self._count(article, day, judged)
        if self.old is not None:
            self._compare(self.old, article, day, judged)

    def _compare(self, old: Version, article: Article, day: str | None, judged: Judgement) -> None:
        before = old.pipeline.judge_once(article, self._seen_old)
        new_ids, old_ids = ({alert.id for alert in each.alerts} for each in (judged, before))
        self._ledger.keep(len(new_ids & old_ids))
        for alert in judged.alerts:
            if alert.id not in old_ids:
                self._ledger.gain(alert, day, old.why_silent(article, alert, before))
        for alert in before.alerts:
            if alert.id not in new_ids:
                self._ledger.lose(alert, day, self.new.why_silent(article, alert, judged))

    def _count(self, article: Article, day: str | None, judged: Judgement) -> None:
        self._undated += day is None
        language = judged.language.code if judged.language else _UNKNOWN
        for group in (("language", language), ("source", article.source or _UNKNOWN), ("day", day)):
            if group[1] is not None:
                self._articles[group] += 1  # type: ignore[index]  # no None came this far
                self._alerts[group] += len(judged.alerts)  # type: ignore[index]
        for alert in judged.alerts:
            self._alerts["watch", alert.watch.id] += 1
            self._sampled.add(alert)
        for missed in judged.unevaluated:
            self._not_evaluated[missed.watch.id] += 1

    def report(self) -> Report:
        """What has been gathered so far."""
        days = tuple(sorted(self._shares("day"), key=lambda share: share.name))
        return Report(
            figures=Figures(
                pieces=self._outcomes.total(),
                outcomes={str(name): count for name, count in sorted(self._outcomes.items())},
                alerts=sum(self._alerts["watch", name] for name in self.new.watches),
                watches=len(self.new.watches),
                bad={str(name): count for name, count in sorted(self._bad.items())},
                undated=self._undated,
                first_day=days[0].name if days else None,
                last_day=days[-1].name if days else None,
            ),
            days=days,
            languages=self._shares("language"),
            sources=self._shares("source"),
            watches=self._watches(),
            sample=tuple(map(Sampled, self._sampled.alerts())),
            comparison=self._ledger.comparison() if self.old is not None else None,
            changes=self._ledger.changes(),
        )

    def _shares(self, by: str) -> tuple[Share, ...]:
        """Those with the most alerts first, then those with the most articles."""
        shares = [
            Share(by, name, self._alerts[by, name], count)
            for (kind, name), count in self._articles.items()
            if kind == by
        ]
        return tuple(sorted(shares, key=lambda share: (-share.alerts, -(share.articles or 0), share.name)))

    def _watches(self) -> tuple[Share, ...]:
        """Every watch, also those that rang nothing: a rule that never rings is what one looks for."""
        shares = [
            Share("watch", name, self._alerts["watch", name], None, self._not_evaluated[name])
            for name in self.new.watches
        ]
        return tuple(sorted(shares, key=lambda share: (-share.alerts, share.name)))
