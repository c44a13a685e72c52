"""Provisions as normalised words (`51`, `2.4`, `42.7`, `51A`) and the question whether one cites another."""

from __future__ import annotations

import re

from worker.citations.instruments import instruments
from worker.types import Citation, Grade

_ENOUGH = {
    None: (Grade.EXPLICIT, Grade.INFERRED),
    Grade.EXPLICIT: (Grade.EXPLICIT,),
    Grade.INFERRED: (Grade.EXPLICIT, Grade.INFERRED),
    Grade.BARE: (Grade.EXPLICIT, Grade.INFERRED, Grade.BARE),
}


_FALLING = re.compile(r"^(\d+)-(\d+)$")


def normalise(provision: str) -> str:
    """`42(7)`, `42 (7)`, `42/7` and `42.7` are one provision; letters keep their case folded up."""
    plain = provision.strip().replace("(", ".").replace(")", "").replace("/", ".").replace(" ", "")
    return plain.replace("..", ".").upper()


def cites(citation: Citation, instrument: str, provision: str, grade: Grade | None = None) -> bool:
    """Whether `citation` is a reference to `provision` of `instrument`.

    A part cites the whole (51.1 cites 51; not where articles themselves are numbered 51.1), 51A and
    51 bis are articles of their own. `grade` is the least evidence asked for; without it explicit or
    inferred. With `bare`, citations of which nobody can tell the instrument count too.
    """
    if citation.grade not in _ENOUGH[grade]:
        return False
    if citation.instrument != instrument and citation.grade is not Grade.BARE:
        return False
    asked, found = normalise(provision), normalise(citation.provision)
    if asked == found:
        return True
    known = instruments().get(instrument)
    if known is not None and not known.decimal:
        found = _FALLING.sub(r"\1.\2", found)  # 42-7 of a treaty is its 42(7)
        if asked == found:
            return True
    return found.startswith(asked + ".") and not (known is not None and known.decimal and "." not in asked)
