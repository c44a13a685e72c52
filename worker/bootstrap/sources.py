"""The sources of articles, from settings, each made on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from worker import logs
from worker.article import letter_of_source
from worker.bootstrap.places import kafka_settings, open_intake, state_file
from worker.clock import Clock, SystemClock, rfc3339
from worker.errors import BadInput, UsageError
from worker.feeds import Notify, Source, parse_feed
from worker.metrics import Metrics
from worker.ports import Intake
from worker.settings import Settings
from worker.types import HubWord, Message, PollResult, Reload

if TYPE_CHECKING:
    from worker.bus.kafka_division import KafkaDivision as Division
    from worker.feeds.ask import FeedSpec
    from worker.feeds.callback import Desk
    from worker.feeds.follow import ListFollower
    from worker.feeds.lists import Sources
    from worker.feeds.report import Finding

_SHORTEST_HEARTBEAT = 10

log = logs.logger("tocsin")


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

    kafka = kafka_settings(settings)
    division = KafkaDivision(kafka, f"{settings.bus.kafka.group}-feeds")
    intake = KafkaIntake(kafka, state_path=state_file(settings), clock=clock, division=division)
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


def asked_once(
    settings: Settings, specs: Sequence[FeedSpec], done: Callable[[int], None] = lambda _: None
) -> list[Finding]:
    """What is wrong with feeds, each asked once; `done` hears of each. Publishes and remembers nothing."""
    from worker.feeds import FeedParser
    from worker.feeds.report import check

    clock = SystemClock()
    with FeedParser() as parser:
        return check(
            specs,
            parser=parser,
            dead_letter=letters(clock),
            clock=clock,
            contact=settings.sources.contact,
            allow_networks=settings.sources.allow_networks,
            done=done,
        )


def counting(intake: Intake, measured: Metrics | None) -> Intake:
    """An intake that counts the dead letters among what sources put there, once they are safe."""
    from worker.feeds.counted import CountingIntake

    return intake if measured is None else CountingIntake(intake, measured)
