"""What the pipeline needs of the outside world, as shapes; `bus/`, `feeds/` and `sinks/` fill them.

They stand below the pipeline so that it can speak of a bus without knowing SQLite or Kafka.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from worker.types import Alert, Message, Record

ARTICLES = "tocsin.articles"
ALERTS = "tocsin.alerts"
DEAD_LETTERS = "tocsin.deadletters"

Partition = tuple[str, int]
"""A topic and one of its partitions."""


class UnitOfWork(Protocol):
    """All or nothing: what is published and how far the group has read commit together."""

    def publish(self, message: Message) -> None:
        """Add a message. It is visible to readers when the unit commits, and not before."""
        ...

    def advance(self, records: Iterable[Record]) -> None:
        """Move the group's offsets past these records when the unit commits."""
        ...

    def has_seen(self, key: str) -> bool:
        """Whether `key` is known; nothing is remembered."""
        ...

    def first_sight(self, key: str) -> bool:
        """Whether `key` is new; it is remembered when the unit commits, forgotten if it aborts.

        The embedded bus remembers for ever (its retention), Kafka's member the most recent ones.
        """
        ...


class Bus(Protocol):
    """A log of topics with partitions, offsets and groups: SQLite or Kafka behind one contract.

    One instance belongs to one thread and one consumer group.
    """

    def subscribe(self, topics: Sequence[str]) -> None:
        """Join the group on these topics, at the group's offsets, or at the start if it has none."""
        ...

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        """Up to `limit` records, waiting at most `timeout` seconds for the first; may be empty.

        Raises Outage when the log does not answer. Never decodes a value.
        """
        ...

    def unit(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work: commits when the block ends, aborts when it raises.

        After an abort the records polled but not committed are polled again.
        Raises Outage (nothing was committed, or nobody can tell) or Fenced.
        """
        ...

    def rewind(self) -> None:
        """Poll again, from the next poll on, whatever was polled and is not committed."""
        ...

    def stay(self) -> None:
        """Remain a member, without reading on, while polled records are worked on for longer than usual.

        To be called every few seconds. Raises Outage. If the records went to another member meanwhile,
        their unit will be Fenced.
        """
        ...

    def lag(self) -> Mapping[Partition, int]:
        """Records not yet committed by the group, for each partition this member reads: all of them after a
        poll that brought nothing, and else those that are known of.
        """
        ...

    def close(self) -> None:
        """Leave the group and free what is held. Idempotent."""
        ...


class TopicReader(Protocol):
    """Reads what a topic holds, from its oldest record to the newest there was when reading began.

    It stands outside every group: no offset is moved and nothing is written, so that a history can be
    read beside a running worker. Aborted and unfinished transactions are not seen.
    """

    def count(self, topic: str) -> int:
        """About how many records `records` will give: what lies between the oldest and the newest offset."""
        ...

    def records(self, topic: str) -> Iterator[Record]:
        """The records, in order within each partition. Raises Outage when the log does not answer,
        UsageError when there is no such topic.
        """
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...


class Intake(Protocol):
    """Where sources put articles, and remember how far they have read.

    Embedded: messages and state in one transaction. Kafka: state is saved once the messages are
    acknowledged, so a crash between repeats messages, which `first_sight` recognises.
    """

    def state(self, key: str) -> str | None:
        """What was remembered under `key`, or None."""
        ...

    def put(self, messages: Sequence[Message], state: Mapping[str, str]) -> None:
        """Publish the messages and remember the state; durable when it returns, else Outage."""
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...


class Archive(Protocol):
    """What lies on a topic, read from outside any group, and a way to put some of it back once."""

    def claim(self) -> None:
        """From now on only this archive may put back: who claimed before is Fenced. Before reading."""
        ...

    def records(self, topic: str) -> Iterator[Record]:
        """Everything committed on the topic up to now, each partition in its order. Raises Outage."""
        ...

    def put_back(self, messages: Sequence[Message], keys: Sequence[str]) -> None:
        """Publish the messages, all or nothing, once for each of the keys. Raises Fenced or Outage."""
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...


class Sink(Protocol):
    """A place alerts go to outside the bus: at least once, with the alert's stable id."""

    name: str

    def write(self, alerts: Sequence[Alert]) -> None:
        """Deliver all or raise Outage; returns only when they are safe with the receiver."""
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...
