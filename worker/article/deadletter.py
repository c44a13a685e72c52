"""Dead letters: the original bytes of what became no article, with headers that say where, why and when."""

from __future__ import annotations

from worker.errors import BadInput
from worker.ports import ARTICLES, DEAD_LETTERS
from worker.types import Message, Record

_ERROR_LENGTH = 1_000
"""Characters of the error kept; an error may quote what it complains of."""

_NOWHERE = -1
"""Partition and offset of what never was on a topic."""


def dead_letter(record: Record, bad: BadInput, at: str) -> Message:
    """The dead letter of a record: its bytes, key and headers unchanged, the `tocsin.…` headers after them.

    `at` is RFC 3339 in UTC. A letter that was replayed and died again carries its newest story only.
    """
    story = _story(record.topic, record.partition, record.offset, bad, at)
    kept = tuple((name, value) for name, value in record.headers if name not in dict(story))
    return Message(DEAD_LETTERS, record.key, record.value, kept + story)


def letter_of_source(raw: bytes, bad: BadInput, origin: str, at: str) -> Message:
    """The dead letter of bytes that a source could not make an article of.

    `origin` is the file or address they came from, in the header `tocsin.origin`; partition and
    offset are -1, since they never were on the articles topic.
    """
    story = _story(ARTICLES, _NOWHERE, _NOWHERE, bad, at)
    return Message(
        DEAD_LETTERS, origin.encode("utf-8", "replace"), raw, (*story, ("tocsin.origin", _header(origin)))
    )


def _story(topic: str, partition: int, offset: int, bad: BadInput, at: str) -> tuple[tuple[str, bytes], ...]:
    return (
        ("tocsin.topic", _header(topic)),
        ("tocsin.partition", _header(str(partition))),
        ("tocsin.offset", _header(str(offset))),
        ("tocsin.reason", _header(bad.reason.value)),
        ("tocsin.error", _header(bad.detail[:_ERROR_LENGTH])),
        ("tocsin.at", _header(at)),
    )


def _header(text: str) -> bytes:
    return text.encode("utf-8", "replace")
