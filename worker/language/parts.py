"""A text in several languages: which, and how much of it each holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from worker.language.cascade import are_confused, judge
from worker.language.sample import cleaned
from worker.language.scripts import count_scripts, worth

SURE: Final = 0.9
"""A part counts as another language's only when its detector is that sure: a list of names is no language."""

_PART: Final = 120
"""Characters of a part: two sentences, enough to be judged well."""

_MOST_PARTS: Final = 6
"""So many parts, evenly spread, are judged: a mixed text costs what half a dozen sentences cost."""

_BREAK = re.compile(r"(?<=[.!?…。！？؟।])\s+|\n+|(?<=[。！？])")


def shares_of(title: str, text: str, main: str) -> tuple[tuple[str, float], ...]:
    """(code, share of the letters) of title and text, the largest first; empty when all is in one."""
    parts = _spread([*([title] if title else []), *_parts(text)])
    held: dict[str, int] = {}
    for part in parts:
        verdict = judge([cleaned(part, _PART)])
        other = verdict.confidence >= SURE and not (verdict.code != main and are_confused(verdict.code, main))
        code = verdict.code if other else main
        held[code] = held.get(code, 0) + worth(count_scripts(part))
    if len(held) < 2:
        return ()
    total = sum(held.values())
    rows = sorted(held.items(), key=lambda row: (-row[1], row[0]))
    return tuple((code, round(count / total, 3)) for code, count in rows)


def _parts(text: str) -> Iterator[str]:
    """The text in order, in parts of at least _PART characters that end with a sentence or line."""
    gathered = ""
    for sentence in _BREAK.split(text):
        gathered = f"{gathered} {sentence}".strip()
        if len(gathered) >= _PART:
            yield gathered
            gathered = ""
    if gathered:
        yield gathered


def _spread(parts: list[str]) -> list[str]:
    if len(parts) <= _MOST_PARTS:
        return parts
    return [parts[at * len(parts) // _MOST_PARTS] for at in range(_MOST_PARTS)]
