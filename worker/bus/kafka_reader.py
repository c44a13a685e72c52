"""Reading a Kafka topic's history with a consumer of no group: no offset is committed, nothing written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from worker.bus import kafka_client
from worker.bus.kafka import record_of
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.watchdog import OnHang, Watchdog, exit_hung
from worker.errors import Outage, UsageError
from worker.types import Record

_HANG_SECONDS = 180.0
_CHUNK = 500
_SILENCE_SECONDS = 60.0
"""Without a record or a step forward for this long, the broker is taken for gone."""


class KafkaReader:
    """`worker.ports.TopicReader` over Kafka. Connects on first use; raises Outage or UsageError."""

    def __init__(self, settings: KafkaSettings, *, on_hang: OnHang = exit_hung) -> None:
        self._settings = settings
        self._consumer: Any = None
        self._watchdog = Watchdog(on_hang)

    def count(self, topic: str) -> int:
        """Offsets between the oldest and the newest; markers of transactions are counted too."""
        with self._watchdog.over("asking Kafka for offsets", _HANG_SECONDS):
            starts, ends = self._extents(topic)
        return sum(ends[place] - starts[place] for place in starts)

    def records(self, topic: str) -> Iterator[Record]:
        """The topic's committed records up to what is newest now, in the order they are fetched."""
        with self._watchdog.over("asking Kafka for offsets", _HANG_SECONDS):
            starts, ends = self._extents(topic)
        left = {place for place in starts if starts[place] < ends[place]}
        self._begin(starts, left)
        heard = time.monotonic()
        while left:
            with self._watchdog.over("reading Kafka", _HANG_SECONDS), kafka_client.understood("reading"):
                batches = self._consumer.poll(timeout_ms=1000, max_records=_CHUNK)
                # What is at the end of a partition may be a marker, which poll passes over in silence.
                done = {place for place in left if self._consumer.position(place) >= ends[place]}
            for place, batch in batches.items():
                yield from (record_of(each) for each in batch if each.offset < ends[place])
            if batches or done:
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENCE_SECONDS:
                raise Outage(f"Kafka gave nothing of {topic} for {_SILENCE_SECONDS:.0f} s.")
            if done:
                left -= done
                self._consumer.pause(*done)

    def close(self) -> None:
        """Close the consumer. Idempotent."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with self._watchdog.over("closing Kafka", _HANG_SECONDS):
                consumer.close(timeout_ms=int(self._settings.request_timeout * 1000))
        self._watchdog.close()

    def _begin(self, starts: dict[Any, int], places: set[Any]) -> None:
        with kafka_client.understood("reading"):
            self._consumer.assign(sorted(places))
            self._consumer.resume(*places)  # an earlier reading paused what it had read to the end
            for place in places:
                self._consumer.seek(place, starts[place])

    def _extents(self, topic: str) -> tuple[dict[Any, int], dict[Any, int]]:
        from kafka.structs import TopicPartition

        self._refuse_missing(topic)
        if self._consumer is None:
            self._consumer = kafka_client.reader(self._settings)
        with kafka_client.understood("asking for offsets"):
            numbers = self._consumer.partitions_for_topic(topic) or ()
            places = [TopicPartition(topic, number) for number in sorted(numbers)]
            return self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)

    def _refuse_missing(self, topic: str) -> None:
        """Asked of an admin client: a consumer waits without a timeout for a topic that is missing."""
        admin = kafka_client.admin(self._settings)
        try:
            with kafka_client.understood("listing topics"):
                if topic not in admin.list_topics():
                    raise UsageError(f"Kafka has no topic {topic}; `tocsin topics --create` makes it.")
        finally:
            admin.close()
