"""`tocsin topics`: what the bus should hold, and what it does."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from worker.cli import options


@click.command("topics")
@options.config
@click.option("--create", is_flag=True, help="Create the missing topics. Existing ones are never changed.")
def command(config_path: Path | None, create: bool) -> None:
    """Show the topics: which exist, with how many partitions, and what differs from what is sensible.

    Exit code 1 when one is missing or differs.
    """
    from worker import bootstrap, logs
    from worker.bus.topics import CATALOGUE, TopicStatus
    from worker.settings import load

    logs.configure()
    settings = load(options.config_file(config_path))
    admin = bootstrap.open_admin(settings)
    if create:
        for name in admin.create(CATALOGUE):
            click.echo(f"created {name}")
    reports = admin.describe(CATALOGUE)
    for spec, report in zip(CATALOGUE, reports, strict=True):
        click.echo(
            f"{report.name}: {report.status}, {report.partitions} partitions, {report.replication} replicas"
        )
        click.echo(f"    {spec.reason}")
        for name, (wanted, found) in report.differences.items():
            click.echo(f"    {name}: wanted {wanted}, found {found}")
    sys.exit(0 if all(report.status is TopicStatus.OK for report in reports) else 1)
