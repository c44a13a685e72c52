"""`tocsin deadletters`: what could not become an article, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from worker.cli import options
from worker.cli.letters import choosing


@click.command("deadletters")
@options.config
@choosing
@options.as_json
def command(config_path: Path | None, json_lines: bool, **chosen: Any) -> None:
    """Show dead letters: a table on a terminal, JSON lines in a pipe. Changes nothing.

    tocsin deadletters --since 24h
    tocsin deadletters --reason not_json --json | jq -r .preview
    """
    import json

    from worker import bootstrap, logs
    from worker.article.letters import letters, put_back_already
    from worker.cli.letters import print_table, selection, shown
    from worker.ports import DEAD_LETTERS
    from worker.settings import load

    logs.configure()
    chosen_letters = selection(**chosen)
    archive = bootstrap.open_archive(load(options.config_file(config_path)))
    try:
        replayed = put_back_already(archive.records(DEAD_LETTERS))
        rows = (
            shown(letter, replayed=letter.place in replayed)
            for letter in letters(archive.records(DEAD_LETTERS))
            if chosen_letters.takes(letter)
        )
        if options.wants_json(json_lines):
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
        else:
            print_table(rows)
    finally:
        archive.close()
