"""Puts the real parts together; the only room that knows everyone."""

from worker.bootstrap.journal import LogJournal, Tally
from worker.bootstrap.parts import (
    FailingExamples,
    build_metrics,
    build_pipeline,
    build_reloader,
    build_worker,
    engine,
    load_watchlists,
    refuse_failing,
    use_citations,
    watchlist_library,
)
from worker.bootstrap.places import (
    feed_states,
    insecurities,
    open_admin,
    open_archive,
    open_bus,
    open_intake,
    open_reader,
    open_sinks,
    state_file,
)
from worker.bootstrap.runtime import Runtime
from worker.bootstrap.sources import (
    build_follower,
    counting,
    folder_source,
    letters,
    load_sources,
    source_factories,
    tell_of_polls,
)

__all__ = [
    "FailingExamples",
    "LogJournal",
    "Runtime",
    "Tally",
    "build_follower",
    "build_metrics",
    "build_pipeline",
    "build_reloader",
    "build_worker",
    "counting",
    "engine",
    "feed_states",
    "folder_source",
    "insecurities",
    "letters",
    "load_sources",
    "load_watchlists",
    "open_admin",
    "open_archive",
    "open_bus",
    "open_intake",
    "open_reader",
    "open_sinks",
    "refuse_failing",
    "source_factories",
    "state_file",
    "tell_of_polls",
    "use_citations",
    "watchlist_library",
]
