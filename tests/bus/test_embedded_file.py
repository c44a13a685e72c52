"""The embedded log's file: made whole, migrated, and when damaged kept aside and never quietly replaced."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bus.worlds import (
    ROOT,
    EmbeddedWorld,
    attempt,
    collect,
    committed_values,
    member,
    message,
    put,
    said,
)
from worker.bus import embedded_file
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.bus.embedded_file import Durability, open_database
from worker.clock import ManualClock
from worker.errors import Outage, UsageError


@pytest.fixture
def filled(embedded_world: EmbeddedWorld) -> Path:
    """A log with 300 articles, closed in order."""
    put(embedded_world, "articles", [f"{i} " + "x" * 500 for i in range(300)])
    embedded_world.close()
    return embedded_world.path


def opening(path: Path) -> None:
    EmbeddedBus(path, group="g", clock=ManualClock()).close()


def set_aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.damaged-*"))


def test_a_closed_log_is_one_file(filled: Path) -> None:
    assert [each.name for each in filled.parent.iterdir()] == [filled.name]


def test_an_overwritten_page_is_found_at_opening_and_the_file_kept_aside(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.seek(4096 * 10)
        file.write(b"\xde\xad\xbe\xef" * 1024)
    damaged = filled.read_bytes()
    with pytest.raises(UsageError, match=r"damaged .* moved, untouched, to"):
        opening(filled)
    (aside,) = set_aside(filled)
    assert aside.read_bytes() == damaged
    assert not filled.exists()


def test_members_that_find_the_damage_at_once_all_say_where_the_one_file_went(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.seek(4096 * 10)
        file.write(b"\xde\xad\xbe\xef" * 1024)
    damaged = filled.read_bytes()
    with ThreadPoolExecutor(8) as pool:
        refusals = [each.exception() for each in [pool.submit(opening, filled) for _ in range(8)]]
    aside = set_aside(filled)[0]
    assert aside.read_bytes() == damaged
    assert all(isinstance(each, UsageError) and str(aside) in str(each) for each in refusals), refusals


def test_while_a_damaged_file_lies_there_no_new_log_begins(filled: Path) -> None:
    os.truncate(filled, filled.stat().st_size - 4096 * 3)
    for expected in ("is damaged", "was found damaged", "was found damaged"):
        with pytest.raises(UsageError, match=expected):
            opening(filled)
    (aside,) = set_aside(filled)
    aside.rename(filled.parent / "taken away")
    opening(filled)


def test_a_repaired_copy_is_taken_up(filled: Path) -> None:
    good = filled.read_bytes()
    filled.write_bytes(good[:4096])
    with pytest.raises(UsageError):
        opening(filled)
    filled.write_bytes(good)
    opening(filled)


@pytest.mark.parametrize("length", [1, 50, 100, 4096, 5000])
def test_a_log_cut_short_anywhere_is_not_replaced(filled: Path, length: int) -> None:
    os.truncate(filled, length)
    for _ in range(2):
        with pytest.raises(UsageError):
            opening(filled)
    remains = set_aside(filled) or [filled]
    assert [each.stat().st_size for each in remains] == [length]


def test_an_empty_file_is_damage_and_no_beginning(filled: Path) -> None:
    os.truncate(filled, 0)
    with pytest.raises(UsageError, match=r"is empty \(0 bytes\)"):
        opening(filled)
    assert filled.stat().st_size == 0


def test_a_zeroed_header_is_damage_of_ours(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.write(bytes(100))
    with pytest.raises(UsageError, match="is damaged"):
        opening(filled)
    assert len(set_aside(filled)) == 1


def test_a_file_whose_header_is_noise_is_ours_when_our_companions_lie_beside_it(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.write(bytes(range(1, 101)))
    filled.with_name(filled.name + "-shm").write_bytes(b"what a killed worker left")
    with pytest.raises(UsageError, match="is damaged"):
        opening(filled)
    assert set_aside(filled)


def test_a_file_whose_header_is_noise_and_that_lies_alone_stays_as_it_is(filled: Path) -> None:
    with filled.open("r+b") as file:
        file.write(bytes(range(1, 101)))
    damaged = filled.read_bytes()
    with pytest.raises(UsageError, match="put back a copy"):
        opening(filled)
    assert filled.read_bytes() == damaged


def test_a_write_ahead_log_without_its_file_is_refused(embedded_world: EmbeddedWorld) -> None:
    path = embedded_world.path
    path.with_name(path.name + "-wal").write_bytes(b"orphan")
    with pytest.raises(UsageError, match="write-ahead log"):
        opening(path)


@pytest.mark.parametrize("content", [b"[bus]\nkind = 'embedded'\n", b"PK\x03\x04" + bytes(500)])
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="path of its own"):
        opening(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_program_s_sqlite_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    with pytest.raises(UsageError, match="another program"):
        opening(path)


def test_a_file_of_a_newer_version_is_refused(filled: Path) -> None:
    connection = sqlite3.connect(filled)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(UsageError, match="newer Tocsin"):
        opening(filled)


def test_an_older_file_is_migrated_with_its_records(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        embedded_file, "MIGRATIONS", (*embedded_file.MIGRATIONS, "ALTER TABLE record ADD COLUMN note TEXT;\n")
    )
    connection = open_database(filled, ManualClock())
    assert connection.execute("SELECT count(*), count(note) FROM record").fetchone() == (300, 0)
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "CREATE TABLE half (x);\nCREATE TABLE half (x);\n"
    monkeypatch.setattr(embedded_file, "MIGRATIONS", (*embedded_file.MIGRATIONS, broken))
    with pytest.raises(Outage):
        open_database(filled, ManualClock())
    monkeypatch.undo()
    opening(filled)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        opening(tmp_path / "nowhere" / "log.db")


@contextmanager
def without_privileges() -> Iterator[None]:
    """root may write everything; be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)])
def test_a_place_that_cannot_be_written_is_said(filled: Path, file_mode: int, folder_mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        path = Path(name) / "log.db"
        path.write_bytes(filled.read_bytes())
        path.chmod(file_mode)
        path.parent.chmod(folder_mode)
        with without_privileges(), pytest.raises(UsageError, match=r"writable|who may write"):
            opening(path)
        assert path.read_bytes() == filled.read_bytes()


def test_a_folder_that_cannot_be_written_is_said() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with without_privileges(), pytest.raises(UsageError, match="writable"):
            opening(Path(name) / "log.db")


def test_a_full_disk_is_an_outage_and_the_unit_wrote_nothing(embedded_world: EmbeddedWorld) -> None:
    put(embedded_world, "articles", ["a"])
    bus = embedded_world.bus("g")
    bus.subscribe(["articles"])
    records = collect(bus, 1)
    with bus._log.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(Outage, match="disk is full; free some space"):
        attempt(bus, [message("alerts", "x" * 100_000)], records)
    with bus._log.reading() as connection:
        connection.execute("PRAGMA max_page_count=1000000")
    attempt(bus, [message("alerts", "fits now")], collect(bus, 1))
    assert committed_values(embedded_world, "alerts") == ["fits now"]


def test_a_locked_file_is_an_outage(embedded_world: EmbeddedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_file, "BUSY_SECONDS", 0.1)
    put(embedded_world, "articles", ["a"])
    bus = embedded_world.bus("g")
    bus.subscribe(["articles"])
    records = collect(bus, 1)
    holder = sqlite3.connect(embedded_world.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Outage, match="stayed locked"):
        attempt(bus, [message("alerts", "x")], records)
    holder.execute("ROLLBACK")
    holder.close()
    attempt(bus, [message("alerts", "x")], collect(bus, 1))
    assert committed_values(embedded_world, "alerts") == ["x"]


def test_a_file_made_read_only_while_open_is_an_outage(embedded_world: EmbeddedWorld) -> None:
    bus = embedded_world.bus("g")
    with bus._log.reading() as connection:
        connection.execute("PRAGMA query_only=ON")
    with pytest.raises(Outage, match="writable"):
        attempt(bus, [message("alerts", "x")])


@pytest.mark.parametrize("durability", list(Durability))
def test_both_durabilities_keep_what_was_committed(tmp_path: Path, durability: Durability) -> None:
    intake = EmbeddedIntake(tmp_path / "log.db", durability=durability)
    intake.put([message("articles", "a")], {"x": "1"})
    intake.close()
    assert EmbeddedIntake(tmp_path / "log.db").state("x") == "1"


def test_a_log_whose_user_was_killed_is_checked_and_goes_on(embedded_world: EmbeddedWorld) -> None:
    embedded_world.topic("alerts")
    put(embedded_world, "articles", ["a", "b", "c"])
    victim = member(
        embedded_world, "stop_in_mid_unit", source="articles", target="alerts", group="g", first=2, second=1
    )
    assert said(victim) == "in mid unit"
    embedded_world.close()
    victim.kill()
    victim.wait()
    assert embedded_world.path.with_name("log.db-wal").stat().st_size > 0
    assert committed_values(embedded_world, "alerts") == ["alert of a", "alert of b"]


def test_a_log_that_another_thread_has_just_begun_is_no_log_without_its_file(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    first = open_database(path, ManualClock())
    first.execute("INSERT INTO source_state VALUES ('a', 'b', 0)")
    assert path.with_name("log.db-wal").stat().st_size > 0
    embedded_file._create(path)  # the file was looked for before the first thread had made it
    assert open_database(path, ManualClock()).execute("SELECT key FROM source_state").fetchall() == [("a",)]


def test_two_processes_that_begin_at_once_share_one_log(embedded_world: EmbeddedWorld) -> None:
    put(embedded_world, "seed", ["x"])
    program = (
        "import sys; from worker.bus.embedded import EmbeddedIntake; from worker.types import Message\n"
        "sys.stdin.readline(); i = EmbeddedIntake(sys.argv[1])\n"
        "[i.put([Message('articles', b'k', sys.argv[2].encode())], {}) for _ in range(20)]"
    )
    path = embedded_world.path.with_name("new.db")
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(n)], cwd=ROOT, stdin=subprocess.PIPE)
        for n in range(3)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    world = EmbeddedWorld(path)
    assert sorted(committed_values(world, "articles")) == sorted(["0", "1", "2"] * 20)
    world.close()


def test_threads_that_begin_at_once_share_one_log(tmp_path: Path) -> None:
    def begin(path: Path, together: threading.Barrier) -> None:
        together.wait(30)
        intake = EmbeddedIntake(path)
        intake.put([message("articles", "x")], {})
        intake.close()

    with ThreadPoolExecutor(6) as pool:
        for number in range(30):
            path, together = tmp_path / f"{number}.db", threading.Barrier(6)
            for begun in [pool.submit(begin, path, together) for _ in range(6)]:
                begun.result()


def test_who_saw_no_log_and_then_one_that_another_began_takes_that_one(embedded_world: EmbeddedWorld) -> None:
    put(embedded_world, "articles", ["x"])  # and its write-ahead log lies there
    embedded_file._create(embedded_world.path)
    assert committed_values(embedded_world, "articles") == ["x"]
