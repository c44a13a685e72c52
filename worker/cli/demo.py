"""`tocsin demo`: the whole pipeline on articles that ship with Tocsin."""

from __future__ import annotations

import tempfile
import threading
from importlib.resources import as_file, files
from pathlib import Path

import click

from worker.cli import options
from worker.cli.scan import summary


@click.command("demo")
@options.as_json
@click.option("--port", default=0, show_default="a free one", help="Port of the metrics page on 127.0.0.1.")
def command(json_lines: bool, port: int) -> None:
    """Play some articles in many languages through the embedded bus and print the alerts they ring.

    Nothing is left behind: the bus is a file in a temporary folder. Articles that ring nothing are
    counted in the summary.
    """
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder,
        as_file(files("worker") / "demo") as articles,
    ):
        _play(Path(folder), articles, json_lines=json_lines, port=port)


def _play(folder: Path, articles: Path, *, json_lines: bool, port: int) -> None:
    from worker import bootstrap, logs
    from worker.clock import SystemClock
    from worker.desk.page import Page
    from worker.feeds import Source
    from worker.health import Health
    from worker.settings import Bus, Embedded, Settings
    from worker.sinks.stdout import StdoutSink

    logs.configure()
    clock = SystemClock()
    settings = Settings(bus=Bus(embedded=Embedded(path=str(folder / "demo.db"))))
    loaded = bootstrap.load_watchlists(["builtin"])
    measured = bootstrap.build_metrics(settings, loaded, clock)
    pipeline = bootstrap.build_brief_pipeline(settings, loaded, measured, clock)
    health, tally = Health(clock), bootstrap.Tally(quiet=True)
    page = Page("127.0.0.1", port, measured, health)
    click.echo(f"Metrics at {page.address} while this runs.\n", err=True)

    def source() -> Source:
        return bootstrap.folder_source(articles, bootstrap.open_intake(settings, clock), clock, interval=0.1)

    # On a demo's terminal a person reads, and in a pipe too unless JSON is asked for.
    sink = StdoutSink(json_lines=json_lines)
    runtime = bootstrap.Runtime(
        settings, pipeline, tally, [source], [sink], threading.Event(), health, clock, drain=True
    )
    try:
        runtime.run()
    finally:
        page.close()
    click.echo(
        f"{summary(tally.outcomes)}; {tally.alerts} alerts from {len(loaded.watches)} watches.",
        err=True,
    )
