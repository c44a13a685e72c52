"""`tocsin cite`: one line of text in, its citations out."""

from __future__ import annotations

import click
import msgspec

from worker.cli import options


@click.command("cite")
@options.citations
@click.option("--lang", "language", default=None, metavar="CODE", help="The texts' language, as a hint.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(language: str | None, files: tuple[str, ...]) -> None:
    """Find references to provisions of legal instruments in each line, as JSON lines.

    FILE is text, a folder, or `-`; standard input when none is named.
    """
    from worker.citations import recognise

    for line in options.lines_of(files):
        citations = [
            {
                "instrument": found.instrument,
                "article": found.provision,
                "grade": found.grade,
                "start": found.start,
                "end": found.end,
                "quote": found.quote,
                "reason": found.reason,
            }
            for found in recognise(line, language)
        ]
        click.echo(msgspec.json.encode({"citations": citations}).decode())
