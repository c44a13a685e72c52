"""`tocsin explain`: why a watch did, or did not, match an article."""

from __future__ import annotations

import difflib
import sys

import click

from worker.cli import options
from worker.errors import BadInput, UsageError


@click.command("explain")
@options.watchlists
@click.option("--watch", "watch_id", required=True, metavar="ID", help="Which watch to explain.")
@click.option("--json", "json_lines", is_flag=True, help="The explanation as JSON.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(paths: tuple[str, ...], watch_id: str, json_lines: bool, files: tuple[str, ...]) -> None:
    """Show a rule as a tree with ✓ and ✗, the words it matched, and the nearest miss of what failed.

    Exit code 1 when an input was no article.

        tocsin explain --watch un-charter-51 article.txt
    """
    import msgspec

    from worker import bootstrap
    from worker.article import read_articles
    from worker.cli.judging import document_of
    from worker.feeds import parse_feed
    from worker.language import Detector
    from worker.match import FieldCitations
    from worker.rules import explain

    watches = {watch.id: watch for watch in bootstrap.load_watchlists(paths).watches}
    if watch_id not in watches:
        close = difflib.get_close_matches(watch_id, watches, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else f" There are: {', '.join(watches)}."
        raise UsageError(f"there is no watch '{watch_id}'.{hint}")
    watch, detector, bad = watches[watch_id], Detector(), 0
    for name, data in options.inputs(files):
        for found in read_articles(data, source_name=name, parse_feed=parse_feed):
            if isinstance(found, BadInput):
                click.echo(f"tocsin: {found.detail} [{found.reason}]", err=True)
                bad += 1
                continue
            document = document_of(found, detector)
            explanation = explain(watch.rule, document, FieldCitations(document), watch.languages)
            if json_lines:
                click.echo(msgspec.json.encode(explanation).decode())
            else:
                click.echo(f"{watch.id} on {found.id}, language {document.language}")
                click.echo(str(explanation))
    sys.exit(1 if bad else 0)
