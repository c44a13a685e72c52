"""Puts the real parts together; the only room that knows everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from worker.lazily import faced

if TYPE_CHECKING:
    from worker.bootstrap.journal import (
        LogJournal,
        Tally,
    )
    from worker.bootstrap.parts import (
        FailingExamples,
        build_brief_pipeline,
        build_metrics,
        build_pipeline,
        build_reloader,
        build_traces,
        build_worker,
        engine,
        indexed,
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
    from worker.bootstrap.runtime import (
        Runtime,
    )
    from worker.bootstrap.sources import (
        asked_once,
        build_follower,
        counting,
        folder_source,
        letters,
        load_sources,
        source_factories,
        tell_of_polls,
    )

_WHERE = {
    "FailingExamples": "parts",
    "LogJournal": "journal",
    "Runtime": "runtime",
    "Tally": "journal",
    "asked_once": "sources",
    "build_brief_pipeline": "parts",
    "build_follower": "sources",
    "build_metrics": "parts",
    "build_pipeline": "parts",
    "build_reloader": "parts",
    "build_traces": "parts",
    "build_worker": "parts",
    "counting": "sources",
    "engine": "parts",
    "feed_states": "places",
    "folder_source": "sources",
    "indexed": "parts",
    "insecurities": "places",
    "letters": "sources",
    "load_sources": "sources",
    "load_watchlists": "parts",
    "open_admin": "places",
    "open_archive": "places",
    "open_bus": "places",
    "open_intake": "places",
    "open_reader": "places",
    "open_sinks": "places",
    "refuse_failing": "parts",
    "source_factories": "sources",
    "state_file": "places",
    "tell_of_polls": "sources",
    "use_citations": "parts",
    "watchlist_library": "parts",
}
"""Name → its file. Each is imported when first asked for: a verb at a terminal needs few of them."""

__getattr__ = faced(__name__, _WHERE)


__all__ = [
    "FailingExamples",
    "LogJournal",
    "Runtime",
    "Tally",
    "asked_once",
    "build_brief_pipeline",
    "build_follower",
    "build_metrics",
    "build_pipeline",
    "build_reloader",
    "build_traces",
    "build_worker",
    "counting",
    "engine",
    "feed_states",
    "folder_source",
    "indexed",
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
