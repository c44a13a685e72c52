"""One transactional producer, and a new one after every failure.

A transaction either commits as a whole or the producer that made it is thrown away. kafka-python speaks
the transaction protocol of before KIP-890, in which a commit or abort delayed on the network can end a
*later* transaction of the same producer (Jepsen's Bufstream report, 2024): after an error nobody can
tell, so nothing is retried or aborted on the old producer. Its successor has the same transactional id;
`init_transactions` raises the epoch, ends whatever was open, and fences what is still under way.
"""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from worker.bus import kafka_client
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.watchdog import call_within
from worker.ports import Partition
from worker.types import Message

log = logging.getLogger(__name__)

CLOSE_ATTEMPTS = 3


class TransactionalProducer:
    """Publishes messages and offsets in one transaction. Used by one thread.

    The transactional id is unique to this object (group, host and a random part): zombies are fenced by the
    group's generation, which goes with the offsets (KIP-447), so no id has to be handed from a dead
    member to its successor, and two members can never fence each other by sharing one. Who wants just that
    gives a `transactional_id`.
    """

    def __init__(self, settings: KafkaSettings, group: str, *, transactional_id: str | None = None) -> None:
        self._settings = settings
        self._id = transactional_id or f"tocsin-{group}-{socket.gethostname()}-{uuid.uuid4().hex}"
        self._producer: Any = None

    def prepare(self) -> None:
        """Have a producer whose predecessor's transactions are all decided. Raises Outage or UsageError."""
        if self._producer is not None:
            return
        producer = kafka_client.producer(self._settings, self._id)
        try:
            with kafka_client.understood("starting transactions"):
                producer.init_transactions()
        except BaseException:
            dispose(producer)
            raise
        self._producer = producer

    def commit(self, messages: Sequence[Message], offsets: Mapping[Partition, int], membership: Any) -> None:
        """Write messages and offsets, all or nothing.

        `membership` is the consumer's `group_metadata()` of when the records were polled. Raises Fenced, or
        Outage when nobody can tell; in both cases the next `prepare` settles what became of it.
        """
        self.prepare()
        try:
            with kafka_client.understood("committing a unit of work"):
                self._producer.begin_transaction()
                send_all(self._producer, messages, self._settings.transaction_timeout)
                if offsets:
                    offsets_sent = self._producer.send_offsets_to_transaction
                    self._bounded(lambda: offsets_sent(_kafka_offsets(offsets), membership))
                self._bounded(self._producer.commit_transaction)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Give the producer up without another word to the broker on its behalf."""
        producer, self._producer = self._producer, None
        if producer is not None:
            dispose(producer)

    def close(self) -> None:
        """Close in order. Idempotent."""
        producer, self._producer = self._producer, None
        if producer is not None:
            _close(producer, self._settings.request_timeout)

    def _bounded(self, call: Callable[[], None]) -> None:
        call_within(self._settings.transaction_timeout, call)


def send_all(producer: Any, messages: Sequence[Message], seconds: float) -> None:
    """Send the messages and return when every one of them is acknowledged; raises the first failure."""
    futures = [
        producer.send(m.topic, value=m.value, key=m.key, headers=list(m.headers) or None) for m in messages
    ]
    if futures:
        producer.flush(timeout=seconds)
    for future in futures:
        future.get(timeout=seconds)


def dispose(producer: Any) -> None:
    """Close a producer that failed, in a thread of its own: closing waits for requests that may never end."""
    threading.Thread(target=_close, args=(producer, 5.0), name="tocsin-disposal", daemon=True).start()


def _close(producer: Any, seconds: float) -> None:
    for _ in range(CLOSE_ATTEMPTS):
        try:
            producer.close(timeout=seconds)
        except Exception as error:  # noqa: BLE001 - close flushes first, and gives up halfway if that times out
            log.debug("closing a Kafka producer: %s", error)
        else:
            return
    _abandon(producer)


def _abandon(producer: Any) -> None:
    """End the thread of a producer that cannot be closed, which would go on trying beside its successor.

    Marked as closed, or the garbage collector would try to close it again, and wait for that.
    """
    sender = getattr(producer, "_sender", None)
    if sender is not None:
        sender.force_close()
    producer._closed = True  # noqa: SLF001 - the library has no way to give up without waiting


def _kafka_offsets(offsets: Mapping[Partition, int]) -> dict[Any, Any]:
    from kafka.structs import OffsetAndMetadata, TopicPartition

    return {TopicPartition(*place): OffsetAndMetadata(offset, "", -1) for place, offset in offsets.items()}
