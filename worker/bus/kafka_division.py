"""Sources divided among feed workers: each asks those whose partition of one small topic is its own.

The topic is compacted and holds the latest state of each source under its key, so that a partition brings
the memory of its sources along: who is given one reads it to its end before anything is asked. The group
protocol sees to it that every partition has one owner and that a dead worker's go to the living.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from worker.bus import kafka_client
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.kafka_topics import KafkaTopics
from worker.bus.topics import FEEDS, TopicStatus, spec_of
from worker.errors import Outage, TocsinError
from worker.ports import TopicReader
from worker.types import Message

log = logging.getLogger(__name__)

_POLL_MS = 500
_LET_GO_SECONDS = 10.0
"""How long a revoked partition waits for fetches under way to be given up, before another may have it."""

_RETRY_SECONDS = 2.0
_SAY_SECONDS = 30.0


class KafkaDivision:
    """A member of `group` on a thread of its own, from `start` on; the other methods are for any thread.

    What `stamp` gives changes whenever partitions come or go; who asks sources calls `seen` with it once
    nothing is asked any more for the others.
    """

    def __init__(self, settings: KafkaSettings, group: str, topic: str = FEEDS) -> None:
        self._settings = settings
        self._group = group
        self._topic = topic
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._acknowledged = threading.Event()
        self._held: dict[int, dict[str, bytes]] = {}
        self._loading: dict[int, dict[str, bytes]] = {}
        self._count = 0
        self._stamp = 0
        self._heard = 0.0
        self._ready = False
        self._said = -_SAY_SECONDS
        self._thread = threading.Thread(target=self._run, name="division", daemon=True)

    def start(self) -> None:
        """Join the group; partitions come when the group has gathered."""
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether the group has given us our partitions, be they none."""
        return self._ready

    def stamp(self) -> int:
        """Another number whenever the partitions held have changed."""
        with self._lock:
            return self._stamp if self._alive() else -1

    def seen(self, stamp: int) -> None:
        """Nothing is asked any more for partitions that had gone when this was the stamp."""
        with self._lock:
            if stamp in (self._stamp, -1):
                self._acknowledged.set()

    def mine(self, key: str) -> bool:
        """Whether this worker asks the source of this key."""
        with self._lock:
            return self._count > 0 and self._alive() and _partition(key, self._count) in self._held

    def state(self, key: str) -> str | None:
        """What was remembered under the key, by whichever worker had it before."""
        with self._lock:
            packed = self._of(key).get(key)
        return zlib.decompress(packed).decode() if packed else None

    def messages(self, states: Mapping[str, str]) -> list[Message]:
        """What makes the topic remember these; those of sources that are not ours any more are left out."""
        with self._lock:
            ours = {key: zlib.compress(text.encode(), 1) for key, text in states.items() if self._has(key)}
        return [Message(self._topic, key.encode(), value, ()) for key, value in ours.items()]

    def remember(self, messages: Sequence[Message]) -> None:
        """These are written."""
        with self._lock:
            for message in messages:
                key = (message.key or b"").decode()
                if message.value is not None and self._has(key):
                    self._of(key)[key] = message.value

    def close(self) -> None:
        """Leave the group at once. Idempotent."""
        self._stop.set()
        self._acknowledged.set()
        if self._thread.is_alive():
            self._thread.join(_LET_GO_SECONDS)

    def _alive(self) -> bool:
        """Whether the group can still count us in: after a long sleep of the process it may not."""
        return time.monotonic() - self._heard < self._settings.session_timeout

    def _has(self, key: str) -> bool:
        return self._count > 0 and _partition(key, self._count) in self._held

    def _of(self, key: str) -> dict[str, bytes]:
        return self._held.get(_partition(key, self._count), {}) if self._count else {}

    def _run(self) -> None:
        """Be a member until closed; after any failure, a new one."""
        while not self._stop.is_set():
            try:
                self._member()
            except TocsinError as error:
                self._say(str(error))
            except Exception as error:  # noqa: BLE001 - said; a new member is made
                self._say(f"{type(error).__name__}: {error}")
            self._lose(list(self._held) + list(self._loading))
            self._stop.wait(_RETRY_SECONDS)

    def _member(self) -> None:
        self._count = self._partitions()
        consumer = kafka_client.consumer(self._settings, self._group)
        try:
            consumer.subscribe(topics=[self._topic], listener=self._listener())
            while not self._stop.is_set():
                with kafka_client.understood("dividing the sources"):
                    self._read(consumer.poll(timeout_ms=_POLL_MS, max_records=2000))
                    self._complete(consumer)
                    self._note(consumer)
        finally:
            consumer.close(timeout_ms=int(self._settings.request_timeout * 1000))

    def _note(self, consumer: Any) -> None:
        from kafka.structs import MemberState

        if consumer.group_metadata().state == MemberState.STABLE:
            with self._lock:
                self._heard = time.monotonic()
                self._ready = self._ready or not self._loading

    def _partitions(self) -> int:
        """How many the topic has; it is made if it is missing and that is allowed."""
        admin = KafkaTopics(self._settings)
        try:
            spec = spec_of(self._topic)
            if spec is None:
                raise AssertionError(f"{self._topic} is in the catalogue")
            (found,) = admin.describe([spec])
            if found.status is TopicStatus.MISSING:
                raise Outage(
                    f"Kafka has no topic {self._topic} yet, so no feed is asked; "
                    "make it with `tocsin topics --create`."
                )
            return found.partitions
        finally:
            admin.close()

    def _listener(self) -> Any:
        from kafka import ConsumerRebalanceListener

        give_up, lose, begin = self._give_up, self._lose, self._begin

        class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
            def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
                give_up([each.partition for each in revoked])

            def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
                begin([each.partition for each in assigned])

            def on_partitions_lost(self, lost: Iterable[Any]) -> None:
                lose([each.partition for each in lost])

        return Listener()

    def _begin(self, partitions: Sequence[int]) -> None:
        """Read them before their sources are asked."""
        with self._lock:
            for each in partitions:
                if each not in self._held:
                    self._loading.setdefault(each, {})

    def _give_up(self, partitions: Sequence[int]) -> None:
        """Stop asking their sources before another begins to."""
        if self._lose(partitions):
            self._acknowledged.wait(_LET_GO_SECONDS)

    def _lose(self, partitions: Sequence[int]) -> bool:
        with self._lock:
            self._acknowledged.clear()
            held = [self._held.pop(each, None) for each in partitions]
            for each in partitions:
                self._loading.pop(each, None)
            if any(each is not None for each in held):
                self._stamp += 1
                return not self._stop.is_set()
            return False

    def _read(self, batches: Mapping[Any, Sequence[Any]]) -> None:
        with self._lock:
            for place, batch in batches.items():
                states = self._loading.get(place.partition)
                if states is None:
                    continue
                for record in batch:
                    key = (record.key or b"").decode("utf-8", "replace")
                    if record.value is None:
                        states.pop(key, None)
                    else:
                        states[key] = record.value

    def _complete(self, consumer: Any) -> None:
        """Hold what is read to its end; from then on only we write there, and know what we write."""
        from kafka.structs import TopicPartition

        places = [TopicPartition(self._topic, number) for number in self._loading]
        if not places:
            return
        milliseconds = int(self._settings.request_timeout * 1000)
        ends = consumer.end_offsets(places, timeout_ms=milliseconds)
        done = [p for p in places if (consumer.position(p, timeout_ms=milliseconds) or 0) >= ends[p]]
        if done:
            consumer.pause(*done)
            with self._lock:
                for place in done:
                    self._held[place.partition] = self._loading.pop(place.partition)
                self._stamp += 1
                self._heard = time.monotonic()

    def _say(self, sentence: str) -> None:
        if time.monotonic() - self._said >= _SAY_SECONDS:
            self._said = time.monotonic()
            log.warning("%s", sentence)


def remembered(reader: TopicReader, topic: str = FEEDS) -> dict[str, str]:
    """What is remembered of every source, by its key. Raises Outage, or UsageError without the topic."""
    latest = {
        (record.key or b"").decode("utf-8", "replace"): record.value for record in reader.records(topic)
    }
    return {key: zlib.decompress(packed).decode() for key, packed in latest.items() if packed}


def _partition(key: str, count: int) -> int:
    """Where Kafka's own clients put this key."""
    from kafka.partitioner.default import murmur2

    return int((murmur2(key.encode()) & 0x7FFFFFFF) % count)
