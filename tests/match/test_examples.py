"""Whose examples are run before watches are put in force."""

from __future__ import annotations

import msgspec
import pytest

from worker.match import failing_examples
from worker.watchlist import BUILTIN, Example, load, load_watch


@pytest.fixture(scope="module")
def wrong():
    """A watch that ships, with an example that does not hold."""
    watch = load_watch([BUILTIN], "un-charter-51")
    return msgspec.structs.replace(watch, must_match=(Example(text="Rain is expected on Friday."),))


def test_the_examples_of_the_lists_that_ship_are_not_run_again(wrong):
    assert failing_examples([wrong]) == ()


def test_those_of_a_copy_are(wrong):
    [failure] = failing_examples([msgspec.structs.replace(wrong, file="un-charter-51.yaml")])
    assert (failure.watch, failure.failure) == ("un-charter-51", "it did not match, and must")


def test_a_folder_called_builtin_is_its_authors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / BUILTIN).mkdir()
    file = tmp_path / BUILTIN / "mine.yaml"
    file.write_text("watchlist: mine\nwatches:\n  - {id: one, query: treaty, must_match: [rain]}\n")
    watches = load([f"{BUILTIN}/mine.yaml"]).watches
    assert len(failing_examples(watches)) == 1
    assert failing_examples([load_watch([f"{BUILTIN}/mine.yaml"], "one")])
