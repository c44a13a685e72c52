"""Secrets by reference: `env:NAME` is a variable, `file:/path` the first line of a file."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from worker.errors import UsageError

_KINDS = ("env:", "file:")


def is_reference(text: str) -> bool:
    """Whether the text says where a value stands instead of what it is."""
    return text.startswith(_KINDS) and bool(text.partition(":")[2])


def resolved(text: str, place: str, environment: Mapping[str, str] | None = None) -> str:
    """What a reference stands for; any other text is itself. Raises UsageError."""
    if not is_reference(text):
        return text
    kind, _, name = text.partition(":")
    if kind == "env":
        found = (os.environ if environment is None else environment).get(name)
        if not found:
            raise UsageError(f"{place}: the variable {name} is not set, and `{text}` needs it.")
        return found
    try:
        return Path(name).read_text(encoding="utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{place}: the file {name} cannot be read: {error}") from None


def basic(username: str, password: str) -> str:
    """The Authorization header of a user name and a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
