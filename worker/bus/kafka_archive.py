"""Kafka's topics as an archive: everything committed on a topic, and messages put back in transactions.

All replays of a group share one transactional id, so that a second one fences the first: two at once can
never put the same letter back, whatever each of them has read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from worker.bus import kafka_client
from worker.bus.kafka import record_of
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.kafka_transactions import TransactionalProducer
from worker.errors import Outage
from worker.types import Message, Record

_POLL_MS = 1_000
_EMPTY_POLLS = 30
"""How often in a row nothing may come before the end is reached: half a minute of a broker's silence."""


class KafkaArchive:
    """`worker.ports.Archive` over Kafka. Nothing is connected before the first use."""

    def __init__(self, settings: KafkaSettings, *, group: str) -> None:
        self._settings = settings
        self._producer = TransactionalProducer(settings, group, transactional_id=f"tocsin-{group}-replay")

    def claim(self) -> None:
        """Fence every replay that began before; what they had not committed never was."""
        self._producer.prepare()

    def records(self, topic: str) -> Iterator[Record]:
        """Everything committed on the topic up to now, partition by partition as it comes."""
        reader = kafka_client.reader(self._settings)
        try:
            with kafka_client.understood(f"reading {topic}"):
                yield from _all(reader, topic, int(self._settings.request_timeout * 1000))
        finally:
            reader.close()

    def put_back(self, messages: Sequence[Message], keys: Sequence[str]) -> None:  # noqa: ARG002 - the claim guards
        """Publish all in one transaction. Raises Outage or Fenced; then nothing of it counts."""
        self._producer.commit(messages, {}, None)

    def close(self) -> None:
        """Close the producer. Idempotent."""
        self._producer.close()


def _all(reader: Any, topic: str, patience_ms: int) -> Iterator[Record]:
    from kafka.structs import TopicPartition

    partitions = [TopicPartition(topic, each) for each in sorted(reader.partitions_for_topic(topic) or ())]
    if not partitions:
        return
    reader.assign(partitions)
    reader.seek_to_beginning(*partitions)
    ends = reader.end_offsets(partitions, timeout_ms=patience_ms)
    empty = 0
    while any((reader.position(each, timeout_ms=patience_ms) or 0) < end for each, end in ends.items()):
        batches = reader.poll(timeout_ms=_POLL_MS)
        empty = 0 if batches else empty + 1
        if empty > _EMPTY_POLLS:
            raise Outage(f"Kafka did not give all of {topic}: nothing came for {empty} s. Try again.")
        for partition, batch in batches.items():
            yield from (record_of(each) for each in batch if each.offset < ends[partition])
