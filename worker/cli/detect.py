"""`tocsin detect`: one line of text in, its language out."""

from __future__ import annotations

import click
import msgspec

from worker.cli import options


@click.command("detect")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(files: tuple[str, ...]) -> None:
    """Tell the language of each line: {"language", "confidence", "detector"} as JSON lines.

    FILE is text, a folder, or `-`; standard input when none is named.
    """
    from worker.language import Detector

    detector = Detector()
    for line in options.lines_of(files):
        found = detector.detect_text(line)
        told = {"language": found.code, "confidence": found.confidence, "detector": found.detector}
        click.echo(msgspec.json.encode(told).decode())
