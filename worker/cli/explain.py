"""`tocsin explain`: why a watch did, or did not, match an article; or why an alert rang."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import msgspec

from worker.cli import options
from worker.errors import BadInput, UsageError
from worker.rules import Explanation

if TYPE_CHECKING:
    from worker.alert import KeptArticle
    from worker.text import Document
    from worker.types import Alert
    from worker.watchlist import Watch

_ALERT_ID = re.compile(r"[0-9a-f]{32}")


class Explained(msgspec.Struct, frozen=True, omit_defaults=True):
    """What `--json` prints. `notes`: what has changed since the alert rang."""

    watch: str
    article: str
    language: str
    explanation: Explanation
    alert: str | None = None
    notes: tuple[str, ...] = ()


@click.command("explain")
@options.citations
@options.watchlists
@click.option("--watch", "watch_id", metavar="ID", help="Which watch to explain; not needed for an alert.")
@options.config
@click.option("--json", "json_lines", is_flag=True, help="The explanation as JSON.")
@click.argument("targets", nargs=-1, metavar="[FILE]... | ALERT_ID")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    watch_id: str | None,
    config_path: Path | None,
    json_lines: bool,
    targets: tuple[str, ...],
) -> None:
    """Show a rule as a tree with ✓ and ✗, the words it matched, and the nearest miss of what failed.

    With the id of an alert, the alert and its article are looked up on the configured bus; the rule is the
    one in the configured watch-lists, or in those of -w. Exit code 1 when an input was no article, or the
    alert or its article is no longer kept.

        tocsin explain --watch un-charter-51 article.txt
        tocsin explain 5f2b1c9e0a7d4e3388b1c9e05f2b1c9e
    """
    if watch_id is None and len(targets) == 1 and _ALERT_ID.fullmatch(targets[0]):
        given = context.get_parameter_source("paths") is not click.core.ParameterSource.DEFAULT
        _explain_alert(targets[0], paths if given else None, config_path, json_lines=json_lines)
        return
    if watch_id is None:
        raise UsageError("say which watch to explain: --watch ID; or give the id of an alert alone.")
    try:
        watch = _watch(paths, watch_id, version=False)
    except LookupError as unknown:
        raise options.unknown_watch(watch_id, unknown.args[0]) from None
    bad = 0
    for found in _documents(targets):
        if isinstance(found, BadInput):
            click.echo(f"tocsin: {found.detail} [{found.reason}]", err=True)
            bad += 1
        else:
            _show(watch, *found, json_lines=json_lines)
    sys.exit(1 if bad else 0)


def _watch(paths: tuple[str, ...], watch_id: str, *, version: bool = True) -> Watch:
    """The watch, without the lists' others and without bootstrap, whose logs and metrics take longer to load.

    Raises LookupError with the ids that there are.
    """
    from worker.watchlist import BUILTIN, load_watch

    return load_watch(
        [BUILTIN if path == "builtin" else Path(path) for path in paths], watch_id, version=version
    )


def _documents(files: tuple[str, ...]) -> Iterator[tuple[str, Document] | BadInput]:
    """(article id, the article as the worker would see it) of every article in the files."""
    from worker.article import read_articles
    from worker.feeds import parse_feed
    from worker.language import GATE_SHARE, Detector
    from worker.text import Document

    detector = Detector()
    for name, data in options.inputs(files):
        for found in read_articles(data, source_name=name, parse_feed=parse_feed):
            if isinstance(found, BadInput):
                yield found
            else:
                language = detector.detect(found)
                yield found.id, Document.of(found, language.code, language.holding(GATE_SHARE))


def _explain_alert(
    alert_id: str, paths: tuple[str, ...] | None, config_path: Path | None, *, json_lines: bool
) -> None:
    from worker import bootstrap, logs, settings
    from worker.alert import find_alert, find_article
    from worker.text import Document

    logs.configure()
    configured = settings.load(options.config_file(config_path))
    reader = bootstrap.open_reader(configured)
    try:
        alert = find_alert(reader, alert_id)
        if alert is None:
            _not_kept(f"there is no alert {alert_id} on the bus; it is wrong, or older than what is kept.")
        kept = find_article(reader, alert, limit=configured.limits.article_bytes)
    finally:
        reader.close()
    if kept is None:
        quotes = "; ".join(f"“{item.quote}” by {item.leaf}" for item in alert.evidence[:3])
        _not_kept(
            f"the article {alert.article.id} is no longer on the bus. The alert of {alert.watch.id} "
            f"quoted {quotes}."
        )
    try:
        watch = _watch(configured.watchlists.paths if paths is None else paths, alert.watch.id)
    except LookupError:
        raise UsageError(
            f"the alert is of the watch '{alert.watch.id}', which is not in these watch-lists; name its "
            "watch-list with -w."
        ) from None
    document = Document.of(kept.article, alert.language.code)
    _show(
        watch,
        kept.article.id,
        document,
        json_lines=json_lines,
        alert=alert_id,
        notes=_notes(watch, alert, kept),
    )


def _notes(watch: Watch, alert: Alert, kept: KeptArticle) -> tuple[str, ...]:
    """What is no longer as it was when the alert rang."""
    notes = []
    if watch.version != alert.watch.version:
        notes.append(
            f"the watch has changed since the alert rang ({alert.watch.version} then, {watch.version} now); "
            "this explains it as it is now"
        )
    if not kept.same:
        notes.append("the article has changed since the alert rang; this explains its newest version")
    return tuple(notes)


def _not_kept(sentence: str) -> NoReturn:
    click.echo(f"tocsin: {sentence}", err=True)
    sys.exit(1)


def _show(
    watch: Watch,
    article_id: str,
    document: Document,
    *,
    json_lines: bool,
    alert: str | None = None,
    notes: tuple[str, ...] = (),
) -> None:
    from worker.match import explained

    explanation = explained(watch, document)
    if json_lines:
        line = Explained(watch.id, article_id, document.language, explanation, alert, notes)
        click.echo(msgspec.json.encode(line).decode())
        return
    for note in notes:
        click.echo(f"Note: {note}.")
    click.echo(f"{watch.id} on {article_id}, language {document.language}")
    click.echo(str(explanation))
