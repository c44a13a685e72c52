"""A source as somebody wrote it in a list, checked; its shape is that of `schemas/sources.schema.json`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

import msgspec

from worker.feeds.references import is_reference

KEYS = (
    "url",
    "name",
    "language",
    "tags",
    "interval",
    "full_text",
    "headers",
    "username",
    "password",
    "watchlists",
)
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})
SHORTEST_INTERVAL = 60.0
_INTERVAL = re.compile(r"(\d{1,7})\s*([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One source of a list.

    interval: seconds, None for the adaptive one; full_text: fetch each item's page too; headers:
    name → value or reference; password: a reference; watchlists: ids of the only lists that its
    articles are judged by, empty for all; place: `file:line`.
    """

    url: str
    name: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    interval: float | None = None
    full_text: bool = False
    headers: Mapping[str, str] = {}
    username: str | None = None
    password: str | None = None
    watchlists: tuple[str, ...] = ()
    place: str = ""


class Wrong(Exception):  # what is wrong with one value, in words
    """What is wrong with a value."""


def nearest(name: str) -> str:
    """The known key that was probably meant, as the end of a sentence."""
    close = get_close_matches(name, KEYS, n=1, cutoff=0.5)
    return f"Did you mean `{close[0]}`?" if close else f"Known: {', '.join(KEYS)}."


def checked(key: str, value: object) -> object:
    """The value of a key as `Listed` holds it. Raises Wrong."""
    return _CHECKS[key](value)


def web_address(value: object) -> str:
    """An http or https address. Raises Wrong."""
    text = _text(value)
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() in ("http", "https") and parts.hostname and _is_clean(text):
            return text
    except ValueError:
        pass
    shown = "".join(each if each.isprintable() else "·" for each in text[:100])
    raise Wrong(f"`{shown}` is no address of a feed; expected http:// or https:// and a host")


def _is_clean(address: str) -> bool:
    """Without white space and what a terminal obeys."""
    return address.isprintable() and not re.search(r"\s", address)


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise Wrong("expected text")


def _texts(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise Wrong("expected a list of texts")
    return tuple(dict.fromkeys(_text(item) for item in items))


def _language(value: object) -> str:
    text = _text(value)
    if not _LANGUAGE.fullmatch(text):
        raise Wrong(f"`{text[:40]}` is no language; expected a code such as `en` or `pt-BR`")
    return text


def seconds(value: object) -> float:
    """`900`, `15m`, `2h` or `1d` in seconds. Raises Wrong."""
    found = _INTERVAL.fullmatch(_text(value))
    if found is None:
        raise Wrong(f"`{_text(value)[:40]}` is no interval; expected seconds, or `15m`, `2h`, `1d`")
    length = float(int(found[1]) * _SECONDS[found[2]])
    if not SHORTEST_INTERVAL <= length <= 31 * 86_400:
        raise Wrong(f"`{found[0]}` is out of bounds; expected a minute to 31 days")
    return length


def _flag(value: object) -> bool:
    known = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    text = _text(value).lower()
    if text not in known:
        raise Wrong(f"`{text[:40]}` is neither true nor false")
    return known[text]


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise Wrong("expected a mapping of header names to values")
    found = {}
    for name, content in value.items():
        if not _HEADER.fullmatch(name):
            raise Wrong(f"`{name[:40]}` is no name of a header")
        text = _text(content)
        if re.search(r"[\r\n\0]", text):
            raise Wrong(f"the header `{name}` has a line break in it")
        if name.lower() in SECRET_HEADERS and not is_reference(text):
            raise Wrong(f"the header `{name}` is a secret; name where it stands: `env:NAME` or `file:/path`")
        found[name] = text
    return found


def _password(value: object) -> str:
    text = _text(value)
    if not is_reference(text):
        raise Wrong("a password does not stand in a list; name where it stands: `env:NAME` or `file:/path`")
    return text


_CHECKS: Mapping[str, Callable[[object], object]] = {
    "url": web_address,
    "name": _text,
    "language": _language,
    "tags": _texts,
    "interval": seconds,
    "full_text": _flag,
    "headers": _headers,
    "username": _text,
    "password": _password,
    "watchlists": _texts,
}
