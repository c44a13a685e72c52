"""`tocsin detect`: one line of text in, its language out; or one article in."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
import msgspec

from worker.cli import options
from worker.errors import BadInput
from worker.types import Article


@click.command("detect")
@click.option("--articles", "whole", is_flag=True, help="Read articles, as `scan` does, instead of lines.")
@click.option("--files", "each_file", is_flag=True, help="Take each file as one text.")
@click.option("--explain", "explained", is_flag=True, help="Add the votes of the detectors that were asked.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(files: tuple[str, ...], whole: bool, each_file: bool, explained: bool) -> None:
    """Tell the language of each line: {"language", "confidence", "detector"} as JSON lines.

    FILE is text, a folder, or `-`; standard input when none is named. Of articles the declared
    language is weighed in and `id` is told; of a text in several languages, their `shares`.
    Exit code 1 when some input was no article.
    """
    from worker.language import Detector

    if whole and each_file:
        raise click.UsageError("--articles and --files exclude each other: an article has its own fields.")
    detector = Detector()
    bad = 0
    for name, article in _read(files, whole=whole, each_file=each_file):
        if isinstance(article, BadInput):
            click.echo(f"tocsin: {article.detail} [{article.reason}]", err=True)
            bad += 1
            continue
        found = detector.detect(article)
        told: dict[str, object] = {"id": article.id} if whole else {"file": name} if each_file else {}
        told |= {"language": found.code, "confidence": found.confidence, "detector": found.detector}
        if found.tag not in (None, found.code):
            told["tag"] = found.tag
        if found.declared is not None:
            told |= {"declared": found.declared, "disagrees": found.disagrees}
        if found.shares:
            told["shares"] = dict(found.shares)
        if explained:
            told["votes"] = [msgspec.structs.asdict(vote) for vote in detector.explain(article).votes]
        click.echo(msgspec.json.encode(told).decode())
    sys.exit(1 if bad else 0)


def _read(
    files: tuple[str, ...], *, whole: bool, each_file: bool
) -> Iterator[tuple[str, Article | BadInput]]:
    """(name of the input, what was found in it): articles, whole files or lines."""
    if not whole and not each_file:
        yield from (("", Article(id="", text=line)) for line in options.lines_of(files))
        return
    for name, data in options.inputs(files):
        if each_file:
            yield name, Article(id=name, text=data.decode("utf-8", "replace"))
            continue
        from worker.article import read_articles
        from worker.feeds import parse_feed

        yield from ((name, found) for found in read_articles(data, source_name=name, parse_feed=parse_feed))
