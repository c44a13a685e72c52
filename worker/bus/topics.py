"""The topics Tocsin lives on, and why each is shaped as it is; make them and tell what exists.

`CATALOGUE` is the one place that knows partitions, replication, retention and clean-up; `describe`
compares it with a bus that runs and `create` makes what is missing, for Kafka and embedded alike.
Nothing here changes or deletes a topic that exists: that is the operator's to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

ARTICLES = "tocsin.articles"
ALERTS = "tocsin.alerts"
DEAD_LETTERS = "tocsin.deadletters"
FEEDS = "tocsin.feeds"

DAY_SECONDS = 86_400
LARGEST_MESSAGE_BYTES = 16 << 20
"""A dead letter holds the original bytes whole, and a refused article of 10 MB is one. Kafka's own
default of 1 MB would make such a letter undeliverable, and the partition behind it stand still."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic should be. `partitions` counts for Kafka; `embedded_partitions` for the one-file log.

    `retention_seconds` is the age after which records may go, `retention_bytes` the size of the topic
    above which the oldest go (None: no bound). Neither removes what a group has yet to read in the
    embedded log; Kafka removes regardless, so lag must be watched there.
    """

    name: str
    partitions: int
    retention_seconds: int
    reason: str
    retention_bytes: int | None = None
    cleanup: str = "delete"
    embedded_partitions: int = 1
    largest_message: int = LARGEST_MESSAGE_BYTES

    def config(self) -> dict[str, str]:
        """Kafka's names and values for what this topic asks beyond partitions and replication."""
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_seconds * 1000),
            "retention.bytes": str(-1 if self.retention_bytes is None else self.retention_bytes),
            "max.message.bytes": str(self.largest_message),
            # Age counts from arrival: a sender whose clock is wrong neither loses its articles at once
            # (retention goes by this time) nor has them refused (the broker refuses times in the future).
            "message.timestamp.type": "LogAppendTime",
        }


CATALOGUE: tuple[TopicSpec, ...] = (
    TopicSpec(
        ARTICLES,
        partitions=12,
        retention_seconds=7 * DAY_SECONDS,
        reason="Keyed by article id. 12 partitions let 1, 2, 3, 4, 6 or 12 workers share evenly. A week "
        "outlasts a long weekend's outage and lets a mended watch-list be replayed.",
    ),
    TopicSpec(
        ALERTS,
        partitions=3,
        retention_seconds=90 * DAY_SECONDS,
        reason="Keyed by alert id, one record a watch and article, never rewritten: compaction would save "
        "nothing, so records go by age. A quarter covers who reads them late.",
    ),
    TopicSpec(
        DEAD_LETTERS,
        partitions=3,
        retention_seconds=180 * DAY_SECONDS,
        reason="Keyed as the record that failed. A letter waits for a person, then for a fix, "
        "then for `tocsin replay`. Few when all is well.",
        largest_message=LARGEST_MESSAGE_BYTES + (1 << 20),
    ),
    TopicSpec(
        FEEDS,
        partitions=12,
        retention_seconds=7 * DAY_SECONDS,
        cleanup="compact",
        reason="Keyed by feed: what is remembered of it, the latest counts. Its partitions divide the feeds "
        "among feed workers, and bring that memory along when one takes over from another.",
    ),
)
"""The topics, in the order an article meets them."""


class TopicStatus(StrEnum):
    """What a look at the bus says of one topic."""

    OK = "ok"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class TopicReport:
    """One topic as found: `differences` maps a property to what is wanted and what is there."""

    name: str
    status: TopicStatus
    partitions: int = 0
    replication: int = 0
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class TopicAdmin(Protocol):
    """What `describe` and `create` need of a bus; `EmbeddedTopics` and `KafkaTopics` are two."""

    def describe(self, specs: Iterable[TopicSpec]) -> list[TopicReport]:
        """A report for each spec, in order. Raises Outage when the bus does not answer."""
        ...

    def create(self, specs: Iterable[TopicSpec]) -> list[str]:
        """Make the missing ones and return their names; those that exist are left as they are."""
        ...


def report(spec: TopicSpec, found: Mapping[str, str], wanted: Mapping[str, str]) -> TopicReport:
    """Compare what was found with what is wanted, property by property.

    `found` holds at least `partitions`; more partitions or replicas than asked for are no fault.
    """
    differences = {
        name: (want, found.get(name, "unset"))
        for name, want in wanted.items()
        if not _satisfies(name, want, found.get(name))
    }
    status = TopicStatus.DIFFERS if differences else TopicStatus.OK
    replication = int(found.get("replication", "1"))
    return TopicReport(spec.name, status, int(found["partitions"]), replication, differences)


def with_names(names: Mapping[str, str]) -> tuple[TopicSpec, ...]:
    """The catalogue with other names: `{ARTICLES: "news.in"}` keeps the shape and changes the name."""
    return tuple(replace(spec, name=names.get(spec.name, spec.name)) for spec in CATALOGUE)


def spec_of(name: str) -> TopicSpec | None:
    """The catalogue's entry for a topic of that name."""
    return next((spec for spec in CATALOGUE if spec.name == name), None)


def _satisfies(name: str, want: str, found: str | None) -> bool:
    if found is None:
        return False
    if name in ("partitions", "replication"):
        return int(found) >= int(want)
    return found == want
