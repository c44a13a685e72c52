"""The Kafka bus: a member of a consumer group whose units of work are Kafka transactions.

Articles are polled by a read_committed consumer that never commits by itself; a unit's messages and
offsets go out in one transaction when the unit ends. Whoever lost a partition, or slept through a
rebalance, commits nothing: offsets carry the membership under which their records were polled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from worker.bus import kafka_client
from worker.bus.gathered import GatheredUnit
from worker.bus.kafka_ends import Ends
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.kafka_tenure import Tenures
from worker.bus.kafka_transactions import TransactionalProducer
from worker.bus.recent_keys import RecentKeys
from worker.bus.watchdog import OnHang, Watchdog, exit_hung
from worker.errors import Fenced, Outage
from worker.ports import Partition, UnitOfWork
from worker.types import Record

log = logging.getLogger(__name__)

HANG_SECONDS = 180.0
"""How long past its own timeout a call may take before the watchdog ends the process: longer than
connecting, starting transactions and asking for offsets may take together with an ailing cluster."""

REMEMBERED_KEYS = 50_000
"""How many keys a member's `first_sight` remembers: some 10 MB, and hours of articles at 10 a second."""

JOIN_SESSIONS = 3
"""How many session timeouts a member may stand outside its group before it is replaced: within one the
members that died are put out, so by three a group of the living has come together."""

STALL_SECONDS = 60.0
"""How long nothing may come from partitions that hold something before the consumer is replaced."""

_STAY_MS = 200
"""How long `stay` polls: a rebalance takes several requests, which a poll of no time would never finish."""

RETRY_SECONDS = 0.5
SAY_AGAIN_SECONDS = 30.0


class KafkaBus:
    """`worker.ports.Bus` over Kafka: one member of `group`, one thread.

    Nothing is connected before the first poll, which may be long before a broker exists. `first_sight`
    remembers the latest REMEMBERED_KEYS keys whose units this very member committed: a repeat within one
    partition is recognised (the key decides the partition), one that comes after a restart, a rebalance or
    more keys than that is not, and then the alert's stable id is what tells it.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        group: str,
        on_hang: OnHang = exit_hung,
        remembered_keys: int = REMEMBERED_KEYS,
    ) -> None:
        self._settings = settings
        self._group = group
        self._topics: tuple[str, ...] = ()
        self._consumer: Any = None
        self._producer = TransactionalProducer(settings, group)
        self._tenures = Tenures()
        self._membership: Any = None
        self._recent = RecentKeys(remembered_keys)
        self._watchdog = Watchdog(on_hang)
        self._must_rewind = False
        self._in_doubt = False
        self._joining_since = 0.0
        self._quiet_since = 0.0
        self._ends: Ends | None = None
        self._was_full = False
        self._was_empty = False
        self._read_since = False
        self._said_at = -SAY_AGAIN_SECONDS
        self._closed = threading.Event()

    def subscribe(self, topics: Sequence[str]) -> None:
        """Read these topics as a member of the group, from the next poll on."""
        self._topics = tuple(topics)
        if self._consumer is not None:
            self._consumer.subscribe(topics=list(topics), listener=self._tenures.listener())

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        """Up to `limit` records. While no broker answers it waits out `timeout`, then raises Outage."""
        deadline = time.monotonic() + timeout
        with self._watchdog.over("polling Kafka", timeout + HANG_SECONDS):
            self._connect(deadline)
            with kafka_client.understood("polling"):
                self._settle()
                left = max(0.0, deadline - time.monotonic())
                batches = self._consumer.poll(timeout_ms=int(left * 1000), max_records=limit)
        records = [record_of(each) for batch in batches.values() for each in batch]
        self._was_empty = not records
        if records:
            self._quiet_since = time.monotonic()
            self._read_since = True
            self._was_full = len(records) == limit
            self._tenures.polled(records)
            # Kept with the records: by the time they are committed the client may have lost its
            # membership and would give metadata without generation, which the broker does not fence.
            self._membership = self._consumer.group_metadata()
        elif not self._tenures.places():
            self._say_what_is_missing()
            self._start_over_if_stuck()
        else:
            self._start_over_if_stalled()
        return records

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """A unit of work; one Kafka transaction at the block's end, nothing at all when it raises."""
        unit = GatheredUnit(self._recent.__contains__)
        try:
            yield unit
            self._commit(unit)
        except BaseException:
            self._must_rewind = True
            raise

    def rewind(self) -> None:
        """Go back, at the next poll, to what is committed."""
        self._must_rewind = True

    def stay(self) -> None:
        """Poll with every partition paused: the member is heard of, and nothing is read."""
        if self._consumer is None:
            return
        with self._watchdog.over("polling Kafka", HANG_SECONDS), kafka_client.understood("polling"):
            # A rebalance may give a partition that is not paused; what came of it is read again.
            self._consumer.pause(*self._consumer.assignment())
            try:
                for partition, batch in self._consumer.poll(timeout_ms=_STAY_MS).items():
                    self._consumer.seek(partition, batch[0].offset)
            finally:
                self._consumer.resume(*self._consumer.paused())
            # A rebalance that left us our partitions gave the membership a new generation; one that took
            # them is told by their tenures.
            self._membership = self._consumer.group_metadata()

    def lag(self) -> Mapping[Partition, int]:
        """Records not yet committed in each assigned partition, as far as it is known (see `kafka_ends`);
        after a poll that came empty, as it is.
        """
        if self._ends is None:
            return {}
        places = self._tenures.places()
        is_stale = self._read_since or self._ends.failed
        if is_stale and self._ends.ask(places, many=self._was_full):
            self._read_since = False
        if self._was_empty:
            self._ends.wait()  # nothing waits for us, and who drains relies on it
        with kafka_client.understood("looking at the lag"):
            return {place: self._behind(place) for place in places}

    def close(self) -> None:
        """Leave the group at once, so that others take over without waiting. Idempotent."""
        if self._closed.is_set():
            return
        self._closed.set()
        with self._watchdog.over("closing Kafka", HANG_SECONDS):
            self._producer.close()
            if self._consumer is not None:
                _close_consumer(self._consumer, self._request_ms())
        self._watchdog.close()

    def _connect(self, deadline: float) -> None:
        """Have a subscribed consumer and a producer, or wait until `deadline` and raise Outage."""
        while True:
            try:
                if self._consumer is None:
                    self._consumer = kafka_client.consumer(self._settings, self._group)
                    self._ends = Ends(self._consumer)
                    self._tenures = Tenures()
                    self._joining_since = self._quiet_since = time.monotonic()
                    self.subscribe(self._topics)
                self._producer.prepare()
            except Outage as error:
                self._say(f"{error} Trying again until it answers.")
                left = deadline - time.monotonic()
                if left <= 0 or self._closed.wait(min(left, RETRY_SECONDS)):
                    raise
            else:
                return

    def _say_what_is_missing(self) -> None:
        """Without a partition: is it the group that gathers, others who have them all, or no such topic?

        Asked through a client of its own: `KafkaConsumer.topics()` waits without a timeout, and for a
        topic that is missing leaves the consumer asking for all topics ever after.
        """
        if self._may_say():
            admin = kafka_client.admin(self._settings)
            try:
                with kafka_client.understood("listing topics"):
                    missing = sorted(set(self._topics) - set(admin.list_topics()))
            finally:
                admin.close()
            if missing:
                self._say(
                    f"Kafka has no topic {', '.join(missing)} yet; make it with `tocsin topics --create`."
                )

    def _start_over_if_stuck(self) -> None:
        """Replace a consumer that neither is in the group nor gets in: its request may be lost for minutes.

        kafka-python waits poll_interval for the answer to a request to join, seen lost once under load. A
        member that is in the group without a partition is well: others have them all.
        """
        from kafka.structs import MemberState

        if self._consumer.group_metadata().state == MemberState.STABLE:
            self._joining_since = time.monotonic()
        elif time.monotonic() - self._joining_since > JOIN_SESSIONS * self._settings.session_timeout:
            log.warning("Not let into group %s for too long; starting over as a new member.", self._group)
            self._start_over()

    def _start_over_if_stalled(self) -> None:
        """Replace a consumer that reads nothing from partitions that hold something.

        kafka-python 3.0 before 3.0.12 stalled silently, and whoever stalls looks well: its heartbeats go on.
        What the partitions hold is asked of their leaders, since a stalled consumer has heard nothing new.
        """
        if time.monotonic() - self._quiet_since < STALL_SECONDS:
            return
        self._quiet_since = time.monotonic()
        behind = self._waiting()
        if behind:
            self._start_over()
            raise Outage(
                f"Nothing was read from Kafka for {STALL_SECONDS:g} s, though {behind:,} messages wait; "
                "starting over as a new member."
            )

    def _waiting(self) -> int:
        """How many offsets lie between what was polled and the end a read_committed reader sees."""
        from kafka.structs import TopicPartition

        with (
            self._watchdog.over("asking for offsets", HANG_SECONDS),
            kafka_client.understood("asking for offsets"),
        ):
            partitions = [TopicPartition(*place) for place in self._tenures.places()]
            ends = self._consumer.end_offsets(partitions, timeout_ms=self._request_ms())
            return sum(
                max(0, end - (self._consumer.position(partition, timeout_ms=self._request_ms()) or 0))
                for partition, end in ends.items()
            )

    def _start_over(self) -> None:
        consumer, self._consumer, self._ends = self._consumer, None, None
        self._tenures = Tenures()
        threading.Thread(target=_close_consumer, args=(consumer, self._request_ms()), daemon=True).start()

    def _may_say(self) -> bool:
        return time.monotonic() - self._said_at >= SAY_AGAIN_SECONDS

    def _say(self, sentence: str) -> None:
        if self._may_say():
            self._said_at = time.monotonic()
            log.warning("%s", sentence)

    def _settle(self) -> None:
        """After an abort, go back; after a commit nobody knows the end of, ask the broker how far we are."""
        if not (self._must_rewind or self._in_doubt):
            return
        from kafka.structs import TopicPartition

        for place in self._tenures.places():
            partition = TopicPartition(*place)
            if self._in_doubt:
                committed = self._consumer.committed(partition, timeout_ms=self._request_ms())
                if committed is not None:
                    self._tenures.committed({place: committed})
            start = self._tenures.start(place)
            if start is not None:
                self._consumer.seek(partition, start)
            self._tenures.rewound(place)
        self._must_rewind = self._in_doubt = False

    def _commit(self, unit: GatheredUnit) -> None:
        if unit.messages or unit.ends:
            self._tenures.refuse_lost(unit.starts)
            if unit.ends and (self._membership is None or self._membership.generation_id < 0):
                raise Fenced(f"This worker is out of group {self._group} for now; nothing was committed.")
            with self._watchdog.over("committing to Kafka", HANG_SECONDS):
                try:
                    self._producer.commit(unit.messages, unit.ends, self._membership)
                except BaseException:
                    self._in_doubt = True
                    raise
            self._tenures.committed(unit.ends)
        self._recent.add(unit.new_keys)

    def _behind(self, place: Partition) -> int:
        from kafka.structs import TopicPartition

        partition = TopicPartition(*place)
        told = [self._consumer.highwater(partition), self._ends.of(place) if self._ends else None]
        end = max((each for each in told if each is not None), default=None)
        start = self._tenures.start(place)
        if self._tenures.has_uncommitted(place):
            return max(0, (end or 0) - (start or 0))
        # Nothing is between: the position also counts what is no record, as a transaction's marker.
        position = self._consumer.position(partition, timeout_ms=100)
        return max(0, (end or 0) - (position or 0)) if end is not None else 0

    def _request_ms(self) -> int:
        return int(self._settings.request_timeout * 1000)


def record_of(found: Any) -> Record:
    """A record as kafka-python reads it, as ours."""
    headers = tuple((name, value if value is not None else b"") for name, value in found.headers)
    return Record(
        found.topic,
        found.partition,
        found.offset,
        found.key,
        found.value,
        headers,
        max(0, found.timestamp or 0) / 1000,
    )


def _close_consumer(consumer: Any, milliseconds: int) -> None:
    try:
        consumer.close(timeout_ms=milliseconds)
    except Exception as error:  # noqa: BLE001 - the group notices our absence by itself
        log.warning("leaving a group: %s", error)
