"""The articles of a benchmark as messages: read once, given out as often as asked under new ids."""

from __future__ import annotations

import gzip
import json
from importlib import resources
from itertools import cycle
from pathlib import Path
from typing import Any

from worker.ports import ARTICLES
from worker.types import Message


def read_articles(path: Path, limit: int | None) -> list[dict[str, Any]]:
    """The articles of a JSON lines file, gzipped or not; at most `limit`, spread over the whole file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    count = min(limit or len(articles), len(articles))
    return [articles[i * len(articles) // count] for i in range(count)]


def with_demo(articles: list[dict[str, Any]], every: int) -> list[dict[str, Any]]:
    """The articles with one of the demo's after each `every` of them, so that enough of them ring."""
    shipped = (resources.files("worker") / "demo" / "articles.jsonl").read_text(encoding="utf-8")
    demo = cycle([json.loads(line) for line in shipped.splitlines()])
    mixed: list[dict[str, Any]] = []
    for number, article in enumerate(articles, 1):
        mixed.append(article)
        if number % every == 0:
            mixed.append(next(demo))
    return mixed


def messages_of(articles: list[dict[str, Any]], mark: str) -> list[Message]:
    """Each article as a message under an id of this run, so that it is no repeat of another run's."""
    found = []
    for number, article in enumerate(articles):
        id_ = f"{mark}-{number}"
        value = json.dumps({**article, "id": id_}, ensure_ascii=False).encode()
        found.append(Message(ARTICLES, id_.encode(), value, (("content-type", b"application/json"),)))
    return found
