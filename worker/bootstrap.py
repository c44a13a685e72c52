"""Puts the real parts together; the only file that knows everyone.

`Runtime` is the running worker: the main loop on the caller's thread, one thread for each source and
each sink, and the page. All meet on the bus and nowhere else.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from worker import logs, metrics
from worker.alert import trace_id
from worker.article import Frames, letter_of_source
from worker.batching import BatchSize
from worker.bus.kafka_settings import KafkaSettings, SaslMechanism, SecurityProtocol
from worker.bus.topics import TopicAdmin
from worker.clock import Clock, SystemClock, rfc3339
from worker.errors import BadInput, Outage, UsageError
from worker.feeds import Notify, Source, parse_feed
from worker.fuse import Fuse
from worker.health import Health
from worker.language import Detector
from worker.match import Limits as MatchLimits
from worker.match import Matcher, failing_examples
from worker.metrics import Metrics
from worker.pipeline import Journal, Judgement, Pipeline, Worker
from worker.ports import ALERTS, ARTICLES, Archive, Bus, Intake, Sink, TopicReader
from worker.reload import Reloader
from worker.settings import Settings
from worker.types import HubWord, Message, Outcome, PollResult, Record, Reload
from worker.watchlist import BUILTIN, Library, LoadedWatchlists, Revision, Watch

if TYPE_CHECKING:
    from worker.bus.kafka_division import KafkaDivision as Division
    from worker.feeds.ask import FeedSpec
    from worker.feeds.callback import Desk
    from worker.feeds.follow import ListFollower
    from worker.feeds.lists import Sources

_POLL_SECONDS = 0.5
_UNIT_SHARE = 0.2
"""The share of the poll interval a unit may judge for: a rebalance waits for the slowest member's unit."""
_LAG_SECONDS = 2.0
_FIRST_BACKOFF, _LAST_BACKOFF = 0.5, 15.0
_REMINDER_SECONDS = 60.0
_FAR_AWAY_SECONDS = 5.0
_FAILURES_TOLD = 10
_SHORTEST_HEARTBEAT = 10

log = logs.logger("tocsin")


def engine() -> str:
    """Program and version, as alerts name it."""
    return f"tocsin {version('tocsin')}"


def use_citations(settings: Settings) -> None:
    """Put the treaties and languages of the settings' own folder in force. Raises UsageError."""
    if settings.citations.folder is not None:
        from worker.citations import use_folder

        use_folder(settings.citations.folder)


def watchlist_library(paths: Sequence[str]) -> Library:
    """The watch-lists of these paths, `builtin` among them, not yet read."""
    return Library([BUILTIN if path == "builtin" else Path(path) for path in paths])


def load_watchlists(paths: Sequence[str]) -> LoadedWatchlists:
    """The watch-lists of these paths. Raises WatchlistErrors."""
    return watchlist_library(paths).open()


def build_reloader(
    settings: Settings, library: Library, pipeline: Pipeline, measured: Metrics, clock: Clock
) -> Reloader:
    """What keeps the pipeline's watches in step with their files."""

    def install(matcher: Matcher) -> None:
        pipeline.matcher = matcher  # one assignment: an article is matched by the old or by the new
        measured.watches_unindexed.set(matcher.unindexed)

    def approve(revision: Revision) -> None:
        refuse_failing(settings, revision.added)

    return Reloader(library, lambda: pipeline.matcher, install, approve, measured, clock)


class FailingExamples(UsageError):
    """Watch-lists with a watch whose own examples fail; they are not put in force."""


def refuse_failing(settings: Settings, watches: Sequence[Watch]) -> None:
    """Raise FailingExamples, which names each failing watch and example, unless they are allowed.

    Asked before watches are put in force, when a worker starts and when it reads them again.
    """
    if settings.watchlists.failing == "allow":
        return
    failures = failing_examples(watches)
    if not failures:
        return
    told = "\n".join(str(failure) for failure in failures[:_FAILURES_TOLD])
    more = len(failures) - _FAILURES_TOLD
    rest = f"\nand {more} more; `tocsin test` shows them all." if more > 0 else ""
    names = ", ".join(dict.fromkeys(failure.watch for failure in failures))
    raise FailingExamples(
        f"the examples of {names} do not hold, so these watch-lists are refused:\n{told}{rest}\n"
        "Mend the rule or the example, or allow it with --allow-failing "
        '(watchlists.failing = "allow").'
    )


def build_pipeline(
    settings: Settings, watchlists: LoadedWatchlists, measured: Metrics, clock: Clock
) -> Pipeline:
    """The sentence, with its real parts."""
    limits, language = settings.limits, settings.language
    detector = Detector(language.sample, language.minimum, language.confidence)
    budget = MatchLimits(float(limits.match_seconds), float(limits.rule_seconds))
    matcher = Matcher(watchlists.watches, budget, clock)
    measured.watches_unindexed.set(matcher.unindexed)
    return Pipeline(
        detector,
        matcher,
        clock,
        measured,
        engine(),
        limits.article_bytes,
        limits.expire_seconds,
        Frames(limits.schema_frame),
    )


def build_worker(settings: Settings, bus: Bus, pipeline: Pipeline, journal: Journal) -> Worker:
    """The main loop's worker on a subscribed bus."""
    limits = settings.limits
    return Worker(
        bus,
        pipeline,
        journal,
        BatchSize(settings.bus.batch),
        Fuse(limits.dead_letters_in_a_row, limits.dead_letter_share),
        _UNIT_SHARE * settings.bus.kafka.poll_interval,
    )


def build_metrics(settings: Settings, watchlists: LoadedWatchlists, clock: Clock) -> Metrics:
    """All metrics at zero, and what is known of the watch-lists."""
    measured = metrics.create(version("tocsin"), settings.bus.kind)
    measured.show_watchlists({listed.id: len(listed.watches) for listed in watchlists.watchlists})
    measured.watchlist_load_success.set(1)
    measured.watchlist_load_timestamp.set(clock.now())
    return measured


def open_bus(settings: Settings, group: str, clock: Clock) -> Bus:
    """A member of `group` on the configured bus; belongs to the thread that opened it."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka import KafkaBus

        return KafkaBus(_kafka(settings), group=group)
    from worker.bus.embedded import EmbeddedBus

    return EmbeddedBus(settings.bus.embedded.path, group=group, clock=clock)


def open_reader(settings: Settings) -> TopicReader:
    """A reader of what the configured bus holds; outside every group, it moves and writes nothing."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_reader import KafkaReader

        return KafkaReader(_kafka(settings))
    from worker.bus.embedded_reader import EmbeddedReader

    return EmbeddedReader(settings.bus.embedded.path)


def open_intake(settings: Settings, clock: Clock) -> Intake:
    """Where sources put articles; belongs to the thread that opened it."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_intake import KafkaIntake

        return KafkaIntake(_kafka(settings), state_path=state_file(settings), clock=clock)
    from worker.bus.embedded import EmbeddedIntake

    return EmbeddedIntake(settings.bus.embedded.path, clock=clock)


def feed_states(settings: Settings, keys: Iterable[str], clock: Clock) -> dict[str, str | None]:
    """What is remembered of the feeds of these keys: on Kafka by all workers, else in the file."""
    found: dict[str, str | None] = {}
    if state_file(settings).exists():
        intake = open_intake(settings, clock)
        found = {key: intake.state(key) for key in keys}
        intake.close()
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_division import remembered

        reader = open_reader(settings)
        try:
            found |= remembered(reader)
        finally:
            reader.close()
    return found


def state_file(settings: Settings) -> Path:
    """The SQLite file in which sources remember how far they have read."""
    path = Path(settings.bus.embedded.path)
    return path.with_suffix(".sources.db") if settings.bus.kind == "kafka" else path


def open_sinks(settings: Settings) -> list[Sink]:
    """The configured sinks."""
    from worker.sinks.file import FileSink
    from worker.sinks.stdout import StdoutSink

    sinks: list[Sink] = []
    if settings.sinks.stdout:
        sinks.append(StdoutSink())
    if settings.sinks.file is not None:
        sinks.append(FileSink(Path(settings.sinks.file)))
    return sinks


def open_admin(settings: Settings) -> TopicAdmin:
    """What makes and describes topics on the configured bus."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_topics import KafkaTopics

        return KafkaTopics(_kafka(settings))
    from worker.bus.embedded import EmbeddedTopics

    return EmbeddedTopics(settings.bus.embedded.path)


def open_archive(settings: Settings) -> Archive:
    """What reads topics from outside any group and puts dead letters back."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_archive import KafkaArchive

        return KafkaArchive(_kafka(settings), group=settings.bus.kafka.group)
    from worker.bus.embedded_archive import EmbeddedArchive

    if not Path(settings.bus.embedded.path).exists():
        raise UsageError(
            f"There is no embedded log at {settings.bus.embedded.path}; name it in bus.embedded.path."
        )
    return EmbeddedArchive(settings.bus.embedded.path)


def insecurities(settings: Settings) -> tuple[str, ...]:
    """In sentences, what the connection leaves open."""
    return _kafka(settings).insecurities() if settings.bus.kind == "kafka" else ()


def source_factories(
    settings: Settings,
    clock: Clock,
    measured: Metrics | None = None,
    watchlists: Sequence[str] = (),
    follower: ListFollower | None = None,
) -> list[Callable[[], Source]]:
    """One maker for each configured source, to be called on the source's own thread.

    `watchlists` are the ids of those in force: a source that feeds another is warned of. `follower` brings
    changed lists of sources into force; without it they are read once.
    """
    sources = settings.sources

    def intake() -> Intake:
        return counting(open_intake(settings, clock), measured)

    def folder(path: str) -> Callable[[], Source]:
        return lambda: folder_source(Path(path), intake(), clock)

    makers: list[Callable[[], Source]] = [folder(path) for path in sources.folders]
    for path in sources.folders:
        if not Path(path).is_dir():
            raise UsageError(f"sources.folders: {path} is not a folder.")
    if sources.stdin:
        makers.append(lambda: _stdin_source(intake(), clock))
    if sources.feeds or sources.lists:
        _check_networks(sources.allow_networks)
        _check_lists(settings)
        _check_callback(settings)
        makers.append(lambda: _feed_source(settings, clock, measured, watchlists, follower))
    if sources.heartbeat_seconds:
        if sources.heartbeat_seconds < _SHORTEST_HEARTBEAT:
            raise UsageError(f"sources.heartbeat_seconds: expected 0 or at least {_SHORTEST_HEARTBEAT}.")
        if measured is not None:
            measured.heartbeat_interval.set(sources.heartbeat_seconds)
        makers.append(lambda: _heartbeat(sources.heartbeat_seconds, intake(), clock))
    return makers


def folder_source(path: Path, intake: Intake, clock: Clock, interval: float = 1.0) -> Source:
    """A watched folder, listed every `interval` seconds."""
    from worker.feeds.folder import FolderSource

    return FolderSource(
        path,
        intake,
        clock=clock,
        dead_letter=letters(clock),
        parse_feed=parse_feed,
        interval=interval,
    )


def _stdin_source(intake: Intake, clock: Clock) -> Source:
    from worker.feeds.stdin import StdinSource

    return StdinSource(0, intake, clock=clock, dead_letter=letters(clock), parse_feed=parse_feed)


def build_follower(settings: Settings, measured: Metrics, clock: Clock) -> ListFollower | None:
    """What follows the lists of sources while the worker runs; None without lists."""
    from worker.feeds.follow import ListFollower

    if not settings.sources.lists:
        return None

    def told(result: Reload, words: str) -> None:
        measured.source_reloads.labels(result=result).inc()
        measured.source_lists_good.set(0 if result is Reload.REFUSED else 1)
        if result is Reload.REFUSED:
            log.error("lists of sources refused; those loaded before stay in force", errors=words)
        elif result is Reload.CHANGED:
            log.info("lists of sources reloaded", change=words)

    return ListFollower(lambda: _specs(load_sources(settings), settings), settings.sources.lists, told, clock)


def _specs(found: Sources, settings: Settings) -> list[FeedSpec]:
    from worker.feeds import assemble

    return assemble.specs_of(found.listed, float(settings.sources.poll_seconds))


def _feed_intake(settings: Settings, clock: Clock) -> tuple[Intake, Division | None]:
    """Where feeds put articles; on Kafka, with what divides the feeds among workers, not yet joined."""
    if settings.bus.kind != "kafka":
        return open_intake(settings, clock), None
    from worker.bus.kafka_division import KafkaDivision
    from worker.bus.kafka_intake import KafkaIntake

    division = KafkaDivision(_kafka(settings), f"{settings.bus.kafka.group}-feeds")
    intake = KafkaIntake(_kafka(settings), state_path=state_file(settings), clock=clock, division=division)
    return intake, division


def _feed_source(
    settings: Settings,
    clock: Clock,
    measured: Metrics | None,
    watchlists: Sequence[str],
    follower: ListFollower | None,
) -> Source:
    from worker.feeds import FeedParser
    from worker.feeds.poll import PollSource
    from worker.feeds.supply import FixedSupply, SharedSupply, Supply

    intake, division = _feed_intake(settings, clock)
    found = load_sources(settings, intake)
    for remark in found.remarks:
        log.info("source passed over", detail=remark)
    for source in found.listed:
        unknown = sorted(set(source.watchlists) - set(watchlists))
        if unknown and watchlists:
            log.warning("source feeds no such watch-list", source=source.place, watchlists=unknown)
    specs = _specs(found, settings)
    if follower is not None:
        follower.begin(specs)
    if measured is not None:
        measured.source_lists_good.set(1)
    supply: Supply = follower or FixedSupply(specs)
    if division is not None:
        division.start()
        supply = SharedSupply(supply, division)
    desk = _hub_desk(settings, clock, measured)
    return PollSource(
        supply,
        counting(intake, measured),
        clock=clock,
        parser=FeedParser(),
        dead_letter=letters(clock),
        allow_networks=settings.sources.allow_networks,
        contact=settings.sources.contact,
        notify=tell_of_polls(measured),
        show=measured.show_feeds if measured is not None else lambda _: None,
        desk=desk,
        callback=settings.sources.websub.callback or "",
    )


def _hub_desk(settings: Settings, clock: Clock, measured: Metrics | None) -> Desk | None:
    """Where hubs call, served from now on; None unless a public address is configured."""
    from worker.feeds.callback import CallbackServer, Desk

    named = settings.sources.websub
    if named.callback is None:
        return None

    def heard(word: HubWord) -> None:
        if measured is not None:
            measured.websub.labels(word=word).inc()

    desk = Desk(clock, heard=heard)
    server = CallbackServer(named.host, named.port, desk)
    desk.closes = server.close
    log.info("serving hubs", host=named.host, port=server.port, callback=named.callback)
    return desk


def _check_callback(settings: Settings) -> None:
    callback = settings.sources.websub.callback
    if callback is not None and not callback.startswith(("http://", "https://")):
        raise UsageError(
            f"sources.websub.callback: `{callback}` is no address; expected https://news.example.org/tocsin."
        )


def load_sources(settings: Settings, intake: Intake | None = None) -> Sources:
    """Every feed that the settings name. With an intake, lists from the web are remembered there."""
    from worker.feeds import assemble

    def warn(words: str) -> None:
        log.warning("list of sources", detail=words)

    named = settings.sources
    return assemble.load(
        named.feeds,
        named.lists,
        contact=named.contact,
        allow_networks=named.allow_networks,
        intake=intake,
        warn=warn,
    )


def _check_lists(settings: Settings) -> None:
    """Refuse mistakes in the lists on this machine before anything runs."""
    from worker.feeds import assemble
    from worker.feeds.lists import is_address

    named = settings.sources
    here = [path for path in named.lists if not is_address(path)]
    found = assemble.load(named.feeds, here, contact="", allow_networks=())
    assemble.specs_of(found.listed, float(named.poll_seconds))


def tell_of_polls(measured: Metrics | None) -> Notify:
    """Tells log and metrics what asking feeds came to."""

    def told(result: PollResult, words: str, count: int) -> None:
        if measured is not None:
            measured.count_poll(result, count)
        if result in (PollResult.FAILED, PollResult.REFUSED, PollResult.GONE):
            log.warning("feed", result=result, detail=words)
        elif count:
            log.info("feed", result=result, feed=words, items=count)

    return told


def _heartbeat(seconds: float, intake: Intake, clock: Clock) -> Source:
    from worker.feeds.heartbeat import HeartbeatSource

    return HeartbeatSource(seconds, intake, clock=clock)


def _check_networks(texts: Iterable[str]) -> None:
    from worker.feeds.guard import networks

    try:
        networks(tuple(texts))
    except ValueError as error:
        raise UsageError(f"sources.allow_networks: {error}. Expected CIDR notation: 10.1.0.0/16.") from None


def letters(clock: Clock) -> Callable[[bytes, BadInput, str], Message]:
    """Makes the dead letters of what sources bring."""
    return lambda raw, bad, where: letter_of_source(raw, bad, where, rfc3339(clock.now()))


def counting(intake: Intake, measured: Metrics | None) -> Intake:
    """An intake that counts the dead letters among what sources put there, once they are safe."""
    from worker.feeds.counted import CountingIntake

    return intake if measured is None else CountingIntake(intake, measured)


def _kafka(settings: Settings) -> KafkaSettings:
    kafka = settings.bus.kafka
    return KafkaSettings(
        bootstrap_servers=tuple(part.strip() for part in kafka.bootstrap_servers.split(",") if part.strip()),
        security_protocol=SecurityProtocol(kafka.security_protocol),
        sasl_mechanism=None if kafka.sasl_mechanism is None else SaslMechanism(kafka.sasl_mechanism),
        username=kafka.sasl_username,
        password=kafka.sasl_password,
        ssl_cafile=kafka.ssl_cafile,
        ssl_certfile=kafka.ssl_certfile,
        ssl_keyfile=kafka.ssl_keyfile,
        ssl_keyfile_password=kafka.ssl_password,
        ssl_check_hostname=kafka.ssl_check_hostname,
        compression=kafka.compression,
        instance=kafka.instance,
        session_timeout=kafka.session_timeout,
        poll_interval=kafka.poll_interval,
        transaction_timeout=kafka.transaction_timeout,
        request_timeout=kafka.request_timeout,
    )


class LogJournal(Journal):
    """Tells the log of alerts and dead letters, by their ids and the trace's, and never by their text."""

    def judged(self, record: Record, judgement: Judgement) -> None:
        """One line for what a person may want to look up."""
        at: dict[str, object] = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        }
        if trace := trace_id(record):
            at["trace"] = trace
        for alert in judgement.alerts:
            log.info(Outcome.ALERTED, watch=alert.watch.id, alert=alert.id, article=alert.article.id, **at)
        if judgement.outcome is Outcome.DEAD_LETTER:
            log.warning(Outcome.DEAD_LETTER, reason=judgement.reason, **at)
        language, article = judgement.language, judgement.article
        if language is not None and article is not None and language.disagrees:
            said = {"declared": language.declared, "detected": language.code, "feed": article.feed}
            log.info("language disagrees", article=article.id, **said, **at)
        for missed in judgement.unevaluated:
            log.warning("could not evaluate", watch=missed.watch.id, budget=missed.budget, **at)


class Tally(LogJournal):
    """A journal that also adds up the outcomes, for a summary at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self.outcomes = dict.fromkeys(Outcome, 0)
        self.alerts = 0
        self._quiet = quiet

    def judged(self, record: Record, judgement: Judgement) -> None:
        """Add one up."""
        self.outcomes[judgement.outcome] += 1
        self.alerts += len(judgement.alerts)
        if not self._quiet:
            super().judged(record, judgement)


@dataclass(slots=True)
class Runtime:
    """The running worker. `drain`: end by itself when sources, bus and sinks have nothing left."""

    settings: Settings
    pipeline: Pipeline
    journal: Journal
    sources: Sequence[Callable[[], Source]]
    sinks: Sequence[Sink]
    stop: threading.Event
    health: Health
    clock: Clock = field(default_factory=SystemClock)
    drain: bool = False
    reloader: Reloader | None = None
    _judged: threading.Event = field(default_factory=threading.Event)
    _failure: BaseException | None = None

    def run(self) -> None:
        """Work until stopped or drained. Raises what ended a thread, FuseBlown or UsageError."""
        self.pipeline.detector.warm_in_background()  # half a second that no article need wait for
        # Watch-lists live as long as the worker: frozen, the collector does not walk their many small
        # objects again at each full collection.
        gc.collect()
        gc.freeze()
        self.pipeline.metrics.expect_sinks(sink.name for sink in self.sinks)
        pumps = [self._thread(f"sink {sink.name}", self._pump, sink) for sink in self.sinks]
        drivers = [self._thread(f"source {at}", self._drive, make) for at, make in enumerate(self.sources)]
        for thread in (*pumps, *drivers, *self._reloading()):
            thread.start()
        try:
            self._work(drivers)
            self._judged.set()
            if self.drain:
                for pump in pumps:
                    pump.join()
        finally:
            self.stop.set()
            for thread in (*drivers, *pumps):
                thread.join(timeout=25)
        if self._failure is not None:
            raise self._failure

    def _reloading(self) -> list[threading.Thread]:
        if self.reloader is None:
            return []
        interval = self.settings.watchlists.reload_seconds
        return [self._thread("reload", self.reloader.run, self.stop, interval)]

    def _thread(self, name: str, work: Callable[..., None], *args: object) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*args)
            except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
                self._failure = self._failure or error
                self.stop.set()

        return threading.Thread(target=guarded, name=name, daemon=True)

    def _work(self, drivers: Sequence[threading.Thread]) -> None:
        bus = open_bus(self.settings, self.settings.bus.kafka.group, self.clock)
        try:
            bus.subscribe([ARTICLES])
            worker = build_worker(self.settings, bus, self.pipeline, self.journal)
            patience = _Patience(self.stop, self.clock, "bus")
            lag_due = 0.0
            while not self.stop.is_set():
                self._tick()
                sources_done = not any(driver.is_alive() for driver in drivers)
                try:
                    handled = worker.step(0.05 if self.drain and sources_done else _POLL_SECONDS)
                    if self.clock.monotonic() >= lag_due or not handled:
                        self._show_lag(bus)
                        lag_due = self.clock.monotonic() + _LAG_SECONDS
                    self.health.ready = True
                    patience.over()
                except Outage as outage:
                    self.pipeline.metrics.outages.inc()
                    self.health.ready = False
                    patience.wait(outage)
                    continue
                if self.drain and sources_done and not handled and not any(bus.lag().values()):
                    break
        finally:
            bus.close()

    def _tick(self) -> None:
        self.health.tick()
        self.pipeline.metrics.last_tick.set(self.clock.now())

    def _show_lag(self, bus: Bus) -> None:
        self.pipeline.metrics.show_lag(bus.lag())

    def _drive(self, make: Callable[[], Source]) -> None:
        """Run one source when it is due, until it has finished."""
        patience = _Patience(self.stop, self.clock, "source")
        source: Source | None = None
        quiet = 0
        try:
            while not self.stop.is_set():
                try:
                    source = source or make()
                    quiet = 0 if source.run_once() else quiet + 1
                    patience.over()
                except Outage as outage:
                    patience.wait(outage)
                    continue
                pause = source.next_due(self.clock.now()) - self.clock.now()
                idle = quiet > 1 and pause > 0  # a feed that is being asked is due now
                if pause == float("inf") or (self.drain and (idle or pause > _FAR_AWAY_SECONDS)):
                    return
                self.stop.wait(max(0.0, pause))
        finally:
            if source is not None:
                source.close()

    def _pump(self, sink: Sink) -> None:
        """Carry alerts to one sink; when draining, until all that were judged are delivered."""
        from worker.sinks.pump import Pump

        bus = open_bus(self.settings, f"{self.settings.bus.kafka.group}-sink-{sink.name}", self.clock)
        patience = _Patience(self.stop, self.clock, f"sink {sink.name}")
        try:
            bus.subscribe([ALERTS])
            pump = Pump(bus, sink, self.pipeline.metrics, stop=self.stop)
            while not self.stop.is_set():
                last_call = self._judged.is_set()
                try:
                    carried = pump.step(_POLL_SECONDS)
                    self.pipeline.metrics.sink_last_success.labels(sink=sink.name).set(self.clock.now())
                    patience.over()
                    if last_call and not carried and not any(bus.lag().values()):
                        return
                except Outage as outage:
                    self.pipeline.metrics.sink_failures.labels(sink=sink.name).inc()
                    patience.wait(outage)
        finally:
            sink.close()
            bus.close()


@dataclass(slots=True)
class _Patience:
    """Waits longer after each failure in a row, and says so at the first and then once a minute."""

    stop: threading.Event
    clock: Clock
    what: str
    _pause: float = _FIRST_BACKOFF
    _said: float | None = None

    def wait(self, outage: Outage) -> None:
        now = self.clock.monotonic()
        if self._said is None or now - self._said > _REMINDER_SECONDS:
            log.warning("outage", what=self.what, error=str(outage))
            self._said = now
        self.stop.wait(self._pause)
        self._pause = min(self._pause * 2, _LAST_BACKOFF)

    def over(self) -> None:
        if self._said is not None:
            log.info("outage over", what=self.what)
        self._pause, self._said = _FIRST_BACKOFF, None
