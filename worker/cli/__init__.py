"""The command line: one verb, one file, each imported when it is called.

Exit codes: 0 done; 1 the thing checked is not right; 2 wrong use or wrong configuration.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from worker.errors import TocsinError

_VERBS = {
    "demo": "Play articles that ship with Tocsin through the whole pipeline.",
    "run": "Run the worker: sources and topic in, alerts out, until stopped.",
    "scan": "Match files or standard input once; one alert a line.",
    "check": "Check watch-lists: every error and every lint, with its place.",
    "test": "Run the must_match and must_not_match that stand beside each rule.",
    "explain": "Show why a watch did or did not match an article.",
    "backtest": "Show what watch-lists would have rung on a history, or a change of them.",
    "rules": "Show which watches cost the most, on articles or in a running worker.",
    "detect": "Tell the language of texts, one a line.",
    "cite": "Find citations of treaty articles in texts, one a line.",
    "feeds": "Show, check and collect the feeds that are read.",
    "topics": "Show or create the topics of the bus.",
    "deadletters": "Show what could not become an article, and why.",
    "replay": "Put dead letters back where they came from, once.",
    "doctor": "Look for what would keep the worker from running, and say what to do.",
}


_ALLOCATIONS = 100_000
"""Made before Python looks for cycles: what is loaded stays, and looking costs a short verb a tenth."""


class Verbs(click.Group):
    """A group that knows its verbs' one-line help without importing them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs in the order a newcomer needs them."""
        return list(_VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file."""
        if cmd_name not in _VERBS:
            return None
        command: click.Command = import_module(f"worker.cli.{cmd_name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(_VERBS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb. When the reader of its output has seen enough (`| head`), that is no failure."""
        try:
            return super().invoke(ctx)
        except (BrokenPipeError, TocsinError) as error:
            told = error if isinstance(error, BrokenPipeError) else error.__context__  # a sink's, of its pipe
            if not isinstance(told, BrokenPipeError):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is flushed at the end
            ctx.exit(0)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or name the nearest."""
        if args and args[0] not in _VERBS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], _VERBS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"There is no verb '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"tocsin {version('tocsin')}")
        ctx.exit()


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def tocsin() -> None:
    """Tocsin watches the news and rings when something on a watch-list happens.

    Begin with `tocsin demo`. Then `tocsin scan FILE` on an article of your own, and `tocsin check` and
    `tocsin test` on a watch-list of your own. `tocsin run` is the worker.

    Shell completion: eval "$(_TOCSIN_COMPLETE=bash_source tocsin)", or zsh_source, or fish_source.
    """


def prepare_process() -> None:
    """What a process of ours does first, before anything is loaded."""
    gc.set_threshold(_ALLOCATIONS)
    # What we multiply is too small to be shared out, and OpenBLAS's threads spin while they wait for more.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """The console script. Failures with a known cause are one message on standard error."""
    prepare_process()
    try:
        tocsin(prog_name="tocsin")
    except TocsinError as error:
        click.echo(f"tocsin: {error}", err=True)
        sys.exit(2)
