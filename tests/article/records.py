"""Records for the tests of this folder."""

from __future__ import annotations

import json
from typing import Any

from worker.types import Record


def record(value: bytes | None, **headers: str | bytes) -> Record:
    """A record; underscores of a header's name stay, `content_type` becomes `content-type`."""
    pairs = tuple(
        (name.replace("content_type", "content-type"), v.encode() if isinstance(v, str) else v)
        for name, v in headers.items()
    )
    return Record("tocsin.articles", 3, 41, b"key", value, pairs, 1_795_464_000.0)


def json_record(value: Any, **headers: str | bytes) -> Record:
    """A record whose value is JSON."""
    return record(json.dumps(value, ensure_ascii=False).encode(), **headers)
