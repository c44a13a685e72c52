"""`tocsin run`: the worker."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.settings import Settings

_LAST_PORT = 65_535


@click.command("run")
@options.config
@click.option(
    "-w",
    "--watchlist",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Watch-lists instead of the configured ones; `builtin` or a path.",
)
@click.option("--folder", "folders", multiple=True, metavar="DIR", help="Watch this folder too.")
@click.option("--stdin", "stdin", is_flag=True, help="Read articles from standard input too.")
@click.option("--allow-failing", is_flag=True, help="Put watches in force whose own examples fail.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="So many workers on this machine, supervised (Kafka only). Metrics on metrics.port, port + 1, ….",
)
@click.option("--no-sources", is_flag=True, help="Read the articles topic only, no folder, feed or input.")
@click.option("--drain", is_flag=True, help="End when sources, bus and sinks have nothing left.")
@click.option("--print-config", is_flag=True, help="Print the settings in force, secrets hidden, and exit.")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def command(
    config_path: Path | None,
    paths: tuple[str, ...],
    folders: tuple[str, ...],
    stdin: bool,
    allow_failing: bool,
    processes: int,
    no_sources: bool,
    drain: bool,
    print_config: bool,
    verbose: bool,
) -> None:
    """Take articles from sources and the articles topic, publish alerts, until stopped.

    Embedded by default: one SQLite file is the bus. With bus.kind = "kafka" the worker joins its
    consumer group. SIGTERM or Ctrl-C stop it after the unit of work at hand. Changed watch-lists come
    into force by themselves, and at once on SIGHUP.

    With --processes N the first worker also reads the sources. One that dies is started again; when one
    may not go on (exit code 2), all stop.

        tocsin run --folder incoming/
        tocsin run -c tocsin.toml
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until it runs, there is nothing to finish
    import msgspec

    from worker import settings as configuration

    settings = configuration.load(options.config_file(config_path))
    sources = msgspec.structs.replace(
        settings.sources,
        folders=(*settings.sources.folders, *folders),
        stdin=settings.sources.stdin or stdin,
    )
    if no_sources:
        sources = configuration.Sources()
    watchlists = msgspec.structs.replace(settings.watchlists, paths=paths or settings.watchlists.paths)
    if allow_failing:
        watchlists = msgspec.structs.replace(watchlists, failing="allow")
    settings = msgspec.structs.replace(settings, sources=sources, watchlists=watchlists)
    if print_config:
        click.echo(configuration.shown(settings), nl=False)
        return
    if processes > 1:
        shared = [*_given("-c", (config_path,) if config_path else ()), *_given("-w", paths)]
        flags = {"--drain": drain, "--verbose": verbose, "--allow-failing": allow_failing}
        shared += [flag for flag, given in flags.items() if given]
        own = [*_given("--folder", folders), *(["--stdin"] if stdin else [])]
        sys.exit(_supervise(settings, processes, shared, own))
    named = sources.folders or sources.stdin or sources.feeds or sources.lists
    if settings.bus.kind == "embedded" and not named:
        raise UsageError(
            "nothing to read: name a folder (--folder DIR), --stdin, or sources.feeds or sources.lists in "
            "tocsin.toml; "
            'or set bus.kind = "kafka".'
        )
    _run(settings, drain=drain, verbose=verbose)


def _run(settings: object, *, drain: bool, verbose: bool) -> None:
    from worker import bootstrap, logs
    from worker.clock import SystemClock
    from worker.health import Health
    from worker.settings import Settings

    assert isinstance(settings, Settings)  # noqa: S101 - narrows what was imported late
    logs.configure(verbose=verbose, form=settings.log.form)
    log = logs.logger("tocsin")
    clock = SystemClock()
    bootstrap.use_citations(settings)
    library = bootstrap.watchlist_library(settings.watchlists.paths)
    loaded = library.open()
    bootstrap.refuse_failing(settings, loaded.watches)
    measured = bootstrap.build_metrics(settings, loaded, clock)
    pipeline = bootstrap.build_pipeline(settings, loaded, measured, clock)
    health = Health(clock)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    reloader = bootstrap.build_reloader(settings, library, pipeline, measured, clock)
    follower = reloader.follower = bootstrap.build_follower(settings, measured, clock)
    signal.signal(signal.SIGHUP, lambda *_: reloader.ask())
    for sentence in bootstrap.insecurities(settings):
        log.warning("insecure", detail=sentence)
    runtime = bootstrap.Runtime(
        settings,
        pipeline,
        bootstrap.LogJournal(),
        bootstrap.source_factories(
            settings, clock, measured, tuple(each.id for each in loaded.watchlists), follower
        ),
        bootstrap.open_sinks(settings),
        stop,
        health,
        clock,
        drain,
        reloader,
        bootstrap.build_traces(settings),
    )
    page = None
    if settings.metrics.enabled:
        from worker.desk.access import open_access
        from worker.desk.page import Page

        served, access = settings.metrics, open_access(settings.metrics)
        page = Page(served.host, served.port, measured, health, reloader, access)
        log.info("serving", address=page.address)
    log.info("started", bus=settings.bus.kind, watches=len(loaded.watches))
    try:
        runtime.run()
    finally:
        if page is not None:
            page.close()
    log.info("stopped")


def _given(option: str, values: Iterable[object]) -> list[str]:
    return [word for value in values for word in (option, str(value))]


def _supervise(settings: Settings, processes: int, shared: list[str], first: list[str]) -> int:
    """Run so many workers by this very command; returns the exit code.

    `shared` are the options of all workers, `first` those of the first, which alone reads the sources.
    """
    from worker import logs
    from worker.clock import SystemClock
    from worker.supervisor import Member, Supervisor

    if settings.bus.kind != "kafka":
        raise UsageError('--processes: the embedded bus is for one process; set bus.kind = "kafka".')
    port, instance = settings.metrics.port, settings.bus.kafka.instance
    if port + processes - 1 > _LAST_PORT:
        raise UsageError(f"--processes: metrics.port {port} leaves no room for {processes} ports.")
    logs.configure(form=settings.log.form)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    members = []
    for number in range(processes):
        environment = {"TOCSIN_METRICS__PORT": str(port + number if port else 0)}
        if instance is not None:
            environment["TOCSIN_BUS__KAFKA__INSTANCE"] = f"{instance}-{number}"
        options_of = shared + (first if number == 0 else ["--no-sources"])
        members.append(Member(number, [sys.executable, "-m", "worker", "run", *options_of], environment))
    supervisor = Supervisor(members, stop, SystemClock())
    signal.signal(signal.SIGHUP, lambda *_: supervisor.reload())
    return supervisor.run()
