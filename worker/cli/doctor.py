"""`tocsin doctor`: what would keep the worker from running, in words, with what to do about it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.cli.doctor_sources import Fault, faults, permit
from worker.errors import Outage, TocsinError, UsageError

if TYPE_CHECKING:
    from worker.settings import Settings

_SKEW_SECONDS = 60
_BORN = 1_767_225_600
"""The start of 2026: a clock before it was never set."""


@click.command("doctor")
@options.config
@click.option(
    "-w", "--watchlist", "paths", multiple=True, metavar="PATH", help="Watch-lists to look at instead."
)
def command(config_path: Path | None, paths: tuple[str, ...]) -> None:
    """Look at settings, watch-lists, bus, topics, clock, sources, sinks and permissions. Changes nothing.

    Of the feeds up to twenty are asked. Exit code 1 when something is wrong; each fault says what to do.
    """
    from worker import logs
    from worker.settings import load

    logs.configure()
    try:
        settings = load(options.config_file(config_path))
    except TocsinError as error:
        click.echo(f"✗ settings: {error}\n    Mend the key named; README lists all of them.")
        sys.exit(1)
    click.echo("✓ settings")
    lists = paths or settings.watchlists.paths
    checks: dict[str, Callable[[], Iterator[Fault]]] = {
        "watch-lists": lambda: _watchlists(settings, lists),
        "clock": lambda: _clock(settings),
        "bus": lambda: _bus(settings),
        "topics": lambda: _topics(settings),
        "sources": lambda: faults(settings),
        "sinks": lambda: _sinks(settings),
        "metrics page": lambda: _page(settings),
        "traces": lambda: _traces(settings),
    }
    well: dict[str, bool] = {}
    for name, check in checks.items():
        if name == "topics" and not well["bus"]:
            click.echo("- topics: not looked at while the bus is not well")
        else:
            well[name] = _told(name, check)
    sys.exit(0 if all(well.values()) else 1)


def _told(name: str, check: Callable[[], Iterator[Fault]]) -> bool:
    found: list[Fault] = []
    try:
        found.extend(check())
    except Outage as error:
        found.append(Fault(str(error), _reach(name)))
    except TocsinError as error:
        found.append(Fault(str(error), "Mend what is named, and run `tocsin doctor` again."))
    for fault in found:
        click.echo(f"✗ {name}: {fault.wrong}\n    {fault.remedy}")
    if not found:
        click.echo(f"✓ {name}")
    return not found


def _reach(name: str) -> str:
    if name in ("bus", "topics"):
        return (
            "Does it run, is its address in bus.kafka.bootstrap_servers right, does "
            "bus.kafka.security_protocol fit the port, is there a firewall between?"
        )
    return "Bring it back, and run `tocsin doctor` again."


def _watchlists(settings: Settings, paths: tuple[str, ...]) -> Iterator[Fault]:
    from worker import bootstrap
    from worker.match import failing_examples
    from worker.watchlist import WatchlistErrors

    try:
        bootstrap.use_citations(settings)
    except UsageError as error:
        yield Fault(str(error), "Mend the line named; worker/citations/DATA.md tells the form.")
        return
    try:
        loaded = bootstrap.load_watchlists(paths)
    except WatchlistErrors as errors:
        yield Fault(str(errors), "`tocsin check` shows the same; a worker that runs keeps the lists it has.")
        return
    if not loaded.watches:
        yield Fault("no watch is in force.", "Name a file with watches in watchlists.paths.")
    if settings.watchlists.failing == "refuse":
        for failure in failing_examples(loaded.watches):
            yield Fault(str(failure), "Mend the rule or the example; `tocsin test` shows all.")


def _clock(settings: Settings) -> Iterator[Fault]:
    now = time.time()
    remedy = "Start time synchronisation (timedatectl set-ntp true)."
    if now < _BORN:
        yield Fault(f"the clock says {time.strftime('%Y-%m-%d', time.gmtime(now))}.", remedy)
    log = Path(settings.bus.embedded.path)
    if settings.bus.kind == "embedded" and log.exists() and log.stat().st_mtime > now + _SKEW_SECONDS:
        ahead = log.stat().st_mtime - now
        yield Fault(f"{log} was written {ahead:.0f} s in the future by this clock.", remedy)


def _bus(settings: Settings) -> Iterator[Fault]:
    from worker import bootstrap

    if settings.bus.kind == "kafka":
        for sentence in bootstrap.insecurities(settings):
            click.echo(f"! bus: {sentence}")
        bootstrap.open_admin(settings)
    yield from _writable(Path(settings.bus.embedded.path), "bus.embedded.path")


def _topics(settings: Settings) -> Iterator[Fault]:
    from worker import bootstrap
    from worker.bus.topics import CATALOGUE, TopicStatus

    if settings.bus.kind == "embedded" and not Path(settings.bus.embedded.path).exists():
        return  # made at the first start, and each topic when first it is written to
    for report in bootstrap.open_admin(settings).describe(CATALOGUE):
        if report.status is TopicStatus.MISSING and settings.bus.kind == "kafka":
            yield Fault(f"{report.name} is missing.", "`tocsin topics --create` makes it.")
        for name, (wanted, found) in report.differences.items():
            yield Fault(
                f"{report.name}: {name} is {found}, not {wanted}.", "Change it with your broker's tools."
            )


def _sinks(settings: Settings) -> Iterator[Fault]:
    if settings.sinks.file is not None:
        yield from _writable(Path(settings.sinks.file), "sinks.file")


def _page(settings: Settings) -> Iterator[Fault]:
    from worker.desk.access import open_access

    serve = settings.metrics
    access = open_access(serve)
    if not serve.enabled:
        return
    if serve.host not in ("127.0.0.1", "::1", "localhost") and not access.users:
        click.echo("! metrics page: others on the network may read it; set metrics.users to forbid that.")
    yield from _bindable(serve.host, serve.port)


def _bindable(host: str, port: int) -> Iterator[Fault]:
    """Whether the page's address is free; a worker that runs already may have it."""
    from errno import EADDRINUSE
    from socket import SO_REUSEADDR, SOL_SOCKET, socket

    try:
        with socket() as tried:
            tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        if error.errno == EADDRINUSE:
            free = "Unless a worker runs here already, set metrics.port."
            click.echo(f"! metrics page: {host}:{port} is taken. {free}")
        else:
            yield Fault(
                f"{host}:{port} cannot be bound: {error.strerror or error}.",
                "Set metrics.host to an address of this machine, or to 0.0.0.0 for all.",
            )


def _traces(settings: Settings) -> Iterator[Fault]:
    from worker import bootstrap

    bootstrap.build_traces(settings).close()
    yield from ()


def _writable(path: Path, key: str) -> Iterator[Fault]:
    """Faults of a file that will be written, without writing it."""
    if path.is_dir():
        yield Fault(f"{key}: {path} is a folder.", "Name a file.")
    elif not path.absolute().parent.is_dir():
        parent = path.absolute().parent
        yield Fault(f"{key}: the folder {parent} does not exist.", f"Make it: mkdir -p {parent}")
    else:
        place = path if path.exists() else path.absolute().parent
        if not os.access(place, os.W_OK):
            yield Fault(f"{key}: {place} may not be written.", permit(place, "w"))
