"""Opening the embedded log's one file: made whole or not at all, migrated, checked, never replaced.

A new database is built beside its place and linked into it when complete, so a file that is empty
or half made is always damage and never a beginning. Damage found at opening is moved aside under
`<name>.damaged-<time>` and reported; while it lies there no new file is made in its place, because
a log that silently starts again forgets which articles were read and which alerts were sent.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from enum import StrEnum
from pathlib import Path

from worker.bus.wakeup import is_open_here
from worker.clock import Clock, rfc3339
from worker.errors import Outage, TocsinError, UsageError

APPLICATION_ID = 0x546F6373
"""SQLite's `application_id` of our files: the ASCII letters "Tocs"."""

BUSY_SECONDS = 10.0
"""How long a connection waits for another's write before it calls the file locked. Our own writes
take milliseconds; ten seconds outlasts a checkpoint of a large write-ahead log on a slow disk."""

CHECK_ALWAYS_BYTES = 32 << 20
CHECK_UNCLEAN_BYTES = 1 << 30
"""SQLite's quick check reads the whole file (about 2 GB/s from the cache). A small file is checked
at every opening, a file up to 1 GiB when its last user was killed; a larger one is only opened."""

MIGRATIONS = (
    """
    CREATE TABLE topic (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created REAL NOT NULL
    );
    CREATE TABLE topic_partition (
        id INTEGER PRIMARY KEY,
        topic_id INTEGER NOT NULL REFERENCES topic (id),
        number INTEGER NOT NULL,
        first_offset INTEGER NOT NULL DEFAULT 0,
        next_offset INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic_id, number)
    );
    CREATE TABLE record (
        partition_id INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        key BLOB,
        value BLOB,
        headers BLOB,
        at REAL NOT NULL,
        PRIMARY KEY (partition_id, "offset")
    );
    CREATE TABLE group_offset (
        group_name TEXT NOT NULL,
        partition_id INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        PRIMARY KEY (group_name, partition_id)
    ) WITHOUT ROWID;
    CREATE TABLE seen_key (
        group_name TEXT NOT NULL,
        key TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (group_name, key)
    ) WITHOUT ROWID;
    CREATE INDEX seen_key_at ON seen_key (at);
    CREATE TABLE source_state (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        at REAL NOT NULL
    ) WITHOUT ROWID;
    """,
)
"""One script a version of the schema; the file's `user_version` says how many it has had."""


class Durability(StrEnum):
    """What a committed unit of work survives. Both survive kill -9 of the process.

    power: also the loss of power, because each commit waits for the disk (SQLite's synchronous=FULL).
    The default: `put` promises durability, sinks have been told of alerts that must not be forgotten,
    and one wait a batch is small beside the batch's work. process: the disk is waited for at
    checkpoints only (synchronous=NORMAL); a power cut takes back the last units, each as a whole.
    """

    POWER = "power"
    PROCESS = "process"


def open_database(path: Path, clock: Clock, durability: Durability = Durability.POWER) -> sqlite3.Connection:
    """A connection in autocommit mode to the log at `path`, made or migrated if need be.

    Raises UsageError when the file is damaged, not ours, newer than this program or not writable,
    and Outage when it is locked or the disk is full.
    """
    if not path.exists():
        _create(path)
    _refuse_empty(path)
    unclean = _has_bytes(_beside(path, "-wal")) and not is_open_here(path)
    try:
        connection = _connect(path, durability)
    except sqlite3.DatabaseError as error:
        raise _opening_failed(path, clock, error) from error
    try:
        _refuse_foreign(path, connection)
        _check(path, connection, unclean=unclean)
        _migrate(path, connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _opening_failed(path, clock, error) from error
    except TocsinError:
        connection.close()
        raise
    return connection


def outage(path: Path, error: sqlite3.Error) -> Outage:
    """What a failed statement means for the person running Tocsin, with what to do about it."""
    code = _primary_code(error)
    advice = {
        sqlite3.SQLITE_BUSY: f"stayed locked for {BUSY_SECONDS:.0f} s; end the other program that holds it",
        sqlite3.SQLITE_LOCKED: "is locked; end the other program that holds it",
        sqlite3.SQLITE_FULL: "cannot grow because the disk is full; free some space",
        sqlite3.SQLITE_READONLY: "cannot be written; make the file, its folder and its disk writable",
        sqlite3.SQLITE_IOERR: "could not be read or written; look at the disk and the kernel's log",
        sqlite3.SQLITE_CORRUPT: "is damaged; stop Tocsin and start it again to have the file checked",
        sqlite3.SQLITE_NOTADB: "is damaged; stop Tocsin and start it again to have the file checked",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and may be written",
    }.get(code, "failed")
    return Outage(f"The embedded log {path} {advice} (SQLite: {error}). Nothing was committed.")


def _connect(path: Path, durability: Durability) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",  # never creates: that is _create's affair
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # made by bootstrap, used by one thread afterwards
    )
    try:
        synchronous = "FULL" if durability is Durability.POWER else "NORMAL"
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """Build a complete database beside `path` and link it into place; who comes second uses the first's."""
    _refuse_to_begin_anew(path)
    draft = _beside(path, f".new-{uuid.uuid4().hex}")
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            _migrate(path, connection)
        finally:
            connection.close()
        os.link(draft, path)
    except FileExistsError:
        pass
    except sqlite3.DatabaseError as error:
        if _primary_code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise _not_writable(path) from error
        raise outage(path, error) from error
    except OSError as error:
        raise UsageError(f"The embedded log {path} cannot be made: {error.strerror}.") from error
    finally:
        for leftover in (draft, _beside(draft, "-wal"), _beside(draft, "-shm")):
            leftover.unlink(missing_ok=True)


def _refuse_to_begin_anew(path: Path) -> None:
    for aside in _damaged_siblings(path):
        raise UsageError(
            f"The embedded log {path} was found damaged and moved to {aside}. {_what_now(path, aside)}"
        )
    if _has_bytes(_beside(path, "-wal")) and not path.exists():  # made by another thread since it was missed
        raise UsageError(
            f"The embedded log {path} is missing but its write-ahead log {path}-wal is there. Put the file "
            f"back, or move {path}-wal away to begin with an empty log."
        )


def _refuse_empty(path: Path) -> None:
    """Before SQLite sees it: it would take an empty file for a new database and drop the -wal beside it."""
    if path.stat().st_size == 0:
        raise UsageError(
            f"The embedded log {path} is empty (0 bytes), which Tocsin never leaves: something truncated it. "
            f"Put back a copy, or remove it (and {path.name}-wal, if there) to begin with an empty log."
        )


def _refuse_foreign(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise UsageError(
            f"{path} is an SQLite file of another program; give the embedded log a path of its own."
        )


def _check(path: Path, connection: sqlite3.Connection, *, unclean: bool) -> None:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if is_open_here(path) or path.stat().st_size > (CHECK_UNCLEAN_BYTES if unclean else CHECK_ALWAYS_BYTES):
        return
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        error = sqlite3.DatabaseError(" ".join(finding.split()))
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; writes its version even if it was, to learn whether it can be written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise UsageError(
                f"The embedded log {path} was written by a newer Tocsin (schema {version}, this one knows "
                f"{len(MIGRATIONS)}); run that version, or give this one a path of its own."
            )
        for script in MIGRATIONS[version:]:
            for statement in script.split(";\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _opening_failed(path: Path, clock: Clock, error: sqlite3.DatabaseError) -> TocsinError:
    code = _primary_code(error)
    if code == sqlite3.SQLITE_READONLY:
        return _not_writable(path)
    if code == sqlite3.SQLITE_CANTOPEN:
        return UsageError(
            f"The embedded log {path} cannot be opened; check the path and who may write there."
        )
    if code == sqlite3.SQLITE_NOTADB and not _was_ours(path):
        return UsageError(f"{path} is no database; give the embedded log a path of its own.")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _set_aside(path, clock, error)
    return outage(path, error)


def _set_aside(path: Path, clock: Clock, error: sqlite3.DatabaseError) -> UsageError:
    """Move the damaged file and its companions away, untouched, and say where they are."""
    stamp = rfc3339(clock.now()).replace("-", "").replace(":", "")
    aside = _beside(path, f".damaged-{stamp}-{uuid.uuid4().hex[:6]}")
    for suffix in ("", "-wal", "-shm"):  # the file first: killed in between, the lone -wal is refused too
        if _beside(path, suffix).exists():
            _beside(path, suffix).replace(_beside(aside, suffix))
    return UsageError(
        f"The embedded log {path} is damaged (SQLite: {error}). It was moved, untouched, to {aside}. "
        f"{_what_now(path, aside)}"
    )


def _what_now(path: Path, aside: Path) -> str:
    return (
        f"Put back a repaired copy (sqlite3 {aside} .recover | sqlite3 {path}), or move {aside} elsewhere to "
        f"begin with an empty log; what it remembered of articles read and alerts sent is then forgotten."
    )


def _damaged_siblings(path: Path) -> list[Path]:
    """The damaged files set aside for `path` that still lie beside it, newest first."""
    start = f"{path.name}.damaged-"
    siblings = path.parent.iterdir() if path.parent.is_dir() else ()
    found = [
        file for file in siblings if file.name.startswith(start) and not file.name.endswith(("-wal", "-shm"))
    ]
    return sorted(found, reverse=True)


def _was_ours(path: Path) -> bool:
    """Whether an unreadable file may be a log of ours: our companions lie beside it, or our mark is in it."""
    with path.open("rb") as file:
        header = file.read(100)
    marked = header[68:72] == APPLICATION_ID.to_bytes(4, "big")
    return marked or not header.strip(b"\0") or _has_bytes(_beside(path, "-wal"))


def _not_writable(path: Path) -> UsageError:
    return UsageError(f"The embedded log {path} cannot be written; make the file and its folder writable.")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
