"""Loads watch-lists: files, folders and the packs that ship with Tocsin; all errors of all in one run.

Concepts belong to a folder: every file of it sees those of the others. Ids of watches and of lists
are unique over everything that is loaded together, because an alert's id is made of the watch's.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import msgspec

from worker.rules import Concept, Place, Problem, RuleError, RuleErrors
from worker.watchlist.drafts import FileDraft, PlacedDraft
from worker.watchlist.jsonl_file import read_jsonl
from worker.watchlist.model import BUILTIN, LoadedWatchlists, Watch, Watchlist
from worker.watchlist.places import FilePlace
from worker.watchlist.shape import Key
from worker.watchlist.understand import (
    KnownInstruments,
    Understanding,
    check_file,
    compile_concepts,
    watchlist_of,
)
from worker.watchlist.yaml_file import read_yaml

MAX_YAML_BYTES = 32 << 20
"""YAML of more than this belongs into JSON lines, which load fifty times as fast."""

SUFFIXES = (".yaml", ".yml", ".jsonl")
"""How the names of watch-list files end."""


TOLD_EVERY = 2_000
"""Watches between two words of progress."""

Progress = Callable[[str, int, int], None]
"""Told now and then what is being done, how many watches it is done with, and of how many."""


def untold(stage: str, done: int, of: int) -> None:
    """Progress that nobody looks at."""


class WatchlistErrors(RuleErrors):
    """Everything that is wrong with the watch-lists, over all files, by file, line and column."""


class Loading(msgspec.Struct, frozen=True):
    """What was loaded, with the drafts it was made of: they know where everything stands."""

    loaded: LoadedWatchlists
    files: tuple[FileDraft, ...]
    drafts: tuple[PlacedDraft, ...]


def load(paths: Sequence[Path | str]) -> LoadedWatchlists:
    """The watch-lists of files, folders (with their sub-folders) and `BUILTIN`.

    Raises WatchlistErrors with every error of every file; a list is never loaded in part.
    """
    return _load(paths, untold, trees=False).loaded


def load_with_drafts(
    paths: Sequence[Path | str], progress: Progress = untold, *, versions: bool = True
) -> Loading:
    """As `load`, with the drafts: `drafts[i]` is of `loaded.watches[i]`. Its rules keep their trees."""
    return _load(paths, progress, trees=True, versions=versions)


def _load(paths: Sequence[Path | str], progress: Progress, *, trees: bool, versions: bool = True) -> Loading:
    with collector_at_rest():
        files = [draft for path in paths for draft in _read(path)]
        loading = _understand(files, progress, trees=trees, versions=versions)
    errors = sorted({error for draft in files for error in draft.errors}, key=_by_place)
    if errors:
        raise WatchlistErrors(errors)
    return loading


def _by_place(error: RuleError) -> tuple[str, int, int, str]:
    return error.file, error.line, error.column, error.message


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Millions of values are made and none is a cycle: collecting only walks them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class RawFile(msgspec.Struct, frozen=True):
    """A watch-list file as it lies on disk: its name, the folder it shares concepts with, its bytes."""

    file: str
    folder: str
    data: bytes


def builtin_files() -> list[RawFile]:
    """The watch-lists that ship with Tocsin, by name."""
    packs = resources.files("worker.watchlist") / "packs"
    files = sorted((file for file in packs.iterdir() if file.name.endswith(SUFFIXES)), key=lambda f: f.name)
    return [RawFile(f"{BUILTIN}/{file.name}", BUILTIN, file.read_bytes()) for file in files]


def _read(path: Path | str) -> list[FileDraft]:
    if path == BUILTIN:
        return [read_bytes(raw.file, raw.folder, raw.data) for raw in builtin_files()]
    place = Path(path)
    if not place.is_dir():
        return [_read_file(place)]
    files_below = files_of(place)
    if files_below:
        return [_read_file(file) for file in files_below]
    return [
        _broken(
            str(place), "there is no watch-list in this folder", "files ending in .yaml or .jsonl", "none"
        )
    ]


def files_of(folder: Path) -> list[Path]:
    """The watch-list files of a folder and its sub-folders, by name."""
    return sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES and file.is_file())


def _read_file(path: Path) -> FileDraft:
    if path.suffix not in SUFFIXES:
        return _broken(
            str(path), "this is no watch-list", "a file ending in .yaml or .jsonl", path.suffix or "no ending"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        return _broken(str(path), f"the file cannot be read: {error.strerror}", "a readable file", "")
    return read_bytes(name_of(path), str(path.resolve().parent), data)


def name_of(path: Path) -> str:
    """A file as errors and watches name it; one in a folder called `builtin` is not taken for one of ours."""
    return f"./{path}" if path.parts[0] == BUILTIN else str(path)


def read_bytes(file: str, folder: str, data: bytes) -> FileDraft:
    """The drafts of a file, with what is wrong with it."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if file.endswith(".jsonl"):
        return read_jsonl(file, folder, data)
    if len(data) > MAX_YAML_BYTES:
        megabytes = len(data) >> 20
        return _broken(
            file, "the file is too large for YAML", "JSON lines for machine-made lists", f"{megabytes} MB"
        )
    try:
        return read_yaml(file, folder, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        found = f"the byte 0x{data[error.start]:02x}"
        return _broken(file, "this is not UTF-8 text", "a text file in UTF-8", found, line, column)


def _broken(file: str, message: str, expected: str, found: str, line: int = 1, column: int = 1) -> FileDraft:
    draft = FileDraft(file, file)
    place = FilePlace(file, line, column)
    draft.errors.append(RuleError.at(place, Problem(0, message, expected, found or None)))
    return draft


def _understand(drafts: list[FileDraft], progress: Progress, *, trees: bool, versions: bool) -> Loading:
    total = sum(len(draft.watches) for draft in drafts)
    folders = concepts_by_folder(drafts)
    instruments = KnownInstruments()
    names: dict[str, str] = {}
    ids: dict[str, tuple[FileDraft, PlacedDraft]] = {}
    lists: list[Watchlist] = []
    watches: list[Watch] = []
    placed_drafts: list[PlacedDraft] = []
    for draft in drafts:
        if draft.where is None:
            continue
        check_file(draft)
        if draft.watchlist:
            _once(names, draft.watchlist, draft, draft.place(("watchlist",)), "the watch-list")
        understanding = Understanding(
            draft,
            folders[draft.folder],
            instruments,
            trees=trees or not draft.file.endswith(".jsonl"),
            versions=versions,
        )
        found: list[Watch] = []
        for placed in draft.watches:
            watch_id = placed.draft.id
            if watch_id in ids:
                first, before = ids[watch_id]
                known = {watch_id: f"{first.file}:{before.line}"}
                _once(known, watch_id, draft, placed.where(("id",)), "the watch id")
            ids[watch_id] = draft, placed
            watch = understanding.watch(placed)
            if len(ids) % TOLD_EVERY == 0:
                progress("reading rules", len(ids), total)
            if watch is not None:
                found.append(watch)
                placed_drafts.append(placed)
        if draft.watchlist:
            lists.append(watchlist_of(draft, found, folders[draft.folder]))
        watches += found
    loaded = LoadedWatchlists(tuple(lists), tuple(watches))
    return Loading(loaded, tuple(drafts), tuple(placed_drafts))


def _once(known: dict[str, str], name: str, draft: FileDraft, place: Place, what: str) -> None:
    if name in known:
        problem = Problem(
            0, f"{what} {name} is used twice", "a name of its own", f"{name}, also at {known[name]}"
        )
        draft.errors.append(RuleError.at(place, problem))
    position = place.at(0)
    known[name] = f"{position.file}:{position.line}"


def concepts_by_folder(drafts: list[FileDraft]) -> dict[str, dict[str, Concept]]:
    """The concepts of each folder, compiled; one that is defined twice is an error of the second file."""
    folders: dict[str, dict[str, Concept]] = {}
    defined: dict[tuple[str, str], str] = {}
    for draft in drafts:
        concepts = folders.setdefault(draft.folder, {})
        for name, concept in compile_concepts(draft).items():
            place = draft.place(("concepts", Key(name)))
            first = defined.get((draft.folder, name))
            if first is not None:
                problem = Problem(
                    0,
                    f"the concept {name} is defined twice",
                    "one definition in a folder",
                    f"also at {first}",
                )
                draft.errors.append(RuleError.at(place, problem))
                continue
            position = place.at(0)
            defined[draft.folder, name] = f"{position.file}:{position.line}"
            concepts[name] = concept
    return folders
