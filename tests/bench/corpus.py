"""The articles of a benchmark as messages: read once, given out as often as asked under new ids."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from worker.ports import ARTICLES
from worker.types import Message


def read_articles(path: Path, limit: int | None) -> list[dict[str, Any]]:
    """The articles of a JSON lines file, gzipped or not; at most `limit`."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:limit]


def messages_of(articles: list[dict[str, Any]], mark: str) -> list[Message]:
    """Each article as a message under an id of this run, so that it is no repeat of another run's."""
    found = []
    for number, article in enumerate(articles):
        id_ = f"{mark}-{number}"
        value = json.dumps({**article, "id": id_}, ensure_ascii=False).encode()
        found.append(Message(ARTICLES, id_.encode(), value, (("content-type", b"application/json"),)))
    return found
