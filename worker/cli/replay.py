"""`tocsin replay`: put dead letters back where they came from, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from worker.article.letters import Letter, Selection
from worker.cli import options
from worker.cli.letters import choosing
from worker.ports import Archive

_LETTERS, _BYTES = 500, 8 << 20
"""How much goes back in one unit of work."""


@click.command("replay")
@options.config
@choosing
@click.option("--yes", is_flag=True, help="Do it. Without this, only say what would be done.")
@click.option("--again", is_flag=True, help="Letters that were put back before, too.")
def command(config_path: Path | None, yes: bool, again: bool, **chosen: Any) -> None:
    """Put dead letters back on the topic they came from, each at most once.

    Without --yes nothing is written: it says what would be. What was put back is marked, and passed over
    the next time unless you say --again. What a file or feed brought is not put back; mend it there.

        tocsin replay --reason not_json --since 24h
        tocsin replay --reason not_json --since 24h --yes
    """
    from worker import bootstrap, logs
    from worker.cli.letters import selection
    from worker.settings import load

    logs.configure()
    meant = selection(**chosen)
    archive = bootstrap.open_archive(load(options.config_file(config_path)))
    try:
        if yes:
            archive.claim()
        gone: Counter[str] = Counter()
        passed: Counter[str] = Counter()
        for batch in _batches(_eligible(archive, meant, passed, again=again)):
            if yes:
                _put_back(archive, batch, again=again)
            gone.update(letter.reason for letter in batch)
        _report(gone, passed, done=yes)
    finally:
        archive.close()


def _eligible(archive: Archive, meant: Selection, passed: Counter[str], *, again: bool) -> Iterator[Letter]:
    """The letters that go back; the others that were meant are counted in `passed` by why not."""
    from worker.article.letters import letters, put_back_already
    from worker.ports import DEAD_LETTERS

    replayed = put_back_already(archive.records(DEAD_LETTERS))
    for letter in letters(archive.records(DEAD_LETTERS)):
        if not meant.takes(letter):
            continue
        if not letter.can_go_back:
            passed["came from a file or feed"] += 1
        elif letter.place in replayed and not again:
            passed["put back before"] += 1
        else:
            yield letter


def _batches(found: Iterator[Letter]) -> Iterator[list[Letter]]:
    batch: list[Letter] = []
    size = 0
    for letter in found:
        batch.append(letter)
        size += len(letter.record.value or b"")
        if len(batch) >= _LETTERS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _put_back(archive: Archive, batch: list[Letter], *, again: bool) -> None:
    import uuid

    from worker.article.letters import going_back
    from worker.clock import SystemClock, rfc3339

    at = rfc3339(SystemClock().now())
    turn = f":{uuid.uuid4().hex}" if again else ""  # asked for once more is no accident
    messages = [message for letter in batch for message in going_back(letter, at)]
    archive.put_back(messages, [f"replay:{letter.place}{turn}" for letter in batch])


def _report(gone: Counter[str], passed: Counter[str], *, done: bool) -> None:
    total = gone.total()
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(gone.items()))
    verb = "put back" if done else "would be put back"
    click.echo(f"{total:,} letter{'' if total == 1 else 's'} {verb}{f' ({reasons})' if reasons else ''}.")
    for why, count in sorted(passed.items()):
        click.echo(f"{count:,} passed over: {why}.")
    if total and not done:
        click.echo("Nothing was written. Say --yes to do it.")
