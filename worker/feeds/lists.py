"""All sources an operator names, from `sources.feeds` and from lists in YAML or OPML, each feed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec

from worker.errors import UsageError
from worker.feeds.fetch import public_url, shown_url
from worker.feeds.list_yaml import Problems, read_yaml_list
from worker.feeds.listed import Listed, Wrong, web_address
from worker.feeds.opml import looks_like_xml, read_opml
from worker.feeds.references import basic, is_reference, resolved

MAX_BYTES = 15 * 1024 * 1024
_TOLD = 20

Fetch = Callable[[str], bytes]
"""Fetches a list by its address; raises TocsinError."""


class Sources(msgspec.Struct, frozen=True):
    """Every feed once, in order, and remarks on what was passed over."""

    listed: tuple[Listed, ...]
    remarks: tuple[str, ...] = ()


def is_address(path: str) -> bool:
    """Whether a list stands on the web."""
    return path.lower().startswith(("http://", "https://"))


def load_sources(feeds: Sequence[str], lists: Sequence[str], fetch: Fetch) -> Sources:
    """The sources of the settings' feeds and lists. Raises UsageError with every mistake and its line."""
    found: list[Listed] = []
    problems: Problems = []
    for at, url in enumerate(feeds):
        place = f"sources.feeds[{at}]"
        try:
            found.append(Listed(url=web_address(url), place=place))
        except Wrong as error:
            problems.append(f"{place}: {error}.")
    for path in lists:
        listed, wrong = read_list(path, fetch(path) if is_address(path) else _read(path))
        found += listed
        problems += wrong
    sources, twice = _each_once(found)
    problems += twice
    if problems:
        more = f"\nand {len(problems) - _TOLD} more." if len(problems) > _TOLD else ""
        raise UsageError("the sources are not right:\n" + "\n".join(problems[:_TOLD]) + more)
    return sources


def read_list(path: str, data: bytes) -> tuple[list[Listed], Problems]:
    """The sources of one list, told by its content to be OPML or YAML, and what is wrong with it."""
    name = shown_url(path) if is_address(path) else path
    if len(data) > MAX_BYTES:
        return [], [f"{name}: {len(data):,} bytes; a list may have {MAX_BYTES:,}."]
    text = data.decode("utf-8", "replace")
    if looks_like_xml(text) or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return read_opml(name, data)
    found, problems = read_yaml_list(name, text)
    if is_address(path):  # whoever writes that list must not learn what our files and variables hold
        problems += [
            f"{source.place}: a list from the web may not refer to secrets of this machine."
            for source in found
            if any(map(is_reference, (*source.headers.values(), source.password or "")))
        ]
    return found, problems


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"sources.lists: {path} cannot be read: {error.strerror}.") from None


def _each_once(found: Iterable[Listed]) -> tuple[Sources, Problems]:
    """Each feed once. The same feed twice in one list of YAML is a mistake, elsewhere a remark."""
    first: dict[str, Listed] = {}
    problems: Problems = []
    remarks: list[str] = []
    for source in found:
        key = canonical_key(source.url)
        known = first.setdefault(key, source)
        if known is source:
            continue
        told = f"{source.place}: {shown_url(source.url)} is the same feed as at {known.place}"
        if source.place.rpartition(":")[0] == known.place.rpartition(":")[0] and _is_yaml(source.place):
            problems.append(f"{told}. Remove one.")
        else:
            remarks.append(f"{told}; that one counts")
            first[key] = msgspec.structs.replace(known, tags=tuple(dict.fromkeys(known.tags + source.tags)))
    return Sources(tuple(first.values()), tuple(remarks)), problems


def _is_yaml(place: str) -> bool:
    return place.rpartition(":")[0].lower().endswith((".yaml", ".yml"))


def canonical_key(url: str) -> str:
    """Equal for two ways to write the address of one feed: case of the host, credentials, fragment."""
    parts = urlsplit(public_url(url))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def secret_headers(source: Listed, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers a source asks for, its references resolved. Raises UsageError."""
    headers = {name: resolved(value, source.place, environment) for name, value in source.headers.items()}
    if source.username is not None:
        password = resolved(source.password or "", source.place, environment)
        headers["Authorization"] = basic(source.username, password)
    return headers
