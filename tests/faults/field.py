"""The field of battle: a cluster, workers on it, what is put in, and how it is judged."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.cluster import INTERNAL_PARTITIONS, Cluster, Member
from tests.faults.ledger import Input, Ledger, articles
from tests.faults.readers import TOPICS, Ends, Tail, consumer, partitions, read_between
from tests.faults.workers import Worker
from worker.bus.kafka_settings import KafkaSettings, SecurityProtocol
from worker.bus.kafka_topics import KafkaTopics
from worker.bus.topics import CATALOGUE

GROUP = "tocsin"
SETTLE_SECONDS = 90.0
"""How long everything may take to come right after a fault; longer is a failure of its own."""


@dataclass
class Round:
    """One round: its inputs and what was found wrong."""

    mark: str
    ledger: Ledger = field(default_factory=Ledger)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    starts: Ends = field(default_factory=dict)
    exits: dict[str, int] = field(default_factory=dict)


class Field:
    """What a fault may use. One round at a time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.cluster = Cluster(folder)
        self.round = Round("")
        self.workers: list[Worker] = []
        self._extras: list[Worker] = []
        self._producer: Any = None
        self._asker: Any = None
        self._admin: Any = None
        self._readers: dict[str, Any] = {}

    def open(self) -> None:
        """Start everything and wait until it works."""
        self.cluster.start()
        settings = KafkaSettings(
            bootstrap_servers=tuple(self.cluster.servers.split(",")),
            security_protocol=SecurityProtocol.PLAINTEXT,
        )
        topics = KafkaTopics(settings)
        topics.create(CATALOGUE)
        topics.close()
        self.tail = Tail(self.cluster.servers)
        self.tail.start()
        self.workers = [self._worker("file", "file"), self._worker("stdout", "stdout")]
        self.with_file, self.with_stdout = self.workers
        for worker in self.workers:
            worker.start()

    def close(self) -> None:
        """End everything that was started."""
        for worker in (*self.workers, *self._extras):
            worker.reading.set()
            worker.kill()
        if hasattr(self, "tail"):
            self.tail.ending.set()
            self.tail.join(5)
        self.cluster.close()

    @property
    def mark(self) -> str:
        """What the round's messages begin with."""
        return self.round.mark

    def begin(self, number: int) -> None:
        """A new round, on a field in order."""
        self.round = Round(f"r{number}", starts=self._ends())
        self.put(120)

    def put(self, count: int) -> None:
        """Put in so many messages of all kinds."""
        self.put_inputs(articles(f"{self.mark}-{len(self.round.ledger.inputs)}", count, self.chance))

    def put_inputs(self, inputs: Sequence[Input]) -> None:
        """Put these in, acknowledged by all replicas; known by their places ever after."""
        if self._producer is None:
            from kafka import KafkaProducer

            self._producer = KafkaProducer(
                bootstrap_servers=self.cluster.servers.split(","),
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                delivery_timeout_ms=60_000,
            )
        sent = [self._producer.send("tocsin.articles", key=each.key, value=each.value) for each in inputs]
        for each, future in zip(inputs, sent, strict=True):
            written = future.get(timeout=90)
            self.round.ledger.inputs[(written.partition, written.offset)] = each

    def admin(self) -> Any:
        """An admin client that lives as long as the field."""
        if self._admin is None:
            from kafka import KafkaAdminClient

            self._admin = KafkaAdminClient(
                bootstrap_servers=self.cluster.servers.split(","),
                request_timeout_ms=5_000,
                reconnect_backoff_max_ms=1_000,
            )
        return self._admin

    def coordinator(self, topic: str, key: str) -> Member:
        """Who coordinates a group or a transactional id: the leader of the partition its hash falls into."""
        return self.cluster.leader(self.admin(), topic, abs(_java_hash(key)) % INTERNAL_PARTITIONS)

    def transaction_coordinator(self) -> Member:
        """The coordinator of one of the workers' transactions; of any, should none be listed."""
        with contextlib.suppress(Exception):
            listed = self.admin().list_transactions()
            names = sorted(_ids(listed))
            if names:
                return self.coordinator("__transaction_state", self.chance.choice(names))
        number = self.chance.randrange(INTERNAL_PARTITIONS)
        return self.cluster.leader(self.admin(), "__transaction_state", number)

    def kill_broker(self, broker: Member) -> None:
        """kill -9, and back again after a while."""
        self.note(f"broker {broker.node}")
        broker.kill()
        time.sleep(self.chance.uniform(0.5, 6))
        broker.start()

    def extra_worker(self) -> Worker:
        """One more, not started; gone when the round ends."""
        self._extras.append(self._worker(f"extra-{len(self._extras)}", "none"))
        return self._extras[-1]

    def expect_exit(self, worker: Worker) -> None:
        """The fault has ended this worker; it did not end by itself."""
        self.round.exits[worker.name] = self.round.exits.get(worker.name, 0) + 1

    def wrong(self, sentence: str) -> None:
        """Something that must not be."""
        self.round.wrong.append(sentence)

    def note(self, word: str) -> None:
        """Something to print beside the round."""
        self.round.notes.append(word)

    def heal(self) -> None:
        """Everything runs again; a worker that ended by itself is a failure."""
        self.cluster.start()
        self._extras.clear()
        for worker in self.workers:
            worker.reading.set()
            code = worker.ended(0) if not worker.alive() else None
            if code is not None:
                if worker.name not in self.round.exits:
                    self.wrong(f"{worker.name} ended by itself with {code}")
                worker.start()

    def judge(self) -> None:
        """Wait until all is read, then draw the two sums."""
        if not self._until(lambda: self.behind() == 0):
            self.wrong(f"{self.behind()} messages are still unread after {SETTLE_SECONDS:.0f} s")
        ends = self._ends()
        if not self.tail.until(ends, 30):
            self.wrong("the reader that was there all along did not reach the end")
        later, arrived = read_between(self.cluster.servers, self.round.starts, ends, 30)
        if not arrived:
            self.wrong("the reader that came later did not reach the end")
        for name, seen in (("first", self.tail.between(self.round.starts, ends)), ("later", later)):
            alerts = [each for each in seen if each.topic == TOPICS[0]]
            letters = [each for each in seen if each.topic == TOPICS[1]]
            ledger = self.round.ledger
            self.round.wrong += ledger.wrong_alerts(alerts, name) + ledger.wrong_letters(letters, name)
            if name == "later":
                self.round.wrong += ledger.wrong_sum(alerts, letters, self.committed())
        self._judge_sinks()
        self._judge_metrics()

    def behind(self) -> int:
        """Messages of the round that the group has not committed."""
        committed = self.committed()
        return sum(offset >= committed.get(number, 0) for number, offset in self.round.ledger.inputs)

    def committed(self) -> dict[int, int]:
        """How far the group has committed, for each partition of the articles."""
        with contextlib.suppress(Exception):
            if self._asker is None:
                from kafka import KafkaConsumer

                self._asker = KafkaConsumer(
                    bootstrap_servers=self.cluster.servers.split(","),
                    group_id=GROUP,
                    enable_auto_commit=False,
                )
            wanted = partitions(self._asker, ["tocsin.articles"])
            return {each.partition: self._asker.committed(each, timeout_ms=5_000) or 0 for each in wanted}
        return {}

    def _judge_sinks(self) -> None:
        """At least once to the outside: whichever of the two sinks, every alert."""
        ringing = self.round.ledger.ringing()
        for worker in self.workers:
            if not self._until(lambda worker=worker: ringing <= worker.delivered()):
                self.wrong(
                    f"{len(ringing - worker.delivered())} alerts did not reach the sink of {worker.name}"
                )

    def _judge_metrics(self) -> None:
        """Every worker's own account adds up."""
        for worker in self.workers:
            page = worker.metrics()
            outcomes = sum(value for name, value in page.items() if name.startswith("tocsin_outcomes_total"))
            if page and outcomes != page["tocsin_articles_total"]:
                self.wrong(f"{worker.name} read {page['tocsin_articles_total']} and told {outcomes} outcomes")

    def _until(self, reached: Any) -> bool:
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            if reached():
                return True
            time.sleep(0.2)
        return False

    def _ends(self) -> Ends:
        """The end of the alerts and the dead letters, once no transaction is open.

        A worker that died in a transaction holds up read_committed readers until the broker aborts it.
        """
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(Exception):  # a broker is coming back
                stable, last = self._ends_for("read_committed"), self._ends_for("read_uncommitted")
                if stable == last:
                    return stable
            time.sleep(0.3)
        self.wrong(f"a transaction is still open after {SETTLE_SECONDS:.0f} s")
        return self._ends_for("read_committed")

    def _ends_for(self, isolation: str) -> Ends:
        if isolation not in self._readers:
            self._readers[isolation] = consumer(self.cluster.servers, isolation)
        reader = self._readers[isolation]
        return dict(reader.end_offsets(partitions(reader, TOPICS), timeout_ms=5_000))

    def _worker(self, name: str, sink: str) -> Worker:
        return Worker(name, self.folder / name, self.cluster.worker_servers, sink)


def _java_hash(text: str) -> int:
    """String.hashCode of Java, by which Kafka chooses coordinators."""
    number = 0
    for letter in text:
        number = (31 * number + ord(letter)) & 0xFFFFFFFF
    number = number - (1 << 32) if number >= 1 << 31 else number
    return 0 if number == -(1 << 31) else number


def _ids(listed: Any) -> set[str]:
    if isinstance(listed, dict):
        listed = [each for many in listed.values() for each in many]
    found = (getattr(each, "transactional_id", None) or each.get("transactional_id") for each in listed)
    return {name for name in found if name}
