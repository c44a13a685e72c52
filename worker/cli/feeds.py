"""`tocsin feeds`: which feeds are read, how they are, and lists of them made and exchanged."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli import options
from worker.errors import UsageError

if TYPE_CHECKING:
    import msgspec

    from worker.feeds.discover import Discovered
    from worker.feeds.listed import Listed
    from worker.settings import Settings


@click.group("feeds")
def command() -> None:
    """Show, check and collect the feeds that `tocsin run` reads.

    tocsin feeds add https://example.org
    tocsin feeds list
    """


@command.command("list")
@options.config
@options.as_json
def list_feeds(config_path: Path | None, json_lines: bool) -> None:
    """Show each feed: its state, last success, next poll, items a week, and the last error in words."""
    from worker import bootstrap, logs
    from worker.clock import SystemClock
    from worker.feeds import assemble
    from worker.feeds.poll import key_of
    from worker.feeds.report import report
    from worker.feeds.state import loaded

    logs.configure()
    settings = _settings(config_path)
    found = bootstrap.load_sources(settings)
    specs = assemble.specs_of(found.listed, float(settings.sources.poll_seconds))
    states = bootstrap.feed_states(settings, [key_of(spec.url) for spec in specs], SystemClock())
    reports = [report(spec, loaded(states.get(key_of(spec.url)))) for spec in specs]
    _print(
        reports,
        ("url", "state", "last_success", "next_poll", "items_a_week", "error"),
        json_lines=json_lines,
    )
    _remark(found.remarks)


@command.command("check")
@options.config
@options.as_json
def check_feeds(config_path: Path | None, json_lines: bool) -> None:
    """Ask each feed once and say what is wrong with it. Publishes and remembers nothing.

    Exit code 1 when something is.
    """
    from worker import bootstrap, logs
    from worker.feeds import assemble

    logs.configure()
    settings = _settings(config_path)
    found = bootstrap.load_sources(settings)
    specs = assemble.specs_of(found.listed, float(settings.sources.poll_seconds))
    with options.progress("asking", len(specs)) as done:
        findings = bootstrap.asked_once(settings, specs, done)
    _print(findings, ("url", "result", "items", "newest", "problems"), json_lines=json_lines)
    _remark(found.remarks)
    sys.exit(1 if any(each.problems for each in findings) else 0)


@command.command("add")
@options.config
@click.option(
    "--to", "target", type=click.Path(path_type=Path), metavar="FILE", help="The list to add it to."
)
@click.option("--all", "every", is_flag=True, help="Add every feed of the site, not only the first.")
@click.argument("url")
def add_feed(config_path: Path | None, target: Path | None, every: bool, url: str) -> None:
    """Find the feed of a site from any of its addresses, and add it to a list in YAML.

    Asked are the address itself, the feeds its page names, the usual paths and its news sitemaps. The list
    is the first YAML file of sources.lists, unless --to names one. Exit code 1 when no feed is found.
    """
    import asyncio

    from worker.feeds import FeedParser
    from worker.feeds.discover import discover
    from worker.feeds.fetch import Fetcher
    from worker.feeds.guard import networks
    from worker.feeds.poll import user_agent

    settings = _settings(config_path)
    path = target or _own_list(settings)
    address = url if "://" in url else f"https://{url}"

    async def found_with(parser: FeedParser) -> list[Discovered]:
        allowed = networks(settings.sources.allow_networks)
        fetcher = Fetcher(user_agent=user_agent(settings.sources.contact), allowed=allowed)
        try:
            return await discover(address, fetcher, parser)
        finally:
            await fetcher.close()

    with FeedParser() as parser:
        found = asyncio.run(found_with(parser))
    if not found:
        click.echo(f"tocsin: no feed was found at {address}, in its links or on the usual paths.", err=True)
        sys.exit(1)
    wanted = [_told(each) for each in (found if every else found[:1])]
    added = _added(path, wanted)
    for fields in added:
        click.echo(f"added {fields['url']} to {path}")
    for fields in (each for each in wanted if each not in added):
        click.echo(f"{fields['url']} is in {path} already")
    for each in found if not every else ():
        if each.url != found[0].url:
            click.echo(f"not added (--all adds it): {each.url}  {each.title or ''}".rstrip())


@command.command("import")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="FILE", help="The list to add to.")
@options.config
@click.argument("opml", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_opml(config_path: Path | None, target: Path | None, opml: Path) -> None:
    """Add the feeds of an OPML file to a list in YAML, those that it has already left out."""
    from worker.feeds.lists import read_list

    path = target or _own_list(_settings(config_path))
    found, problems = read_list(str(opml), opml.read_bytes())
    for problem in problems:
        click.echo(f"tocsin: {problem}", err=True)
    added = _added(path, list(map(_fields, found)))
    click.echo(f"added {len(added)} of {len(found)} feeds to {path}")
    sys.exit(1 if problems else 0)


@command.command("export")
@options.config
def export_opml(config_path: Path | None) -> None:
    """Print all feeds as OPML. Headers, passwords and intervals stay behind."""
    import msgspec

    from worker import bootstrap
    from worker.feeds.fetch import public_url
    from worker.feeds.opml import write_opml

    found = bootstrap.load_sources(_settings(config_path))
    shown = [msgspec.structs.replace(each, url=public_url(each.url)) for each in found.listed]
    click.echo(write_opml(shown), nl=False)


def _settings(config_path: Path | None) -> Settings:
    from worker.settings import load

    return load(options.config_file(config_path))


def _own_list(settings: Settings) -> Path:
    from worker.feeds.lists import is_address

    for path in settings.sources.lists:
        if path.lower().endswith((".yaml", ".yml")) and not is_address(path):
            return Path(path)
    raise UsageError(
        "which list? Name one with --to feeds.yaml, and in tocsin.toml under [sources]: "
        'lists = ["feeds.yaml"].'
    )


def _added(path: Path, wanted: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """What of it the list did not have; it is written whole or not at all."""
    from worker.feeds.list_yaml import with_sources
    from worker.feeds.listed import Wrong
    from worker.feeds.lists import canonical_key, read_list

    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known, problems = read_list(str(path), text.encode())
    if problems:
        raise UsageError("the list is not right, mend it first:\n" + "\n".join(problems))
    seen = {canonical_key(each.url) for each in known}
    new: list[dict[str, object]] = []
    for fields in wanted:
        key = canonical_key(str(fields["url"]))
        if key not in seen:
            seen.add(key)
            new.append(fields)
    try:
        written = with_sources(text, new)
    except Wrong as error:
        raise UsageError(f"{path}: {error}.") from None
    if len(read_list(str(path), written.encode())[0]) != len(known) + len(new):
        raise UsageError(f"{path}: cannot be added to by a program; add by hand.")
    if new:
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(written, encoding="utf-8")
        fresh.replace(path)
    return new


def _told(found: Discovered) -> dict[str, object]:
    fields: dict[str, object] = {"url": found.url, "name": found.title}
    return {name: value for name, value in fields.items() if value}


def _fields(source: Listed) -> dict[str, object]:
    fields = {"url": source.url, "name": source.name, "language": source.language, "tags": list(source.tags)}
    return {name: value for name, value in fields.items() if value}


def _remark(remarks: Iterable[str]) -> None:
    for remark in remarks:
        click.echo(f"tocsin: {remark}", err=True)


def _print(rows: Sequence[msgspec.Struct], columns: Sequence[str], *, json_lines: bool) -> None:
    """JSON lines in a pipe, a table on a terminal."""
    import msgspec

    if options.wants_json(json_lines):
        for row in rows:
            click.echo(msgspec.json.encode(row).decode())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*(column.replace("_", " ") for column in columns))
    for row in rows:
        table.add_row(*(Text(_cell(getattr(row, column))) for column in columns))
    Console().print(table)


def _cell(value: object) -> str:
    shown = "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    return "".join(character if character.isprintable() else "·" for character in shown)
