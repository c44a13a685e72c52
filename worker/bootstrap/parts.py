"""The parts of the pipeline, from settings: watch-lists and who follows them, detector, matcher, metrics."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from worker import metrics
from worker.article import Frames
from worker.batching import BatchSize
from worker.clock import Clock
from worker.errors import UsageError
from worker.fuse import Fuse
from worker.language import Detector
from worker.match import FirstFew, Matching, failing_examples
from worker.match import Limits as MatchLimits
from worker.metrics import Metrics
from worker.pipeline import Journal, Pipeline, Worker
from worker.ports import Bus
from worker.settings import Settings
from worker.tracing import Traces, open_traces
from worker.watchlist import BUILTIN, Library, LoadedWatchlists, Revision, Watch

if TYPE_CHECKING:
    from worker.match import Matcher
    from worker.reload import Reloader

_UNIT_SHARE = 0.2
"""The share of the poll interval a unit may judge for: a rebalance waits for the slowest member's unit."""
_FAILURES_TOLD = 10


def engine() -> str:
    """Program and version, as alerts name it."""
    return f"tocsin {version('tocsin')}"


def use_citations(settings: Settings) -> None:
    """Put the treaties and languages of the settings' own folder in force. Raises UsageError."""
    if settings.citations.folder is not None:
        from worker.citations import use_folder

        use_folder(settings.citations.folder)


def watchlist_library(paths: Sequence[str]) -> Library:
    """The watch-lists of these paths, `builtin` among them, not yet read."""
    return Library([BUILTIN if path == "builtin" else Path(path) for path in paths])


def load_watchlists(paths: Sequence[str]) -> LoadedWatchlists:
    """The watch-lists of these paths. Raises WatchlistErrors."""
    return watchlist_library(paths).open()


def build_reloader(
    settings: Settings, library: Library, pipeline: Pipeline, measured: Metrics, clock: Clock
) -> Reloader:
    """What keeps the pipeline's watches in step with their files."""
    from worker.reload import Reloader  # with the log's library, which no other verb needs

    def install(matcher: Matcher) -> None:
        pipeline.matcher = matcher  # one assignment: an article is matched by the old or by the new
        measured.watches_unindexed.set(matcher.unindexed)

    def approve(revision: Revision) -> None:
        refuse_failing(settings, revision.added)

    return Reloader(library, lambda: indexed(pipeline), install, approve, measured, clock)


def indexed(pipeline: Pipeline) -> Matcher:
    """The matcher of a pipeline that `build_pipeline` made."""
    from worker.match import Matcher  # it imports the compiler of its loops

    assert isinstance(pipeline.matcher, Matcher)  # noqa: S101 - one that takes changes, not any that matches
    return pipeline.matcher


class FailingExamples(UsageError):
    """Watch-lists with a watch whose own examples fail; they are not put in force."""


def refuse_failing(settings: Settings, watches: Sequence[Watch]) -> None:
    """Raise FailingExamples, which names each failing watch and example, unless they are allowed.

    Asked before watches are put in force, when a worker starts and when it reads them again.
    """
    if settings.watchlists.failing == "allow":
        return
    failures = failing_examples(watches)
    if not failures:
        return
    told = "\n".join(str(failure) for failure in failures[:_FAILURES_TOLD])
    more = len(failures) - _FAILURES_TOLD
    rest = f"\nand {more} more; `tocsin test` shows them all." if more > 0 else ""
    names = ", ".join(dict.fromkeys(failure.watch for failure in failures))
    raise FailingExamples(
        f"the examples of {names} do not hold, so these watch-lists are refused:\n{told}{rest}\n"
        "Mend the rule or the example, or allow it with --allow-failing "
        '(watchlists.failing = "allow").'
    )


def build_pipeline(
    settings: Settings, watchlists: LoadedWatchlists, measured: Metrics, clock: Clock
) -> Pipeline:
    """The sentence, with its real parts."""
    from worker.match import Matcher  # it imports the compiler of its loops

    matcher = Matcher(watchlists.watches, _budget(settings), clock)
    measured.watches_unindexed.set(matcher.unindexed)
    return _pipeline(settings, matcher, measured, clock)


def build_brief_pipeline(
    settings: Settings, watchlists: LoadedWatchlists, measured: Metrics, clock: Clock
) -> Pipeline:
    """The same sentence for who may have one article: it is ready at once, and quick when there are more."""
    return _pipeline(settings, FirstFew(watchlists.watches, _budget(settings)), measured, clock)


def _budget(settings: Settings) -> MatchLimits:
    return MatchLimits(float(settings.limits.match_seconds), float(settings.limits.rule_seconds))


def _pipeline(settings: Settings, matcher: Matching, measured: Metrics, clock: Clock) -> Pipeline:
    limits, language = settings.limits, settings.language
    return Pipeline(
        Detector(language.sample, language.minimum, language.confidence),
        matcher,
        clock,
        measured,
        engine(),
        limits.article_bytes,
        limits.expire_seconds,
        Frames(limits.schema_frame),
    )


def build_traces(settings: Settings) -> Traces:
    """Where spans go. Raises UsageError when they are asked for and cannot be sent."""
    endpoint = settings.traces.endpoint
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        raise UsageError("traces.endpoint: expected http:// or https://, as http://collector:4318/v1/traces.")
    return open_traces(endpoint, settings.traces.share, version("tocsin"))


def build_worker(
    settings: Settings, bus: Bus, pipeline: Pipeline, journal: Journal, traces: Traces | None = None
) -> Worker:
    """The main loop's worker on a subscribed bus."""
    limits = settings.limits
    return Worker(
        bus,
        pipeline,
        journal,
        BatchSize(settings.bus.batch),
        Fuse(limits.dead_letters_in_a_row, limits.dead_letter_share),
        _UNIT_SHARE * settings.bus.kafka.poll_interval,
        traces or Traces(),
    )


def build_metrics(settings: Settings, watchlists: LoadedWatchlists, clock: Clock) -> Metrics:
    """All metrics at zero, and what is known of the watch-lists."""
    measured = metrics.create(version("tocsin"), settings.bus.kind)
    measured.show_watchlists({listed.id: len(listed.watches) for listed in watchlists.watchlists})
    measured.watchlist_load_success.set(1)
    measured.watchlist_load_timestamp.set(clock.now())
    return measured
