"""Loads one watch and only what it needs, for the verbs that look at a single rule.

Whoever asks why a rule did not match waits for the answer. So of all files only those are parsed in
which the id stands, and those of the same folder in which a concept of the rule stands; of JSON lines
only the lines with the id. Of all concepts only those that the rule names are compiled.

Whenever anything is not as it should be (no such watch, two of them, an error in a file that was
read), the lists are loaded as a whole, so that what is said then is what `check` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from worker.watchlist.drafts import FileDraft, PlacedDraft
from worker.watchlist.load import (
    SUFFIXES,
    RawFile,
    builtin_files,
    concepts_by_folder,
    files_of,
    load,
    name_of,
    read_bytes,
)
from worker.watchlist.model import BUILTIN, Watch
from worker.watchlist.understand import KnownInstruments, Understanding, check_file

_NAMED = re.compile(r"@\s*([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)


def load_watch(paths: Sequence[Path | str], watch_id: str, *, version: bool = True) -> Watch:
    """The watch of this id, the same that `load` gives; its version only where it is asked for.

    Raises LookupError with the ids that there are, and WatchlistErrors with every error of every file when
    there is one in what was read.
    """
    found = _narrowly(paths, watch_id, version=version)
    if found is not None:
        return found
    watches = load(paths).watches
    for watch in watches:
        if watch.id == watch_id:
            return watch
    raise LookupError([watch.id for watch in watches])


def _narrowly(paths: Sequence[Path | str], watch_id: str, *, version: bool) -> Watch | None:
    """The watch, or None where the lists must be loaded as a whole to say what is so."""
    try:
        files = list(_raw_files(paths))
    except OSError:
        return None
    sought = watch_id.encode("utf-8", "surrogatepass")
    read = {raw.file: _only_lines_with(sought, raw) for raw in files if sought in raw.data}
    placed = [(draft, one) for draft in read.values() for one in draft.watches if one.draft.id == watch_id]
    if len(placed) != 1:
        return None
    draft, one = placed[0]
    names = frozenset(name.lower() for name in _NAMED.findall(one.draft.query))
    for raw in files:
        if raw.folder == draft.folder and raw.file not in read and _names_any(raw, names):
            read[raw.file] = _header_only(raw)
    return _understood(list(read.values()), draft, one, names, version=version)


def _understood(
    drafts: list[FileDraft],
    draft: FileDraft,
    placed: PlacedDraft,
    names: frozenset[str],
    *,
    version: bool,
) -> Watch | None:
    for each in drafts:
        each.concepts = {name: phrases for name, phrases in each.concepts.items() if name in names}
        if each.where is not None:
            check_file(each)
    concepts = concepts_by_folder(drafts)[draft.folder]
    trees = not draft.file.endswith(".jsonl")  # as `load` has it
    knows = Understanding(draft, concepts, KnownInstruments(), trees=trees, versions=version)
    watch = knows.watch(placed)
    return None if any(each.errors for each in drafts) else watch


def _raw_files(paths: Sequence[Path | str]) -> Iterator[RawFile]:
    """Every file of the paths. Raises OSError where `load` has something to say of a path itself."""
    for path in paths:
        if path == BUILTIN:
            yield from builtin_files()
            continue
        place = Path(path)
        found = files_of(place) if place.is_dir() else [place]
        if not found or any(file.suffix not in SUFFIXES for file in found):
            raise OSError(f"no watch-list: {path}")
        for file in found:
            yield RawFile(name_of(file), str(file.resolve().parent), file.read_bytes())


def _only_lines_with(sought: bytes, raw: RawFile) -> FileDraft:
    if not raw.file.endswith(".jsonl"):
        return read_bytes(raw.file, raw.folder, raw.data)
    first, *lines = raw.data.split(b"\n")
    kept = (line if sought in line else b"" for line in lines)
    return read_bytes(raw.file, raw.folder, b"\n".join((first, *kept)))


def _header_only(raw: RawFile) -> FileDraft:
    data = raw.data.partition(b"\n")[0] if raw.file.endswith(".jsonl") else raw.data
    return read_bytes(raw.file, raw.folder, data)


def _names_any(raw: RawFile, names: frozenset[str]) -> bool:
    return any(name.encode() in raw.data for name in names)
