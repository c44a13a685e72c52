"""`tocsin run`: the worker."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from worker.cli import options
from worker.errors import UsageError


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
@click.option("--drain", is_flag=True, help="End when sources, bus and sinks have nothing left.")
@click.option("--print-config", is_flag=True, help="Print the settings in force, secrets hidden, and exit.")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def command(
    config_path: Path | None,
    paths: tuple[str, ...],
    folders: tuple[str, ...],
    stdin: bool,
    allow_failing: bool,
    drain: bool,
    print_config: bool,
    verbose: bool,
) -> None:
    """Take articles from sources and the articles topic, publish alerts, until stopped.

    Embedded by default: one SQLite file is the bus. With bus.kind = "kafka" the worker joins its
    consumer group. SIGTERM or Ctrl-C stop it after the unit of work at hand. Changed watch-lists come
    into force by themselves, and at once on SIGHUP.

        tocsin run --folder incoming/
        tocsin run -c tocsin.toml
    """
    import msgspec

    from worker import settings as configuration

    settings = configuration.load(options.config_file(config_path))
    sources = msgspec.structs.replace(
        settings.sources,
        folders=(*settings.sources.folders, *folders),
        stdin=settings.sources.stdin or stdin,
    )
    watchlists = msgspec.structs.replace(settings.watchlists, paths=paths or settings.watchlists.paths)
    if allow_failing:
        watchlists = msgspec.structs.replace(watchlists, failing="allow")
    settings = msgspec.structs.replace(settings, sources=sources, watchlists=watchlists)
    if print_config:
        click.echo(configuration.shown(settings), nl=False)
        return
    if settings.bus.kind == "embedded" and not (sources.folders or sources.stdin or sources.feeds):
        raise UsageError(
            "nothing to read: name a folder (--folder DIR), --stdin, or sources.feeds in tocsin.toml; "
            'or set bus.kind = "kafka".'
        )
    _run(settings, drain=drain, verbose=verbose)


def _run(settings: object, *, drain: bool, verbose: bool) -> None:
    from worker import bootstrap, logs
    from worker.clock import SystemClock
    from worker.health import Health
    from worker.settings import Settings

    assert isinstance(settings, Settings)  # noqa: S101 - narrows what was imported late
    logs.configure(verbose=verbose)
    clock = SystemClock()
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
    signal.signal(signal.SIGHUP, lambda *_: reloader.ask())
    for sentence in bootstrap.insecurities(settings):
        bootstrap.log.warning("insecure", detail=sentence)
    runtime = bootstrap.Runtime(
        settings,
        pipeline,
        bootstrap.LogJournal(),
        bootstrap.source_factories(settings, clock),
        bootstrap.open_sinks(settings),
        stop,
        health,
        clock,
        drain,
        reloader,
    )
    page = None
    if settings.metrics.enabled:
        from worker.desk.access import open_access
        from worker.desk.page import Page

        served, access = settings.metrics, open_access(settings.metrics)
        page = Page(served.host, served.port, measured, health, reloader, access)
        bootstrap.log.info("serving", address=page.address)
    bootstrap.log.info("started", bus=settings.bus.kind, watches=len(loaded.watches))
    try:
        runtime.run()
    finally:
        if page is not None:
            page.close()
    bootstrap.log.info("stopped")
