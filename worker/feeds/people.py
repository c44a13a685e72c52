"""Who wrote an item: names, however a feed gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from worker.article.plain import one_line
from worker.feeds.mended import LONGEST_AUTHOR
from worker.feeds.words import plain, string

_MOST = 50
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+ \((.+)\)")
_NAME_AND_ADDRESS = re.compile(r"(.+?) ?(?:<\S+@\S+>|\(\S+@\S+\))")


def authors_of(entry: Mapping[str, Any], feed: Mapping[str, Any], version: str) -> tuple[str, ...]:
    """The item's authors; in Atom those of its own feed stand in (RFC 4287, 4.1.2 and 4.2.1)."""
    own = _names(entry)
    if own or not version.startswith("atom"):
        return own
    source = entry.get("source")
    return (_names(source) if isinstance(source, Mapping) else ()) or _names(feed)


def _names(thing: Mapping[str, Any]) -> tuple[str, ...]:
    people = [person for person in thing.get("authors", []) if isinstance(person, Mapping)][:_MOST]
    written = (string(person.get("name")) or string(person.get("email")) for person in people)
    cleaned = (_name(one_line(plain(name))[:LONGEST_AUTHOR]) for name in written)
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _name(written: str) -> str:
    """The name in `a@b.example (Name)`, `Name (a@b.example)`, `Name <a@b.example>`; else what is written."""
    found = _ADDRESS_AND_NAME.fullmatch(written) or _NAME_AND_ADDRESS.fullmatch(written)
    return found[1] if found else written
