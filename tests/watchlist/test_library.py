"""A library follows its files: what changed is read again, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.watchlist import BUILTIN, Library, Revision, WatchlistErrors
from worker.watchlist import library as room


def write(path: Path, name: str, **queries: str) -> Path:
    """A watch-list of these watches, in place of whatever stood there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    watches = "".join(f"  - {{id: {key}, query: '{query}'}}\n" for key, query in queries.items())
    path.with_suffix(".new").write_text(f"watchlist: {name}\nwatches:\n{watches}", encoding="utf-8")
    path.with_suffix(".new").replace(path)
    return path


def approve(_revision: Revision) -> None:
    """Everything is welcome."""


def opened(*paths: Path | str) -> Library:
    library = Library(paths)
    library.open()
    return library


def change(library: Library) -> tuple[list[str], list[str]]:
    revision = library.refresh(approve)
    return sorted(watch.id for watch in revision.added), sorted(revision.removed)


def test_nothing_has_changed_when_nothing_was_written(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(tmp_path, BUILTIN)
    assert not library.changed()
    assert change(library) == ([], [])


def test_a_watch_added_changed_and_removed_is_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a", kept="treaty", changed="pact", gone="war")
    library = opened(tmp_path)
    write(tmp_path / "a.yaml", "a", new="peace", kept="treaty", changed="pact OR pacts")
    assert library.changed()
    assert change(library) == (["changed", "new"], ["changed", "gone"])
    assert not library.changed()


def test_a_comment_or_another_line_changes_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(tmp_path)
    file.write_text("# why we watch this\n\n" + file.read_text(), encoding="utf-8")
    assert library.changed()
    assert change(library) == ([], [])


def test_a_title_or_severity_changes_the_watch_because_alerts_show_it(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(tmp_path)
    file.write_text(file.read_text().replace("id: one,", "id: one, severity: critical,"), encoding="utf-8")
    assert change(library) == (["one"], ["one"])


def test_a_new_file_and_a_deleted_file_are_seen(tmp_path: Path) -> None:
    gone = write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(tmp_path)
    write(tmp_path / "b.yaml", "b", two="pact")
    gone.unlink()
    assert change(library) == (["two"], ["one"])


def test_a_bad_file_leaves_everything_as_it_was_and_every_error_is_told(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.yaml", "a", one="treaty")
    write(tmp_path / "y" / "b.yaml", "b", two="pact")
    library = opened(tmp_path)
    write(tmp_path / "x" / "a.yaml", "a", one="treaty AND (")
    write(tmp_path / "y" / "b.yaml", "b", two="pact NEAR/x war", three="good")
    with pytest.raises(WatchlistErrors) as refused:
        library.refresh(approve)
    assert {Path(error.file).name for error in refused.value.errors} == {"a.yaml", "b.yaml"}
    assert not library.changed()  # not read again and again

    write(tmp_path / "x" / "a.yaml", "a", one="treaty AND signed")
    write(tmp_path / "y" / "b.yaml", "b", two="pact")
    assert change(library) == (["one"], ["one"])


def test_a_list_that_vanished_altogether_is_a_slip_not_a_wish(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(file)
    file.unlink()
    with pytest.raises(WatchlistErrors, match="there is no watch-list here any more"):
        library.refresh(approve)


def test_an_id_or_a_name_used_in_another_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.yaml", "a", one="treaty")
    write(tmp_path / "y" / "b.yaml", "b", two="pact")
    library = opened(tmp_path)
    write(tmp_path / "y" / "b.yaml", "a", one="pact")
    with pytest.raises(WatchlistErrors) as refused:
        library.refresh(approve)
    told = {(error.message, error.line) for error in refused.value.errors}
    assert told == {("the watch id one is used twice", 3), ("the watch-list a is used twice", 1)}


def test_a_watch_may_move_from_one_folder_to_another(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.yaml", "a", one="treaty", stays="war")
    write(tmp_path / "y" / "b.yaml", "b", two="pact")
    library = opened(tmp_path)
    write(tmp_path / "x" / "a.yaml", "a", stays="war")
    write(tmp_path / "y" / "b.yaml", "b", two="pact", one="treaty")
    assert change(library) == (["one"], ["one"])  # its list is another, and alerts name the list


def test_only_the_folder_that_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "big" / "a.yaml", "a", one="treaty")
    small = write(tmp_path / "small" / "b.yaml", "b", two="pact")
    library = opened(tmp_path)
    read: list[list[Path]] = []

    def noted(paths: list[Path]) -> object:
        read.append(list(paths))
        return original(paths)

    original = room.load
    monkeypatch.setattr(room, "load", noted)
    write(small, "b", two="pact OR accord")
    change(library)
    assert read == [[small]]


def test_a_change_to_a_concept_changes_the_watches_of_its_folder_that_use_it(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a", uses="@pact", ignores="treaty")
    concepts = tmp_path / "concepts.yaml"
    concepts.write_text("watchlist: words\nconcepts:\n  pact: {en: [pact]}\n", encoding="utf-8")
    library = opened(tmp_path)
    concepts.write_text("watchlist: words\nconcepts:\n  pact: {en: [pact, accord]}\n", encoding="utf-8")
    assert change(library) == (["uses"], ["uses"])


def test_what_is_not_approved_is_not_in_force(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "a", one="treaty")
    library = opened(tmp_path)
    write(file, "a", one="pact")

    def refuse(_revision: Revision) -> None:
        raise WatchlistErrors([room._missing(file)])

    with pytest.raises(WatchlistErrors):
        library.refresh(refuse)
    assert change(library) == (["one"], ["one"])
