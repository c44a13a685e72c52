"""The sentence Tocsin is: message → article → language → matches → alerts, or a dead letter.

`Pipeline.judge` says it for one message and touches nothing outside; `Worker.step` says it for a
bus, one unit of work after the other. No I/O library here: bus, clock and parts are handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from worker.alert import alert_message, decide
from worker.article import dead_letter, decode
from worker.clock import Clock, rfc3339, seconds_of
from worker.errors import BadInput, TocsinError
from worker.language import GATE_SHARE, Detector
from worker.match import Matcher, Unevaluated
from worker.metrics import SKEW_SECONDS, Metrics, stopwatch
from worker.ports import Bus, UnitOfWork
from worker.text import Document
from worker.types import Alert, Article, DeadReason, Language, Message, Outcome, Record

FirstSight = Callable[[str], bool]
"""Whether a key is new; see `worker.ports.UnitOfWork.first_sight`."""


class FuseBlown(TocsinError):
    """So many dead letters in a row that the fault is the stream's or ours: a person must look."""


@dataclass(frozen=True, slots=True)
class Judgement:
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


@dataclass(slots=True)
class Pipeline:
    """The parts of the sentence. `matcher` may be replaced between two messages."""

    detector: Detector
    matcher: Matcher
    clock: Clock
    metrics: Metrics
    engine: str
    article_bytes: int

    def judge(self, record: Record, first_sight: FirstSight) -> Judgement:
        """What this message comes to. Never raises for the message's sake, never publishes."""
        try:
            with stopwatch(self.metrics, "decode", self.clock):
                article = decode(record, limit=self.article_bytes)
        except BadInput as bad:
            letter = dead_letter(record, bad, rfc3339(self.clock.now()))
            return Judgement(Outcome.DEAD_LETTER, reason=bad.reason, letter=letter)
        if article is None:
            return Judgement(Outcome.TOMBSTONE)
        return self.judge_once(article, first_sight)

    def judge_once(self, article: Article, first_sight: FirstSight) -> Judgement:
        """What an article comes to, given what was seen before it."""
        if not first_sight(f"article:{article.id}:{_fingerprint(article)}"):
            return Judgement(Outcome.DUPLICATE, article=article)
        return self._unrung(self.judge_article(article), first_sight)

    def judge_article(self, article: Article) -> Judgement:
        """What an article comes to, whether or not it was seen before."""
        with stopwatch(self.metrics, "language", self.clock):
            language = self.detector.detect(article)
        with stopwatch(self.metrics, "match", self.clock):
            document = Document.of(article, language.code, language.holding(GATE_SHARE))
            verdict = self.matcher.match(document)
        with stopwatch(self.metrics, "alert", self.clock):
            matched = rfc3339(self.clock.now())
            alerts = tuple(
                decide(article, language, document, match, matched, self.engine) for match in verdict.matches
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

    def _unrung(self, judged: Judgement, first_sight: FirstSight) -> Judgement:
        """Without the alerts that an earlier version of the article has rung already."""
        alerts = tuple(alert for alert in judged.alerts if first_sight(f"alert:{alert.id}"))
        if alerts == judged.alerts:
            return judged
        outcome = Outcome.ALERTED if alerts else Outcome.DUPLICATE
        return replace(judged, outcome=outcome, alerts=alerts)


class Journal:
    """What the worker tells of its judgements once they are committed; the default tells nothing."""

    def judged(self, record: Record, judgement: Judgement) -> None:
        """One message ended."""


@dataclass(slots=True)
class Worker:
    """Reads the articles topic in units of work. `batch`: the most messages in one."""

    bus: Bus
    pipeline: Pipeline
    journal: Journal
    batch: int
    dead_letters_in_a_row: int
    dead_in_a_row: int = 0

    def step(self, timeout: float) -> int:
        """One unit of work: poll, judge, publish, move the offsets, commit. Returns its messages.

        Raises Outage (nothing was committed; call again) or FuseBlown (stop).
        """
        metrics, clock = self.pipeline.metrics, self.pipeline.clock
        with stopwatch(metrics, "poll", clock):
            records = self.bus.poll(self.batch, timeout)
        if not records:
            return 0
        dead_before = self.dead_in_a_row
        try:
            with self.bus.unit() as unit:
                judgements = [self._settle(unit, record) for record in records]
                unit.advance(records)
                committing = clock.monotonic()
        except BaseException:
            self.dead_in_a_row = dead_before  # they will be judged again
            raise
        metrics.stage_seconds.labels(stage="commit").observe(clock.monotonic() - committing)
        self._count(records, judgements)
        return len(records)

    def _settle(self, unit: UnitOfWork, record: Record) -> Judgement:
        judgement = self.pipeline.judge(record, unit.first_sight)
        if judgement.letter is not None:
            unit.publish(judgement.letter)
        for alert in judgement.alerts:
            unit.publish(alert_message(alert))
        self._check_fuse(record, judgement)
        return judgement

    def _check_fuse(self, record: Record, judgement: Judgement) -> None:
        dead = judgement.outcome is Outcome.DEAD_LETTER
        self.dead_in_a_row = self.dead_in_a_row + 1 if dead else 0
        if self.dead_in_a_row > self.dead_letters_in_a_row:
            raise FuseBlown(
                f"{self.dead_in_a_row} dead letters in a row, the last at {record.topic} partition "
                f"{record.partition} offset {record.offset} ({judgement.reason}): stopped before the rest "
                "follows. Look at the dead letters; mend the producer, or raise "
                "limits.dead_letters_in_a_row if the stream is meant to be so."
            )

    def _count(self, records: Sequence[Record], judgements: Sequence[Judgement]) -> None:
        """Metrics and log after the commit, so that they tell what happened and nothing else."""
        metrics, now = self.pipeline.metrics, self.pipeline.clock.now()
        metrics.articles.inc(len(records))
        metrics.batch_records.observe(len(records))
        metrics.last_success.set(now)
        for record, judgement in zip(records, judgements, strict=True):
            count(metrics, judgement)
            metrics.delay_seconds.observe(max(0.0, now - record.timestamp))
            _time(metrics, record, judgement, now)
            self.journal.judged(record, judgement)


def _time(metrics: Metrics, record: Record, judgement: Judgement, now: float) -> None:
    """Say how far a partition is read, how old the news was, and whether two clocks disagree."""
    metrics.partition_time.labels(topic=record.topic, partition=record.partition).set(record.timestamp)
    if record.timestamp > now + SKEW_SECONDS:
        metrics.future_messages.inc()
    published = judgement.article.published if judgement.article is not None else None
    if published is not None:
        metrics.published_delay_seconds.observe(max(0.0, now - seconds_of(published)))


def count(metrics: Metrics, judgement: Judgement) -> None:
    """Count one judgement in the metrics."""
    metrics.outcomes.labels(outcome=judgement.outcome).inc()
    if judgement.reason is not None:
        metrics.dead_letters.labels(reason=judgement.reason).inc()
    if judgement.language is not None:
        feed = judgement.article.feed if judgement.article is not None else None
        metrics.count_language(judgement.language, feed)
    metrics.watches_evaluated.inc(judgement.evaluated)
    metrics.watches_matched.inc(judgement.matched)
    metrics.could_not_evaluate.inc(len(judgement.unevaluated))
    for alert in judgement.alerts:
        metrics.alerts.labels(watchlist=alert.watch.watchlist, severity=alert.watch.severity).inc()


def _fingerprint(article: Article) -> str:
    """What makes a version of an article: its words. A changed date or link is no news."""
    words = f"{article.title}\n{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=12).hexdigest()
