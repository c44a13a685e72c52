"""Where the data lie: Tocsin's own beside this file, and a folder of the user's beside them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from worker.errors import UsageError

KINDS = ("languages", "instruments")

_own: list[Path] = []
"""The user's folder, or none; one for the whole process, since what is read of it is kept."""


def own_folder() -> Path | None:
    """The folder of the user's own data, where one is in force."""
    return _own[0] if _own else None


def set_own_folder(folder: Path | None) -> None:
    """Let `folder` count from the next reading on; see `worker.citations.use_folder`."""
    _own[:] = [folder] if folder is not None else []


def data_files(kind: str) -> Iterator[tuple[str, str]]:
    """(name, text) of the TOML files of a kind, Tocsin's first and then the user's. Raises UsageError."""
    shipped = resources.files("worker.citations").joinpath("data", kind).iterdir()
    for file in sorted(shipped, key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file.name, file.read_text("utf-8")
    if _own:
        yield from _own_files(_own[0], kind)


def _own_files(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    for path in sorted((folder / kind).glob("*.toml")):
        try:
            yield str(path), path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(f"citations data {path}: cannot be read as UTF-8 text: {problem}") from problem


def check_folder(folder: Path) -> None:
    """Raises UsageError where `folder` is none that holds data of ours."""
    if not folder.is_dir():
        raise UsageError(f"citations folder {folder}: there is no such folder.")
    if not any((folder / kind).is_dir() for kind in KINDS):
        raise UsageError(f"citations folder {folder}: expected a folder {' or '.join(KINDS)} in it.")
    stray = sorted(path.name for path in folder.glob("*.toml"))
    if stray:
        raise UsageError(
            f"citations folder {folder}: {stray[0]} would not be read; it belongs into {' or '.join(KINDS)}."
        )
