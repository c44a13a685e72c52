"""Watch-lists that follow their files: what stands on disk is compared, and only what changed is read again.

A folder is the unit, because its files share their concepts. So a small file that changes beside a
machine-made list of a million watches costs what the small file costs, if it has a folder of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from worker.rules import RuleError
from worker.watchlist.load import SUFFIXES, WatchlistErrors, load
from worker.watchlist.model import BUILTIN, LoadedWatchlists, Watch, Watchlist

Stamp = tuple[int, int, int]
"""Time of change and size and inode: a file with the same three is the file that was read."""

Folder = Mapping[Path, Stamp]
"""The watch-list files of one folder, and when each was last changed."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The watch-lists of one folder; `ids` are those of its watches, to find one used twice."""

    watchlists: tuple[Watchlist, ...] = ()
    watches: tuple[Watch, ...] = ()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, loaded: LoadedWatchlists) -> Shelf:
        """What was loaded, as a shelf."""
        return cls(loaded.watchlists, loaded.watches, frozenset(watch.id for watch in loaded.watches))


_EMPTY = Shelf()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a change on disk means. `removed` are ids; a watch that was changed is in both."""

    added: tuple[Watch, ...] = ()
    removed: tuple[str, ...] = ()
    watchlists: tuple[Watchlist, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def __str__(self) -> str:
        changed = {watch.id for watch in self.added} & set(self.removed)
        new, gone = len(self.added) - len(changed), len(self.removed) - len(changed)
        return f"{new} added, {len(changed)} changed, {gone} removed"


@dataclass(slots=True)
class Library:
    """The watch-lists of some paths, as they were last found to be good.

    `paths` are files, folders and `BUILTIN`, as for `load`. Belongs to one thread.
    """

    paths: Sequence[Path | str]
    _seen: dict[Path, Folder] = field(default_factory=dict)
    _tried: dict[Path, Folder] = field(default_factory=dict)
    _shelves: dict[Path, Shelf] = field(default_factory=dict)

    def open(self) -> LoadedWatchlists:
        """Everything, read for the first time. Raises WatchlistErrors with every error of every file."""
        self._seen = self._tried = self._look()
        loaded = load(self.paths)
        folders: dict[Path, tuple[list[Watchlist], list[Watch]]] = {}
        for listed in loaded.watchlists:
            folders.setdefault(Path(listed.file).parent, ([], []))[0].append(listed)
        for watch in loaded.watches:
            folders[Path(watch.file).parent][1].append(watch)
        self._shelves = {
            folder: Shelf.of(LoadedWatchlists(tuple(lists), tuple(watches)))
            for folder, (lists, watches) in folders.items()
        }
        return loaded

    def changed(self) -> bool:
        """Whether the files are others than when they were last read, well or badly."""
        return self._look() != self._tried

    def refresh(self, approve: Callable[[Revision], None]) -> Revision:
        """Read what has changed since it was last good, and say what that means; nothing changes by halves.

        Raises WatchlistErrors with every error of what was read, and what `approve` raises. The library
        then stays as it was, and reads the same folders again at the next call.
        """
        found = self._look()
        self._tried = found
        stale = [folder for folder in {**self._seen, **found} if self._seen.get(folder) != found.get(folder)]
        fresh = self._read(stale, found)
        shelves = {folder: shelf for folder, shelf in (self._shelves | fresh).items() if shelf is not _EMPTY}
        _refuse_repeats(shelves, fresh)
        revision = _revision(
            [watch for folder in stale for watch in self._shelves.get(folder, _EMPTY).watches],
            [watch for shelf in fresh.values() for watch in shelf.watches],
            tuple(listed for shelf in shelves.values() for listed in shelf.watchlists),
        )
        approve(revision)
        self._seen, self._shelves = found, shelves
        return revision

    def _read(self, stale: Sequence[Path], found: Mapping[Path, Folder]) -> dict[Path, Shelf]:
        fresh: dict[Path, Shelf] = {}
        errors: list[RuleError] = []
        for folder in stale:
            try:
                fresh[folder] = Shelf.of(load(sorted(found[folder]))) if folder in found else _EMPTY
            except WatchlistErrors as wrong:
                errors += wrong.errors
        errors += [_missing(path) for path in self._missing()]
        if errors:
            raise WatchlistErrors(errors)
        return fresh

    def _missing(self) -> Iterator[Path]:
        """Configured paths at which there is no watch-list any more: more likely a slip than a wish."""
        for path in map(Path, self.paths):
            if str(path) != BUILTIN and not any(_files_at(path)):
                yield path

    def _look(self) -> dict[Path, Folder]:
        """What stands on disk now, by folder. `BUILTIN` never changes while we run."""
        folders: dict[Path, dict[Path, Stamp]] = {}
        for path in map(Path, self.paths):
            if str(path) == BUILTIN:
                continue
            for file, stamp in _files_at(path):
                folders.setdefault(file.parent, {})[file] = stamp
        return dict(folders)


def _files_at(path: Path) -> Iterator[tuple[Path, Stamp]]:
    """The watch-list files at a path; a file that vanishes while we look is not there."""
    files = path.rglob("*") if path.is_dir() else (path,)
    for file in files:
        if file.suffix not in SUFFIXES:
            continue
        try:
            status = file.stat()
        except OSError:
            continue
        yield file, (status.st_mtime_ns, status.st_size, status.st_ino)


def _missing(path: Path) -> RuleError:
    return RuleError(
        str(path), 1, 1, "", "there is no watch-list here any more", "the file or folder", "none"
    )


def _revision(before: Sequence[Watch], after: Sequence[Watch], watchlists: tuple[Watchlist, ...]) -> Revision:
    """The difference by id. A watch that moved to another line is the same watch."""
    known = {watch.id: watch for watch in before}
    kept = {watch.id for watch in after if watch.id in known and _same(known[watch.id], watch)}
    return Revision(
        tuple(watch for watch in after if watch.id not in kept),
        tuple(watch_id for watch_id in known if watch_id not in kept),
        watchlists,
    )


def _same(one: Watch, other: Watch) -> bool:
    """Whether two readings of a watch ring alike and say the same in their alerts."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("version", "watchlist", "title", "severity", "tags", "languages", "description")
    )


def _refuse_repeats(shelves: Mapping[Path, Shelf], fresh: Mapping[Path, Shelf]) -> None:
    """Raises WatchlistErrors when a folder just read uses an id that another folder has."""
    errors: set[RuleError] = set()
    for folder, shelf in fresh.items():
        for other, held in shelves.items():
            if other != folder:
                errors.update(_repeats(shelf, held, other))
    if errors:
        raise WatchlistErrors(sorted(errors))


def _repeats(shelf: Shelf, held: Shelf, elsewhere: Path) -> Iterator[RuleError]:
    twice = shelf.ids & held.ids
    for watch in shelf.watches if twice else ():
        if watch.id in twice:
            yield _repeat(watch.file, watch.line, "the watch id", watch.id, elsewhere)
    names = {listed.id for listed in held.watchlists}
    for listed in shelf.watchlists:
        if listed.id in names:
            yield _repeat(listed.file, 1, "the watch-list", listed.id, elsewhere)


def _repeat(file: str, line: int, what: str, name: str, elsewhere: Path) -> RuleError:
    found = f"{name}, also in {elsewhere}"
    return RuleError(file, line, 1, "", f"{what} {name} is used twice", "a name of its own", found)
