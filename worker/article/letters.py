"""Dead letters as they lie on their topic: read, chosen, and made into messages that put them back.

A letter that was put back is not removed: a mark is written beside it in the same unit of work, so that
it is never put back twice by accident.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from worker.ports import DEAD_LETTERS
from worker.types import DeadReason, Message, Record

MARK = "tocsin.replayed"
REPLAY_OF = "tocsin.replay_of"
_OURS = ("tocsin.topic", "tocsin.partition", "tocsin.offset", "tocsin.reason", "tocsin.error", "tocsin.at")


class Letter(msgspec.Struct, frozen=True):
    """One dead letter. `partition` and `offset` are its own, `from_…` those of the message that died.

    `at` is seconds since the epoch; `origin` is the file or address it came from, when a source brought it.
    """

    partition: int
    offset: int
    at: float
    reason: str
    error: str
    topic: str
    from_partition: int
    from_offset: int
    origin: str | None
    record: Record

    @property
    def place(self) -> str:
        """Where it lies on the dead-letter topic: `partition/offset`."""
        return f"{self.partition}/{self.offset}"

    @property
    def can_go_back(self) -> bool:
        """Whether it once was a message of a topic. What a source brought is mended at the source."""
        return self.from_partition >= 0 and self.origin is None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant; an empty one means all. Times are seconds since the epoch."""

    reasons: frozenset[DeadReason] = frozenset()
    partition: int | None = None
    first_offset: int = 0
    last_offset: int | None = None
    since: float | None = None
    until: float | None = None

    def takes(self, letter: Letter) -> bool:
        """Whether this letter is meant."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and self.partition in (None, letter.partition)
            and self.first_offset <= letter.offset
            and (self.last_offset is None or letter.offset <= self.last_offset)
            and (self.since is None or letter.at >= self.since)
            and (self.until is None or letter.at <= self.until)
        )


def letters(records: Iterable[Record]) -> Iterator[Letter]:
    """The letters among the records of the dead-letter topic, in their order."""
    for record in records:
        headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        if "tocsin.reason" in headers:
            yield _letter(record, headers)


def put_back_already(records: Iterable[Record]) -> set[str]:
    """The places of the letters that carry a mark among the records of the dead-letter topic."""
    return {
        value.decode("utf-8", "replace")
        for record in records
        for name, value in record.headers
        if name == MARK
    }


def going_back(letter: Letter, at: str) -> tuple[Message, Message]:
    """The message as it was, to the topic it came from, and the mark. `at` is RFC 3339 in UTC."""
    record, place = letter.record, letter.place.encode()
    kept = tuple((name, value) for name, value in record.headers if name not in (*_OURS, REPLAY_OF))
    message = Message(letter.topic, record.key, record.value, (*kept, (REPLAY_OF, place)))
    mark = Message(DEAD_LETTERS, MARK.encode(), None, ((MARK, place), ("tocsin.at", at.encode())))
    return message, mark


def _letter(record: Record, headers: dict[str, str]) -> Letter:
    return Letter(
        record.partition,
        record.offset,
        _seconds(headers.get("tocsin.at", ""), record.timestamp),
        headers["tocsin.reason"],
        headers.get("tocsin.error", ""),
        headers.get("tocsin.topic", ""),
        _number(headers.get("tocsin.partition", "")),
        _number(headers.get("tocsin.offset", "")),
        headers.get("tocsin.origin"),
        record,
    )


def _seconds(text: str, otherwise: float) -> float:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else -1
