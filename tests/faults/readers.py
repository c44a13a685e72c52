"""Two kinds of read_committed readers: one that was there all along, and one that comes later."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

TOPICS = ("tocsin.alerts", "tocsin.deadletters")
Ends = dict[Any, int]
"""An offset for each partition."""


def consumer(servers: str, isolation: str = "read_committed") -> Any:
    """A plain consumer of kafka-python, in no group."""
    from kafka import KafkaConsumer

    return KafkaConsumer(
        bootstrap_servers=servers.split(","),
        isolation_level=isolation,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        request_timeout_ms=10_000,
        metadata_max_age_ms=3_000,
        reconnect_backoff_max_ms=1_000,
    )


def partitions(found: Any, topics: Sequence[str]) -> list[Any]:
    """All partitions of the topics."""
    from kafka.structs import TopicPartition

    return [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(found.partitions_for_topic(topic) or ())
    ]


def read_between(servers: str, starts: Ends, ends: Ends, seconds: float) -> tuple[list[Any], bool]:
    """What a reader that comes now finds between two places, and whether it got to the end in time."""
    reader, found = consumer(servers), []
    deadline = time.monotonic() + seconds
    try:
        reader.assign(list(ends))
        for partition in ends:
            reader.seek(partition, starts.get(partition, 0))
        while time.monotonic() < deadline:
            for batch in reader.poll(timeout_ms=300).values():
                found += batch
            if all(reader.position(each, timeout_ms=5_000) >= end for each, end in ends.items()):
                return found, True
        return found, False
    finally:
        reader.close()


class Tail(threading.Thread):
    """Reads alerts and dead letters from the campaign's start to its end, through every fault."""

    def __init__(self, servers: str) -> None:
        super().__init__(daemon=True)
        self._servers = servers
        self._lock = threading.Lock()
        self._seen: list[Any] = []
        self._positions: dict[Any, int] = {}
        self.ending = threading.Event()

    def run(self) -> None:
        reader = consumer(self._servers)
        reader.assign(partitions(reader, TOPICS))
        while not self.ending.is_set():
            with contextlib.suppress(Exception):  # an outage: what matters is what it has read in the end
                found = reader.poll(timeout_ms=300)
                with self._lock:
                    self._seen += [record for batch in found.values() for record in batch]
                positions = {each: reader.position(each, timeout_ms=1_000) for each in reader.assignment()}
                with self._lock:
                    self._positions = positions
        reader.close()

    def until(self, ends: Mapping[Any, int], seconds: float) -> bool:
        """Wait until it has read that far; False if it has not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                if all((self._positions.get(each) or 0) >= end for each, end in ends.items()):
                    return True
            time.sleep(0.05)
        return False

    def between(self, starts: Ends, ends: Ends) -> list[Any]:
        """What it has seen in that stretch."""
        from kafka.structs import TopicPartition

        with self._lock:
            seen = list(self._seen)
        found = []
        for each in seen:
            at = TopicPartition(each.topic, each.partition)
            if at in ends and starts.get(at, 0) <= each.offset < ends[at]:
                found.append(each)
        return found
