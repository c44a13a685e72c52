"""A watched folder: every file once, whatever happens between."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.parts import Killed, Mortal, Shelf, letter
from tests.schemas.validate import dead_letter_errors
from worker.clock import ManualClock
from worker.errors import Outage
from worker.feeds import Notice, parse_feed
from worker.feeds.folder import FolderSource


def lines(*titles):
    return "".join(json.dumps({"title": title}) + "\n" for title in titles)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    return path


@pytest.fixture
def make(folder, shelf, clock, heard):
    def source(intake=None, **options):
        return FolderSource(
            folder,
            intake or shelf.intake,
            clock=clock,
            dead_letter=letter,
            parse_feed=parse_feed,
            notify=heard,
            **options,
        )

    return source


def settle(source):
    """Two listings: the second reads what the first saw at rest."""
    source.run_once()
    return source.run_once()


def titles(shelf):
    return [article.title for article in shelf.articles()]


def test_files_of_every_kind_become_articles(folder, make, shelf, heard):
    (folder / "a.jsonl").write_text(lines("1", "2"))
    (folder / "b.data").write_bytes(gzip.compress(lines("3").encode()))
    (folder / "c").write_text(
        "<rss version='2.0'><channel><title>F</title><item><title>4</title></item></channel></rss>"
    )
    (folder / "deeper").mkdir()
    (folder / "deeper" / "d.txt").write_text("plain words")
    assert settle(make()) is True
    assert sorted(a.title or a.text for a in shelf.articles()) == ["1", "2", "3", "4", "plain words"]
    assert [count for _, _, count in heard.notices] == [2, 1, 1, 1]


def test_a_file_is_left_alone_until_it_has_come_to_rest(folder, make, shelf):
    source = make()
    path = folder / "a.jsonl"
    path.write_text(lines("1"))
    assert source.run_once() is False
    with path.open("a") as growing:
        growing.write(lines("2"))
    assert source.run_once() is False
    assert shelf.articles() == []
    assert source.run_once() is True
    assert titles(shelf) == ["1", "2"]


def test_a_file_is_read_once_in_one_life_and_the_next(folder, make, shelf):
    (folder / "a.jsonl").write_text(lines("1"))
    source = make()
    settle(source)
    assert source.run_once() is False
    assert settle(make()) is False
    assert titles(shelf) == ["1"]


def test_lines_appended_later_are_read_alone(folder, make, shelf):
    source = make()
    path = folder / "a.jsonl"
    path.write_text(lines("1", "2"))
    settle(source)
    with path.open("a") as more:
        more.write(lines("3"))
    settle(source)
    assert titles(shelf) == ["1", "2", "3"]


def test_a_file_with_other_content_is_read_anew(folder, make, shelf):
    source = make()
    path = folder / "a.jsonl"
    path.write_text(lines("1", "2"))
    settle(source)
    path.write_text(lines("other", "content", "altogether"))
    settle(source)
    assert titles(shelf) == ["1", "2", "other", "content", "altogether"]


def test_bad_content_becomes_dead_letters_and_the_rest_articles(folder, make, shelf, heard):
    (folder / "a.jsonl").write_text(lines("1") + "garbage\n" + lines("3"))
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 ...")
    assert settle(make()) is True
    found = shelf.letters()
    assert titles(shelf) == ["1", "3"]
    assert sorted(str(dict(m.headers)["tocsin.reason"], "ascii") for m in found) == [
        "not_json",
        "unknown_format",
    ]
    assert {m.value for m in found} == {b"garbage\n", b"%PDF-1.7 ..."}
    assert [dead_letter_errors(m) for m in found] == [[], []]
    assert heard.kinds() == [Notice.PUBLISHED, Notice.REFUSED, Notice.REFUSED]


@pytest.mark.parametrize("name", [".hidden", "a.tmp", "a.part", "a~"])
def test_unfinished_and_hidden_files_are_passed_over(folder, make, shelf, name):
    (folder / name).write_text(lines("1"))
    (folder / ".git").mkdir()
    (folder / ".git" / "x").write_text(lines("2"))
    assert settle(make()) is False
    assert shelf.articles() == []


def test_links_and_pipes_are_passed_over(folder, make, shelf, tmp_path):
    outside = tmp_path / "outside"
    outside.write_text(lines("1"))
    (folder / "link").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    assert settle(make()) is False
    assert shelf.articles() == []


def test_a_file_that_cannot_be_read_is_told_once_and_holds_nothing_up(
    folder, make, shelf, heard, monkeypatch
):
    (folder / "a").write_text(lines("1"))
    (folder / "b").write_text(lines("2"))
    real = open

    def denied(path, *arguments, **options):
        if str(path).endswith("a"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr("builtins.open", denied)
    source = make()
    settle(source)
    source.run_once()
    assert titles(shelf) == ["2"]
    assert [words for notice, words, _ in heard.notices if notice is Notice.FAILED] == [
        f"{folder.resolve() / 'a'} cannot be read: Permission denied"
    ]


def test_names_that_are_no_utf8_are_read(folder, make, shelf):
    (folder / os.fsdecode(b"n\xff")).write_text(lines("1"))
    settle(make())
    assert titles(shelf) == ["1"]


def test_a_folder_that_is_gone_is_an_outage(folder, make):
    folder.rmdir()
    with pytest.raises(Outage, match="is not there"):
        make().run_once()


def test_it_is_due_again_after_its_interval(make, clock):
    source = make(interval=5.0)
    assert source.next_due(clock.now()) <= clock.now()
    source.run_once()
    assert source.next_due(clock.now()) == clock.now() + 5
    assert source.next_due(clock.now() - 86_400) == clock.now() - 86_400, "the clock was set back"


def test_articles_are_put_in_batches(folder, make, shelf):
    (folder / "a.jsonl").write_text(lines(*map(str, range(25))))
    with pytest.raises(Killed):
        settle(make(Mortal(shelf.intake, 2, after=True), batch=10))
    assert titles(shelf) == [str(n) for n in range(20)]


DYING = """
import os, signal, sys
from pathlib import Path
from tests.feeds.parts import letter
from worker.bus.embedded import EmbeddedIntake
from worker.clock import SystemClock
from worker.feeds import parse_feed
from worker.feeds.folder import FolderSource

class Dying(EmbeddedIntake):
    left = int(sys.argv[2])
    def put(self, messages, state):
        super().put(messages, state)
        Dying.left -= 1
        if not Dying.left:
            os.kill(os.getpid(), signal.SIGKILL)

root = Path(sys.argv[1])
source = FolderSource(root / "in", Dying(root / "bus.db"), clock=SystemClock(), dead_letter=letter,
                      parse_feed=parse_feed, batch=3)
source.run_once()
source.run_once()
"""


def test_a_real_kill_loses_and_doubles_nothing(folder, shelf, tmp_path):
    """SIGKILL after the second put, after the first of the next life, and then a life to its end."""
    (folder / "a.jsonl").write_text(lines(*map(str, range(20))) + "bad\n")
    ends = []
    for puts in ("2", "1", "99"):
        command = [sys.executable, "-c", DYING, str(tmp_path), puts]
        ends.append(subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode)
    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert titles(shelf) == [str(n) for n in range(20)]
    assert len(shelf.letters()) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["jsonl", "gzip", "list"]),
    st.integers(1, 12),
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=3),
)
def test_killed_anywhere_nothing_is_missing_and_nothing_doubled(tmp_path_factory, kind, count, batch, deaths):
    """kill -9 before or after any put, as often as you like, and then an undisturbed life."""
    root = tmp_path_factory.mktemp("killed")
    (root / "in").mkdir()
    names = [str(n) for n in range(count)]
    text = lines(*names).encode()
    data = {
        "jsonl": text + b"bad\n",
        "gzip": gzip.compress(text + b"bad\n"),
        "list": json.dumps([{"title": name} for name in names] + [7]).encode(),
    }[kind]
    (root / "in" / "file").write_bytes(data)
    shelf = Shelf(root / "bus.db", ManualClock())
    for at, after in [*deaths, (1_000_000, True)]:
        source = FolderSource(
            root / "in",
            Mortal(shelf.intake, at, after=after),
            clock=ManualClock(),
            dead_letter=letter,
            parse_feed=parse_feed,
            batch=batch,
        )
        try:
            settle(source)
        except Killed:
            continue
    assert titles(shelf) == names
    assert len(shelf.letters()) == 1
    shelf.close()
