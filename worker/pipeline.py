"""The sentence Tocsin is: message → article → language → matches → alerts, or a dead letter.

`Pipeline.judge` says it for some messages and touches nothing outside; `Worker.step` says it for a
bus, one unit of work after the other. No I/O library here: bus, clock and parts are handed in.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from worker.alert import alert_message, decide, trace_of
from worker.article import Frames, dead_letter, decode
from worker.batching import BatchSize
from worker.clock import Clock, rfc3339, seconds_of
from worker.errors import BadInput
from worker.fuse import Fuse, FuseBlown
from worker.language import GATE_SHARE, Detector
from worker.match import Matching, MatchVerdict, Unevaluated
from worker.metrics import SKEW_SECONDS, Metrics, stopwatch
from worker.ports import Bus, UnitOfWork
from worker.text import Document
from worker.tracing import Span, Traces
from worker.types import (
    HEARTBEAT,
    Alert,
    Article,
    DeadReason,
    Language,
    LetterOrigin,
    Message,
    Outcome,
    Record,
)

TOGETHER = 64
"""Messages judged together."""

TOGETHER_SECONDS = 1.0
"""What they may be expected to take."""

TOGETHER_BYTES = 1 << 18
"""Their bytes, so that a unit's time is looked at between two large articles."""

Waiting = TypeVar("Waiting")


class Seen(Protocol):
    """What was seen before; see `worker.ports.UnitOfWork`."""

    def has_seen(self, key: str) -> bool:
        """Whether a key is known."""
        ...

    def first_sight(self, key: str) -> bool:
        """Whether a key is new; it is known now."""
        ...


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """What one message came to: exactly one outcome, and what goes out because of it."""

    outcome: Outcome
    alerts: tuple[Alert, ...] = ()
    article: Article | None = None
    language: Language | None = None
    reason: DeadReason | None = None
    letter: Message | None = None
    unevaluated: tuple[Unevaluated, ...] = ()
    evaluated: int = 0
    matched: int = 0
    span: Span | None = None


class New(NamedTuple):
    """An article that was not seen yet, and what is to be remembered of it; of a heartbeat nothing is."""

    article: Article
    key: str | None


@dataclass(slots=True)
class Pipeline:
    """The parts of the sentence. `matcher` may be replaced between two messages.

    expire_seconds: messages that waited longer on the bus are not judged; 0 judges all.
    """

    detector: Detector
    matcher: Matching
    clock: Clock
    metrics: Metrics
    engine: str
    article_bytes: int
    expire_seconds: float = 0.0
    frames: Frames = Frames.SKIP

    def judge(self, records: Sequence[Record], seen: Seen, until: float = math.inf) -> list[Judgement]:
        """What these messages come to, in order. Never raises for a message's sake, never publishes.

        All go through one part before any goes through the next: a part then finds in the processor's caches
        what it works with, and a message takes a third less time than on its own. Where the time is over,
        `until` by the monotonic clock, those are left out that are not judged yet, and nothing
        is remembered of them; one is judged in any case.
        """
        read = list(self._read_each(records, seen))
        judged = iter(self.judge_articles([each.article for each in read if isinstance(each, New)], until))
        judgements: list[Judgement] = []
        for each in read:
            if isinstance(each, Judgement):
                judgements.append(each)
            elif (made := next(judged, None)) is not None:
                judgements.append(self._ended(made, each, seen))
            else:
                break
        return judgements

    def judge_once(self, article: Article, seen: Seen) -> Judgement:
        """What an article comes to, given what was seen before it."""
        new = self._unless_seen(article, seen)
        if isinstance(new, Judgement):
            return new
        return self._ended(self.judge_article(article), new, seen)

    def judge_article(self, article: Article) -> Judgement:
        """What an article comes to, whether or not it was seen before."""
        return self.judge_articles([article])[0]

    def judge_articles(self, articles: Sequence[Article], until: float = math.inf) -> list[Judgement]:
        """What each of these comes to, whether or not it was seen before; of all until the time is over."""
        languages = list(map(self._language, self._in_time(articles, until)))
        matched = list(starmap(self._matched, self._in_time(zip(articles, languages, strict=False), until)))
        now = rfc3339(self.clock.now())
        return [
            self._alerted(article, language, document, verdict, now)
            for article, language, (document, verdict) in zip(articles, languages, matched, strict=False)
        ]

    def _in_time(self, waiting: Iterable[Waiting], until: float) -> Iterator[Waiting]:
        """The first, and those whose turn comes before the time is over."""
        for at, each in enumerate(waiting):
            if at and self.clock.monotonic() > until:
                return
            yield each

    def _read_each(self, records: Iterable[Record], seen: Seen) -> Iterator[New | Judgement]:
        """What is read of each; of those that are the same, the first is new."""
        begun: set[str] = set()
        for record in records:
            read = self._read(record, seen)
            if isinstance(read, New) and read.key is not None:
                yield Judgement(Outcome.DUPLICATE, article=read.article) if read.key in begun else read
                begun.add(read.key)
            else:
                yield read

    def _read(self, record: Record, seen: Seen) -> New | Judgement:
        """The article, or what the message comes to without one."""
        if self.expire_seconds and self.clock.now() - record.timestamp > self.expire_seconds:
            return Judgement(Outcome.EXPIRED)
        try:
            with stopwatch(self.metrics, "decode", self.clock):
                article = decode(record, limit=self.article_bytes, frames=self.frames)
        except BadInput as bad:
            letter = dead_letter(record, bad, rfc3339(self.clock.now()))
            return Judgement(Outcome.DEAD_LETTER, reason=bad.reason, letter=letter)
        if article is None:
            return Judgement(Outcome.TOMBSTONE)
        return self._unless_seen(article, seen)

    def _unless_seen(self, article: Article, seen: Seen) -> New | Judgement:
        if article.id.startswith(HEARTBEAT):
            return New(article, None)
        key = _key(article)
        return Judgement(Outcome.DUPLICATE, article=article) if seen.has_seen(key) else New(article, key)

    def _language(self, article: Article) -> Language:
        with stopwatch(self.metrics, "language", self.clock):
            return self.detector.detect(article)

    def _matched(self, article: Article, language: Language) -> tuple[Document, MatchVerdict]:
        with stopwatch(self.metrics, "match", self.clock):
            document = Document.of(article, language.code, language.holding(GATE_SHARE))
            return document, _restricted(self.matcher.match(document), article.only_watchlists)

    def _alerted(
        self, article: Article, language: Language, document: Document, verdict: MatchVerdict, now: str
    ) -> Judgement:
        with stopwatch(self.metrics, "alert", self.clock):
            alerts = tuple(
                decide(article, language, document, match, now, self.engine) for match in verdict.matches
            )
        outcome = Outcome.ALERTED if alerts else Outcome.NO_MATCH
        return Judgement(
            outcome,
            alerts,
            article,
            language,
            unevaluated=verdict.unevaluated,
            evaluated=verdict.evaluated,
            matched=len(verdict.matches),
        )

    def _ended(self, judged: Judgement, new: New, seen: Seen) -> Judgement:
        """Without the alerts that an earlier version of the article has rung. A heartbeat goes through every
        part, so that it shows them alive, and rings nothing.
        """
        if new.key is None:
            return Judgement(Outcome.HEARTBEAT, article=new.article)
        seen.first_sight(new.key)
        alerts = tuple(alert for alert in judged.alerts if seen.first_sight(f"alert:{alert.id}"))
        if alerts == judged.alerts:
            return judged
        outcome = Outcome.ALERTED if alerts else Outcome.DUPLICATE
        return msgspec.structs.replace(judged, outcome=outcome, alerts=alerts)


class Journal:
    """What the worker tells of its judgements once they are committed; the default tells nothing."""

    def judged(self, record: Record, judgement: Judgement) -> None:
        """One message ended."""


@dataclass(slots=True)
class Worker:
    """Reads the articles topic in units of work.

    unit_seconds: a unit that judges longer than this commits what it has and leaves the rest to the next,
    so that a rebalance or a stop does not wait for it.
    """

    bus: Bus
    pipeline: Pipeline
    journal: Journal
    batch: BatchSize
    fuse: Fuse
    unit_seconds: float = 24.0
    traces: Traces = field(default_factory=Traces)

    def step(self, timeout: float) -> int:
        """One unit of work: poll, judge, publish, move the offsets, commit. Returns its messages.

        Raises Outage (nothing was committed; call again) or FuseBlown (stop).
        """
        metrics, clock = self.pipeline.metrics, self.pipeline.clock
        with stopwatch(metrics, "poll", clock):
            polled = oldest_first(self.bus.poll(self.batch.size, timeout))
        if not polled:
            return 0
        fuse_before, started, committing = self.fuse, clock.monotonic(), None
        try:
            with self.bus.unit() as unit:
                judgements = self._settle_in_time(unit, polled, started + self.unit_seconds)
                records = polled[: len(judgements)]
                unit.advance(records)
                committing = clock.monotonic()
        except BaseException:
            self.fuse = fuse_before  # they will be judged again
            if committing is not None:
                metrics.stage_seconds.labels("commit").observe(clock.monotonic() - committing)
                metrics.stage_failures.labels("commit").inc()
            raise
        if len(records) < len(polled):
            self.bus.rewind()
        metrics.stage_seconds.labels("commit").observe(clock.monotonic() - committing)
        self._count(records, judgements)
        self.batch = self.batch.after(len(records), committing - started, sum(self.bus.lag().values()))
        return len(records)

    def _settle_in_time(
        self, unit: UnitOfWork, records: Sequence[Record], deadline: float
    ) -> list[Judgement]:
        """The judgements of these records, in order; fewer when the time is up, but at least one."""
        judgements: list[Judgement] = []
        for together in few_at_a_time(records, self._quick_enough()):
            settled = self._settle(unit, together, deadline)
            judgements += settled
            if len(settled) < len(together) or self.pipeline.clock.monotonic() > deadline:
                break
        return judgements

    def _quick_enough(self) -> int:
        """As many as are judged in TOGETHER_SECONDS: little is begun that a unit has no time to end."""
        cost = self.batch.cost or 0.0
        return TOGETHER if cost * TOGETHER < TOGETHER_SECONDS else max(1, int(TOGETHER_SECONDS / cost))

    def _settle(self, unit: UnitOfWork, records: Sequence[Record], deadline: float) -> list[Judgement]:
        # The span of a message that is left to the next unit is never ended, and so never sent.
        spans = [self.traces.begin(record, trace_of(record)) for record in records]
        judgements = self.pipeline.judge(records, unit, deadline)
        return [self._publish(unit, *each) for each in zip(records, judgements, spans, strict=False)]

    def _publish(
        self, unit: UnitOfWork, record: Record, judgement: Judgement, span: Span | None
    ) -> Judgement:
        if judgement.letter is not None:
            unit.publish(judgement.letter)
        for alert in judgement.alerts:
            unit.publish(alert_message(alert, trace_of(record) if span is None else span.headers))
        self._check_fuse(record, judgement)
        return judgement if span is None else msgspec.structs.replace(judgement, span=span)

    def _check_fuse(self, record: Record, judgement: Judgement) -> None:
        self.fuse = self.fuse.after(dead=judgement.outcome is Outcome.DEAD_LETTER)
        if reason := self.fuse.blown():
            raise FuseBlown(
                f"The fuse has blown: {reason}, the last one at {record.topic} partition {record.partition} "
                f"offset {record.offset} ({judgement.reason}). The worker stopped before the rest follows. "
                "Look at them with `tocsin deadletters`, mend the producer, start the worker again, and put "
                "them back with `tocsin replay`; or raise the limit if the stream is meant to be so."
            )

    def _count(self, records: Sequence[Record], judgements: Sequence[Judgement]) -> None:
        """Metrics and log after the commit, so that they tell what happened and nothing else."""
        metrics, now = self.pipeline.metrics, self.pipeline.clock.now()
        count(metrics, records, judgements, now)
        for record, judgement in zip(records, judgements, strict=True):
            self.journal.judged(record, judgement)
            if judgement.span is not None:
                judgement.span.end(_facts(judgement), judgement.reason)


def few_at_a_time(records: Sequence[Record], most: int = TOGETHER) -> Iterator[Sequence[Record]]:
    """The records, in order, by so many as are judged together, and not much text."""
    begin = size = 0
    for at, record in enumerate(records):
        if begin < at and (at - begin >= most or size + len(record.value or b"") > TOGETHER_BYTES):
            yield records[begin:at]
            begin, size = at, 0
        size += len(record.value or b"")
    if records:
        yield records[begin:]


def oldest_first(records: Iterable[Record]) -> list[Record]:
    """Records of several partitions by the time they came; within a partition in the partition's order."""
    partitions: dict[tuple[str, int], list[Record]] = {}
    for record in records:
        partitions.setdefault((record.topic, record.partition), []).append(record)
    return list(heapq.merge(*partitions.values(), key=attrgetter("timestamp")))


def count(metrics: Metrics, records: Sequence[Record], judgements: Sequence[Judgement], now: float) -> None:
    """Count a unit of work committed at `now`: by sums where they do, so that it costs little."""
    metrics.articles.inc(len(records))
    metrics.batch_records.observe(len(records))
    metrics.last_success.set(now)
    for outcome, ended in Counter(each.outcome for each in judgements).items():
        metrics.outcomes.labels(outcome).inc(ended)
        if outcome is Outcome.HEARTBEAT:
            metrics.heartbeat.set(now)
    metrics.could_not_evaluate.inc(sum(len(each.unevaluated) for each in judgements))
    metrics.watches_evaluated.inc(sum(each.evaluated for each in judgements))
    metrics.watches_matched.inc(sum(each.matched for each in judgements))
    rung = Counter(
        (alert.watch.watchlist, alert.watch.severity) for each in judgements for alert in each.alerts
    )
    for (watchlist, severity), alerts in rung.items():
        metrics.alerts.labels(watchlist=watchlist, severity=severity).inc(alerts)
    metrics.count_languages(
        (each.language, each.article.feed if each.article is not None else None)
        for each in judgements
        if each.language is not None
    )
    for record, judgement in zip(records, judgements, strict=True):
        _count_one(metrics, record, judgement, now)
    reached = {(record.topic, record.partition): record.timestamp for record in records}
    for (topic, partition), timestamp in reached.items():
        metrics.partition_time.labels(topic, partition).set(timestamp)


def _count_one(metrics: Metrics, record: Record, judgement: Judgement, now: float) -> None:
    """What differs by message: delays, why it died, clocks that disagree."""
    metrics.delay_seconds.observe(max(0.0, now - record.timestamp))
    article = judgement.article
    if article is not None and article.published is not None:
        metrics.published_delay_seconds.observe(max(0.0, now - seconds_of(article.published)))
    if record.timestamp > now + SKEW_SECONDS:
        metrics.future_messages.inc()
    if judgement.reason is not None:
        metrics.dead_letters.labels(reason=judgement.reason, origin=LetterOrigin.TOPIC).inc()


def _facts(judgement: Judgement) -> dict[str, str | int | float]:
    """What a span tells of a judgement: ids and words of closed lists, and never the article's."""
    facts: dict[str, str | int | float] = {
        "tocsin.outcome": judgement.outcome,
        "tocsin.alerts": len(judgement.alerts),
    }
    if judgement.article is not None:
        facts["tocsin.article.id"] = judgement.article.id
    if judgement.language is not None:
        facts["tocsin.language"] = judgement.language.code
    return facts


def _restricted(verdict: MatchVerdict, only: frozenset[str]) -> MatchVerdict:
    """The verdict of the watch-lists that the article's source feeds; of all when it names none."""
    if not only:
        return verdict
    return MatchVerdict(
        tuple(match for match in verdict.matches if match.watch.watchlist in only),
        tuple(missed for missed in verdict.unevaluated if missed.watch.watchlist in only),
        verdict.evaluated,
    )


def _key(article: Article) -> str:
    """What was seen of an article: a version of it, by the lists that judge it, since one judged by one list
    is not yet seen by another.
    """
    only = article.only_watchlists
    restriction = ":" + ",".join(sorted(only)) if only else ""
    return f"article:{article.id}:{_fingerprint(article)}{restriction}"


def _fingerprint(article: Article) -> str:
    """What makes a version of an article: its words. A changed date or link is no news."""
    words = f"{article.title}\n{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=12).hexdigest()
