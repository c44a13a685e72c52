from __future__ import annotations

import pytest

from worker.watchlist import BUILTIN, WatchlistErrors, load, load_watch


def test_a_watch_loaded_alone_is_the_watch_of_the_whole_lists():
    for watch in load([BUILTIN]).watches[::4]:
        alone = load_watch([BUILTIN], watch.id)
        assert (alone.version, alone.query, alone.line) == (watch.version, watch.query, watch.line)


def test_an_unknown_watch_is_told_with_those_there_are():
    with pytest.raises(LookupError) as unknown:
        load_watch([BUILTIN], "no-such-watch")
    assert "un-charter-51" in unknown.value.args[0]


def test_a_wrong_rule_is_told_as_check_tells_it(tmp_path):
    file = tmp_path / "list.yaml"
    file.write_text("watchlist: one\nwatches:\n  - {id: one, query: '@nothing'}\n")
    with pytest.raises(WatchlistErrors):
        load_watch([file], "one")


def test_a_watch_that_is_only_looked_at_needs_no_version():
    assert load_watch([BUILTIN], "un-charter-51", version=False).version == ""
