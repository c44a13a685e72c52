"""A JSON object to an Article: types checked, dates to UTC, unknown keys to `extra`.

On a topic the schema is the contract and only its names count. Files of other people (`scan`, a
watched folder) may use the common synonyms in `ALIASES`, each only where the schema's own name is
absent; and there an id may be a number and `authors` a single string.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from worker.article.dates import to_utc
from worker.article.identity import identify
from worker.errors import BadInput
from worker.types import Article, DeadReason

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("guid",),
    "url": ("link", "canonical_url"),
    "title": ("headline",),
    "text": ("content", "body", "full_text", "description", "summary"),
    "language": ("lang",),
    "authors": ("author", "byline"),
    "published": ("published_at", "publishedAt", "date", "pubDate", "date_published"),
}
"""The synonyms understood in files, in order of preference."""

EXTRA_KEYS = 64
EXTRA_BYTES = 16 * 1024
"""How much `extra` may hold, as JSON; keys beyond it are dropped and counted in `extra_dropped`."""

_STRINGS = ("id", "url", "source", "title", "text", "language", "feed")
_DATES = ("published", "fetched")
_KNOWN = frozenset((*_STRINGS, *_DATES, "authors", "extra"))
_HTTP = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
_WORDS: Mapping[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def article_from_json(
    value: object, *, aliases: bool = False, event_id: str = "", event_source: str | None = None
) -> Article:
    """The article a decoded JSON value is; the event's id and source stand in for missing ones.

    `null` is the same as absent. A URL that is not http(s) and a date that cannot be read are kept
    in `extra` as `url_raw`, `published_raw`, `fetched_raw`. Raises BadInput: wrong_shape (with the
    path of the value), no_content.
    """
    if not isinstance(value, dict):
        raise wrong("an article", "an object", value)
    given = {key: v for key, v in value.items() if v is not None}
    if aliases:
        given = _without_aliases(given)
    extra = _extra(given)
    fields: dict[str, Any] = {name: _string(given, name) for name in _STRINGS if name in given}
    fields["authors"] = _authors(given.get("authors", []))
    fields.update({name: _date(given[name], name, extra) for name in _DATES if name in given})
    if fields.get("url") is not None and not is_web(fields["url"]):
        extra["url_raw"] = fields.pop("url")
    fields["id"] = fields.get("id") or event_id
    fields["source"] = fields.get("source") or event_source
    return complete(Article(**fields, extra=extra))


def complete(article: Article) -> Article:
    """The article with an id, known to say something. Raises BadInput no_content."""
    if not article.title.strip() and not article.text.strip():
        raise BadInput(DeadReason.NO_CONTENT, "neither `title` nor `text` has a word in it")
    return identify(article)


def is_web(url: str) -> bool:
    """Whether `url` is an http or https address without white space: the only links that go on."""
    return bool(_HTTP.fullmatch(url))


def wrong(path: str, expected: str, value: object) -> BadInput:
    """The complaint about a value of the wrong type."""
    where = path if " " in path else f"`{path}`"
    return BadInput(
        DeadReason.WRONG_SHAPE,
        f"{where} should be {expected}, is {_WORDS.get(type(value), 'something else')}",
    )


def _string(given: Mapping[str, Any], name: str) -> str:
    value = given[name]
    if not isinstance(value, str):
        raise wrong(name, "a string", value)
    return value


def _authors(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise wrong("authors", "a list of strings", value)
    for position, author in enumerate(value):
        if author is not None and not isinstance(author, str):
            raise wrong(f"authors[{position}]", "a string", author)
    return tuple(author for author in value if author)


def _date(value: object, name: str, extra: dict[str, Any]) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong(name, "a date as a string or seconds since the epoch", value)
    moment = to_utc(value)
    if moment is None and value != "":
        extra[f"{name}_raw"] = str(value)[:200]
    return moment


def _extra(given: Mapping[str, Any]) -> dict[str, Any]:
    own = given.get("extra", {})
    if not isinstance(own, dict):
        raise wrong("extra", "an object", own)
    offered = {**{key: v for key, v in given.items() if key not in _KNOWN}, **own}
    return _bounded(offered) if offered else {}


def _bounded(offered: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    room = EXTRA_BYTES
    for key, value in offered.items():
        size = _json_size(key, value)
        if len(kept) < EXTRA_KEYS and size <= room:
            kept[key] = value
            room -= size
    if len(kept) < len(offered):
        kept["extra_dropped"] = len(offered) - len(kept)
    return kept


def _json_size(key: str, value: object) -> int:
    try:
        return len(msgspec.json.encode({key: value}))
    except OverflowError:  # an integer beyond 64 bits, which some versions of msgspec read but do not write
        return EXTRA_BYTES + 1


def _without_aliases(given: dict[str, Any]) -> dict[str, Any]:
    plain = dict(given)
    for name, synonyms in ALIASES.items():
        for synonym in synonyms:
            if synonym in plain and plain.get(name) in (None, "", []):
                plain[name] = plain.pop(synonym)
    if isinstance(plain.get("id"), int) and not isinstance(plain["id"], bool):
        plain["id"] = str(plain["id"])
    if isinstance(plain.get("source"), dict):  # {"source": {"id": …, "name": …}}
        plain["source"] = _name_of(plain["source"])
    if "authors" in plain:
        plain["authors"] = _author_list(plain["authors"])
    return {key: v for key, v in plain.items() if v is not None}


def _author_list(value: object) -> object:
    people = value if isinstance(value, list) else [value]
    return [_name_of(person) for person in people]


def _name_of(thing: object) -> object:
    return thing.get("name") if isinstance(thing, dict) else thing
