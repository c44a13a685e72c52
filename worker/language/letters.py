"""The vote of letters: a letter that few languages write speaks against all others."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def writers() -> dict[str, frozenset[str]]:
    """Lower-case letter → the languages whose alphabets have it (`data/letters.txt`)."""
    found: dict[str, frozenset[str]] = {}
    text = (resources.files("worker.language") / "data" / "letters.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            letters, _, languages = line.partition(":")
            for letter in letters.split():
                found[letter] = found.get(letter, frozenset()) | frozenset(languages.split())
    return found


def telling_letters(text: str) -> list[str]:
    """The distinct letters of the text that few languages write, in alphabetical order."""
    if text.isascii():
        return []
    return sorted(writers().keys() & set(text.lower()))
