"""A running worker's watches follow their files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.watchlist.test_library import write
from worker import metrics
from worker.clock import ManualClock
from worker.match import Matcher
from worker.metrics import Metrics
from worker.reload import REMINDER_SECONDS, Reloader
from worker.text import Document
from worker.types import Article, Reload
from worker.watchlist import Library


class Desk:
    """A reloader over a folder, and the matcher that it keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.measured: Metrics = metrics.create("1", "embedded")
        library = Library([folder])
        self.matcher = Matcher(library.open().watches)
        self.reloader = Reloader(
            library, lambda: self.matcher, self.install, lambda _: None, self.measured, self.clock
        )

    def install(self, matcher: Matcher) -> None:
        self.matcher = matcher

    def rings(self, text: str) -> list[str]:
        document = Document.of(Article(id="a", title="", text=text), "en")
        return sorted(match.watch.id for match in self.matcher.match(document).matches)

    def counted(self, result: Reload) -> float:
        value = self.measured.registry.get_sample_value(
            "tocsin_watchlist_reloads_total", {"result": str(result)}
        )
        assert value is not None
        return value

    def value(self, name: str, **labels: str) -> float | None:
        return self.measured.registry.get_sample_value(f"tocsin_{name}", labels)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    write(tmp_path / "a.yaml", "a", one="treaty", two="pact")
    return Desk(tmp_path)


def test_a_changed_file_comes_into_force_and_says_what_changed(desk: Desk) -> None:
    before = desk.matcher
    write(desk.folder / "a.yaml", "a", one="treaty OR accord", three="war")
    done = desk.reloader.reload()
    assert (done.result, done.words) == (Reload.CHANGED, "1 added, 1 changed, 1 removed\n")
    assert desk.rings("an accord, a pact, a war") == ["one", "three"]
    assert desk.value("watches_loaded", watchlist="a") == 2
    assert len(before.watches) == 2  # an article that is being matched sees the old ones to its end


def test_a_list_that_goes_away_goes_from_the_metrics_page(desk: Desk) -> None:
    write(desk.folder / "b.yaml", "b", four="peace")
    desk.reloader.reload()
    assert desk.value("watches_loaded", watchlist="b") == 1
    (desk.folder / "b.yaml").unlink()
    desk.reloader.reload()
    assert desk.value("watches_loaded", watchlist="b") is None
    assert desk.value("watches_loaded", watchlist="a") is not None


def test_a_bad_file_never_replaces_a_good_one_and_the_metric_stays_false_until_it_is_mended(
    desk: Desk,
) -> None:
    write(desk.folder / "a.yaml", "a", one="treaty AND (")
    done = desk.reloader.reload()
    assert done.result is Reload.REFUSED
    assert "a.yaml:3:" in done.words
    assert desk.rings("a treaty, a pact") == ["one", "two"]
    assert desk.value("watchlist_load_success") == 0

    write(desk.folder / "a.yaml", "a", one="treaty AND signed", two="pact")
    assert desk.reloader.reload().result is Reload.CHANGED
    assert desk.value("watchlist_load_success") == 1
    assert (desk.counted(Reload.REFUSED), desk.counted(Reload.CHANGED)) == (1, 1)


def test_putting_the_good_file_back_mends_it_too(desk: Desk) -> None:
    write(desk.folder / "a.yaml", "a", one="treaty AND (")
    desk.reloader.reload()
    write(desk.folder / "a.yaml", "a", one="treaty", two="pact")
    assert desk.reloader.reload().result is Reload.UNCHANGED
    assert desk.value("watchlist_load_success") == 1


def test_the_log_repeats_the_errors_until_they_are_mended(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    write(desk.folder / "a.yaml", "a", one="treaty AND (")
    desk.reloader.reload()
    desk.reloader._remind()
    assert "still refused" not in capsys.readouterr().out
    desk.clock.advance(REMINDER_SECONDS)
    desk.reloader._remind()
    assert "still refused" in capsys.readouterr().out
    write(desk.folder / "a.yaml", "a", one="treaty", two="pact")
    desk.reloader.reload()
    desk.clock.advance(REMINDER_SECONDS)
    desk.reloader._remind()
    assert "still refused" not in capsys.readouterr().out


def test_it_follows_by_itself_and_at_once_when_asked(desk: Desk) -> None:
    stop, changed = threading.Event(), threading.Event()

    def install(matcher: Matcher) -> None:
        desk.matcher = matcher
        changed.set()

    desk.reloader.install = install
    thread = threading.Thread(target=desk.reloader.run, args=(stop, 0.01))
    thread.start()
    try:
        write(desk.folder / "a.yaml", "a", one="accord")
        assert changed.wait(10)
        assert desk.rings("an accord") == ["one"]
    finally:
        stop.set()
        desk.reloader.ask()
        thread.join(10)
    assert not thread.is_alive()


class Following:
    """Lists of sources that end their reload as told."""

    def __init__(self, result: Reload) -> None:
        self.result = result

    def stale(self) -> bool:
        return False

    def reload(self) -> tuple[Reload, str]:
        return self.result, "sources: told"


@pytest.mark.parametrize("result", list(Reload))
def test_whoever_asks_for_a_reload_is_told_of_the_lists_of_sources_too(desk: Desk, result: Reload) -> None:
    desk.reloader.follower = Following(result)
    done = desk.reloader.reload()
    assert done.result is result
    assert done.words.endswith("sources: told\n")
    write(desk.folder / "a.yaml", "a", one="treaty OR accord")
    expected = Reload.REFUSED if result is Reload.REFUSED else Reload.CHANGED
    assert desk.reloader.reload().result is expected
