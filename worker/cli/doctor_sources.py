"""What `tocsin doctor` says of folders, lists of feeds and feeds; some it asks, as `feeds check` does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from worker.errors import TocsinError

if TYPE_CHECKING:
    from worker.settings import Settings

MOST_ASKED = 20
"""So many feeds are asked, spread over the list: enough to tell our fault from theirs, and soon done."""

_BROKEN_SHARE = 0.2
"""As in the alert TocsinFeedsBroken: fewer are a matter for the list's owner, and told as a remark."""


class Fault(NamedTuple):
    """What is wrong, and what to do."""

    wrong: str
    remedy: str


def faults(settings: Settings) -> Iterator[Fault]:
    """What keeps articles from coming in."""
    from worker import bootstrap
    from worker.clock import SystemClock

    sources = settings.sources
    named = sources.folders or sources.stdin or sources.feeds or sources.lists
    if settings.bus.kind == "embedded" and not named:
        yield Fault(
            "nothing to read.", 'Set sources.folders, sources.feeds or sources.lists, or bus.kind = "kafka".'
        )
    yield from _folders(sources.folders)
    without = msgspec.structs.replace(sources, folders=())
    try:
        bootstrap.source_factories(msgspec.structs.replace(settings, sources=without), SystemClock())
    except TocsinError as error:
        yield Fault(str(error), "Mend what is named: `tocsin run` refuses to start with it.")
        return
    if sources.feeds or sources.lists:
        yield from _feeds(settings)


def _folders(paths: Sequence[str]) -> Iterator[Fault]:
    for folder in map(Path, paths):
        if not folder.is_dir():
            yield Fault(f"sources.folders: {folder} is not a folder.", f"Make it: mkdir -p {folder}")
        elif not os.access(folder, os.R_OK | os.X_OK):
            yield Fault(f"sources.folders: {folder} may not be read.", permit(folder, "rx"))


def _feeds(settings: Settings) -> Iterator[Fault]:
    from worker import bootstrap
    from worker.feeds import assemble
    from worker.types import PollResult

    found = bootstrap.load_sources(settings)
    for remark in found.remarks:
        click.echo(f"! sources: {remark}")
    specs = assemble.specs_of(found.listed, float(settings.sources.poll_seconds))
    if not specs:
        yield Fault("the lists of feeds name none.", "Add one: `tocsin feeds add ADDRESS`.")
        return
    asked = specs[:: -(-len(specs) // MOST_ASKED)]
    bad = [
        each
        for each in bootstrap.asked_once(settings, asked)
        if each.result in (PollResult.FAILED, PollResult.REFUSED, PollResult.GONE)
    ]
    told = f"{len(bad)} of {len(asked)} feeds asked give nothing" + "".join(
        f"\n    {'; '.join(each.problems)}" for each in bad[:5]
    )
    if len(bad) == len(asked) > 1:
        yield Fault(told, "All of them: look at this machine's network, proxy and name server first.")
    elif len(bad) > _BROKEN_SHARE * len(asked):
        yield Fault(told, "`tocsin feeds check` asks all and names each; mend or remove their addresses.")
    elif bad:
        click.echo(f"! sources: {told}")


def permit(path: Path, rights: str) -> str:
    """How to give this user a right."""
    return f"Give user {os.getuid()} the right: chmod u+{rights} {path}, or chown it."
