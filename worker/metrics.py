"""Every metric Tocsin exposes, on one page.

Names follow Prometheus' conventions: prefix, base unit, `_total`. Labels come from closed lists
or from the loaded watch-lists, and stand at zero from the start, so that `rate()` sees the first
failure. This is the only door to prometheus-client. README's table is checked against this page.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final
from urllib.parse import urlsplit

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    gc_collector,
    generate_latest,
    platform_collector,
    process_collector,
)

from worker.clock import Clock
from worker.types import (
    DeadReason,
    FeedHealth,
    HubWord,
    Language,
    LetterOrigin,
    Outcome,
    PollResult,
    Reload,
    Severity,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

STAGES: Final = ("poll", "decode", "language", "match", "alert", "commit")
"""The stations of the sentence, in order."""

SKEW_SECONDS: Final = 60.0
"""A message this far in the future says that two clocks disagree."""

TOP_LANGUAGES: Final = tuple(
    "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv mk ms ne nl no pl pt ro ru "
    "sk sl sq sr sv sw ta th tl tr uk ur vi zh und".split()
)
"""Languages that have a label of their own; every other is `other`, so that a label stays bounded."""

MOST_FEED_LABELS: Final = 100
"""So many hosts have a label of their own in the count of disagreements; the log names every feed."""

_STAGE_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_DELAY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The declared metrics and the registry that holds them; one per process."""

    registry: CollectorRegistry
    articles: Counter
    outcomes: Counter
    alerts: Counter
    dead_letters: Counter
    languages: Counter
    language_disagreements: Counter
    stage_seconds: Histogram
    stage_failures: Counter
    batch_records: Histogram
    delay_seconds: Histogram
    published_delay_seconds: Histogram
    lag_records: Gauge
    partition_time: Gauge
    future_messages: Counter
    last_success: Gauge
    last_tick: Gauge
    watches_loaded: Gauge
    watchlist_load_success: Gauge
    watchlist_load_timestamp: Gauge
    reloads: Counter
    watches_unindexed: Gauge
    watches_evaluated: Counter
    watches_matched: Counter
    could_not_evaluate: Counter
    outages: Counter
    source_outages: Counter
    bus_joined: Gauge
    feeds: Gauge
    feed_polls: Counter
    feed_items: Counter
    websub: Counter
    source_reloads: Counter
    source_lists_good: Gauge
    heartbeat: Gauge
    heartbeat_interval: Gauge
    sink_alerts: Counter
    sink_failures: Counter
    sink_last_success: Gauge
    build: Info

    def page(self) -> bytes:
        """The exposition in Prometheus' text format."""
        return generate_latest(self.registry)

    def count_languages(self, told: Iterable[tuple[Language, str | None]]) -> None:
        """Count articles, each told by its language and its feed: in that language or in `other`, and by feed
        those whose sender said another.
        """
        codes: collections.Counter[str] = collections.Counter()
        for language, feed in told:
            code = language.code.partition("-")[0]
            codes[code if code in TOP_LANGUAGES else "other"] += 1
            if language.declared is not None and language.disagrees:
                self.language_disagreements.labels(feed=self._feed_label(feed)).inc()
        for code, articles in codes.items():
            self.languages.labels(code).inc(articles)

    def _feed_label(self, feed: str | None) -> str:
        """The feed's host while there are few, then `other`: bounded, and without the secrets of a URL."""
        try:
            host = (urlsplit(feed).hostname if feed else None) or "none"
        except ValueError:  # an address that is none
            host = "none"
        (counted,) = self.language_disagreements.collect()
        hosts = {sample.labels["feed"] for sample in counted.samples} - {"other"}
        return host if host in hosts or len(hosts) < MOST_FEED_LABELS else "other"

    def expect_watchlists(self, names: Iterable[str]) -> None:
        """Put every alert label of these watch-lists at zero."""
        for name in names:
            for severity in Severity:
                self.alerts.labels(watchlist=name, severity=severity)

    def show_watchlists(self, sizes: Mapping[str, int]) -> None:
        """Show the watches in force by watch-list; a list that is gone goes from the page too."""
        self.expect_watchlists(sizes)
        gone = {labels[0] for labels in self._loaded_labels()} - sizes.keys()
        for name in gone:
            self.watches_loaded.remove(name)
        for name, watches in sizes.items():
            self.watches_loaded.labels(watchlist=name).set(watches)

    def show_feeds(self, counts: Mapping[FeedHealth, int]) -> None:
        """Show how many feeds are in each state."""
        for state, feeds in counts.items():
            self.feeds.labels(state=state).set(feeds)

    def count_poll(self, result: PollResult, items: int) -> None:
        """Count one question to a feed, and the items it brought."""
        self.feed_polls.labels(result=result).inc()
        if result is PollResult.PUBLISHED:
            self.feed_items.inc(items)

    def count_source_letter(self, reason: str) -> None:
        """Count a dead letter that a source put aside; it never was on the articles topic."""
        self.dead_letters.labels(reason=reason, origin=LetterOrigin.SOURCE).inc()

    def _loaded_labels(self) -> list[tuple[str, ...]]:
        return [tuple(sample.labels.values()) for sample in next(iter(self.watches_loaded.collect())).samples]

    def show_lag(self, behind: Mapping[tuple[str, int], int], now: float) -> None:
        """Show the lag of the partitions read here; one given to another worker goes from the page.

        A partition without lag is judged up to now, and so is taken to be one that has just come to this
        worker, so that its age counts from then on, and shows also where nothing is ever judged.
        """
        shown = [self._partitions(gauge) for gauge in (self.lag_records, self.partition_time)]
        for gauge, held in zip((self.lag_records, self.partition_time), shown, strict=True):
            for topic, partition in held - {(topic, str(partition)) for topic, partition in behind}:
                gauge.remove(topic, partition)
        for (topic, number), records in behind.items():
            self.lag_records.labels(topic=topic, partition=number).set(records)
            if not records or (topic, str(number)) not in shown[1]:
                self.partition_time.labels(topic=topic, partition=number).set(now)

    @staticmethod
    def _partitions(gauge: Gauge) -> set[tuple[str, str]]:
        (shown,) = gauge.collect()
        return {(sample.labels["topic"], sample.labels["partition"]) for sample in shown.samples}

    def expect_sinks(self, names: Iterable[str]) -> None:
        """Put every label of these sinks at zero."""
        for name in names:
            self.sink_alerts.labels(sink=name)
            self.sink_failures.labels(sink=name)
            self.sink_last_success.labels(sink=name).set_to_current_time()


class stopwatch:  # noqa: N801 - a context manager, named as it is read
    """Observes how long the block takes as the stage's seconds; a block that raises counts too.

    A class and not a generator, and no label is looked up twice: it runs four times an article.
    """

    __slots__ = ("_clock", "_metrics", "_stage", "_started")

    def __init__(self, metrics: Metrics, stage: str, clock: Clock) -> None:
        self._metrics, self._stage, self._clock = metrics, stage, clock

    def __enter__(self) -> None:
        self._started = self._clock.monotonic()

    def __exit__(self, kind: type[BaseException] | None, *_raised: object) -> None:
        took = self._clock.monotonic() - self._started
        _of_stage(self._metrics.stage_seconds, self._stage).observe(took)
        if kind is not None and issubclass(kind, Exception):
            self._metrics.stage_failures.labels(self._stage).inc()


@lru_cache(len(STAGES))
def _of_stage(seconds: Histogram, stage: str) -> Histogram:
    return seconds.labels(stage)


def create(version: str, bus: str) -> Metrics:
    """All metrics in a fresh registry, with every label of a closed list at zero."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    process_collector.ProcessCollector(registry=registry)
    platform_collector.PlatformCollector(registry=registry)
    gc_collector.GCCollector(registry=registry)
    metrics = _declare(registry)
    _begin_at_zero(metrics)
    metrics.build.info({"version": version, "bus": bus})
    return metrics


def _begin_at_zero(metrics: Metrics) -> None:
    """Show every label of a closed list before anything was counted: a rate needs a first value."""
    for reason, origin in product(DeadReason, LetterOrigin):
        metrics.dead_letters.labels(reason=reason, origin=origin)
    metrics.show_feeds(dict.fromkeys(FeedHealth, 0))
    metrics.source_lists_good.set(1)  # none was refused, least of all where none is named
    closed: list[tuple[Counter | Histogram, str, Iterable[str]]] = [
        (metrics.outcomes, "outcome", Outcome),
        (metrics.reloads, "result", Reload),
        (metrics.feed_polls, "result", PollResult),
        (metrics.source_reloads, "result", Reload),
        (metrics.websub, "word", HubWord),
        (metrics.languages, "language", (*TOP_LANGUAGES, "other")),
        (metrics.stage_seconds, "stage", STAGES),
        (metrics.stage_failures, "stage", STAGES),
    ]
    for metric, label, values in closed:
        for value in values:
            metric.labels(**{label: value})


def _declare(registry: CollectorRegistry) -> Metrics:
    def counter(name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"tocsin_{name}", help_text, labels, registry=registry)

    def gauge(name: str, help_text: str, *labels: str) -> Gauge:
        return Gauge(f"tocsin_{name}", help_text, labels, registry=registry)

    def histogram(name: str, help_text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"tocsin_{name}", help_text, labels, buckets=buckets, registry=registry)

    return Metrics(
        registry=registry,
        articles=counter("articles_total", "Messages read from the articles topic, bad ones included."),
        outcomes=counter(
            "outcomes_total",
            "How messages ended; each ends in exactly one outcome, so these add up to the articles read.",
            "outcome",
        ),
        alerts=counter("alerts_total", "Alerts published, by watch-list.", "watchlist", "severity"),
        dead_letters=counter(
            "dead_letters_total",
            "What could not become an article, by reason and by whether it came from the topic or a source.",
            "reason",
            "origin",
        ),
        languages=counter(
            "article_languages_total",
            "Articles judged, by detected language; rare ones as other.",
            "language",
        ),
        language_disagreements=counter(
            "language_disagreements_total",
            "Articles whose detected language is surely not the declared one, by the host of their feed.",
            "feed",
        ),
        stage_seconds=histogram(
            "stage_seconds",
            "Time one unit spends in a stage: a batch in poll and commit, an article in the others; "
            "`_count` is what came in, once more where a unit had no time for it.",
            _STAGE_BUCKETS,
            "stage",
        ),
        stage_failures=counter(
            "stage_failures_total",
            "What came into a stage and not out of it: in decode a dead letter, in poll or commit an outage.",
            "stage",
        ),
        batch_records=histogram(
            "batch_records",
            "Messages in a unit of work.",
            (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
        ),
        delay_seconds=histogram(
            "delay_seconds",
            "Time from a message's arrival on the bus to the commit of its alerts.",
            _DELAY_BUCKETS,
        ),
        published_delay_seconds=histogram(
            "published_delay_seconds",
            "Time from the publication date an article bears to the commit of its alerts.",
            _DELAY_BUCKETS,
        ),
        lag_records=gauge(
            "lag_records", "Messages not yet judged, by topic and partition.", "topic", "partition"
        ),
        partition_time=gauge(
            "partition_timestamp_seconds",
            "Up to when a partition is judged: all that came to it before then has ended, in Unix time.",
            "topic",
            "partition",
        ),
        future_messages=counter(
            "future_messages_total",
            "Messages that came, by the bus's clock, over a minute later than this worker's clock says.",
        ),
        last_success=gauge(
            "last_success_timestamp_seconds", "When a unit of work was last committed, in Unix time."
        ),
        last_tick=gauge("last_tick_timestamp_seconds", "When the main loop last went round, in Unix time."),
        watches_loaded=gauge("watches_loaded", "Watches in force, by watch-list.", "watchlist"),
        watchlist_load_success=gauge(
            "watchlist_load_success", "Whether the last load of the watch-lists succeeded: 1 or 0."
        ),
        watchlist_load_timestamp=gauge(
            "watchlist_load_timestamp_seconds",
            "When the watch-lists in force were loaded, in Unix time.",
        ),
        reloads=counter(
            "watchlist_reloads_total",
            "Attempts to bring changed watch-lists into force while running, by result.",
            "result",
        ),
        watches_unindexed=gauge(
            "watches_unindexed",
            "Watches in force that no word singles out, so that they are tried on every article.",
        ),
        watches_evaluated=counter(
            "watches_evaluated_total",
            "Times a watch was looked at for an article, after the index had its say.",
        ),
        watches_matched=counter(
            "watches_matched_total",
            "Times a watch was true of an article, repeats that ring no alert included.",
        ),
        could_not_evaluate=counter(
            "could_not_evaluate_total",
            "Times a watch could not be evaluated on an article; the log names the watch.",
        ),
        outages=counter(
            "outages_total",
            "Times a unit of work was given up because the bus did not answer; it is retried.",
        ),
        source_outages=counter(
            "source_outages_total",
            "Times a source could not go on, because its folder or the bus was away; it is retried.",
        ),
        bus_joined=gauge(
            "bus_joined",
            "Whether this worker has joined its bus, which answered it last: 1 or 0, as /readyz.",
        ),
        feeds=gauge("feeds", "Feeds by how they are: what their last answer came to.", "state"),
        feed_polls=counter("feed_polls_total", "Times a feed was asked, by what came of it.", "result"),
        feed_items=counter("feed_items_total", "New or changed items of feeds put on the articles topic."),
        source_reloads=counter(
            "source_list_reloads_total",
            "Attempts to bring changed lists of sources into force, by how they ended.",
            "result",
        ),
        source_lists_good=gauge(
            "source_lists_load_success",
            "Whether the lists of sources as they stand were loaded: 1; or 0, and those before stay.",
        ),
        websub=counter(
            "websub_total", "What WebSub hubs said of subscriptions and brought, and what was wrong.", "word"
        ),
        heartbeat=gauge(
            "heartbeat_timestamp_seconds",
            "When a heartbeat last came through the whole pipeline, in Unix time; 0 for never.",
        ),
        heartbeat_interval=gauge(
            "heartbeat_interval_seconds", "How often this worker sends a heartbeat; 0 when it sends none."
        ),
        sink_alerts=counter("sink_alerts_total", "Alerts delivered to a sink.", "sink"),
        sink_failures=counter(
            "sink_failures_total", "Deliveries to a sink that failed and are retried.", "sink"
        ),
        sink_last_success=gauge(
            "sink_last_success_timestamp_seconds",
            "When a sink last took all it was handed or had nothing to take, in Unix time.",
            "sink",
        ),
        build=Info("tocsin_build", "Version of Tocsin and the kind of its bus.", registry=registry),
    )
