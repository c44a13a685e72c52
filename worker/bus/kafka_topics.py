"""Topics on Kafka through its admin client: what exists, what differs, and making what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from worker.bus import kafka_client
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.topics import TopicReport, TopicSpec, TopicStatus, report

REPLICAS = 3
"""Copies of each record where the cluster has the brokers: one may be repaired while another fails."""


class KafkaTopics:
    """`worker.bus.topics.TopicAdmin` over Kafka. The constructor connects; raises Outage or UsageError."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._admin = kafka_client.admin(settings)
        with kafka_client.understood("asking for the brokers"):
            brokers = len(self._admin.describe_cluster()["brokers"])
        self._replicas = min(REPLICAS, brokers)

    def describe(self, specs: Iterable[TopicSpec]) -> list[TopicReport]:
        """A report for each spec, in order. Fewer partitions or replicas than wanted differ, more do not."""
        wanted = list(specs)
        with kafka_client.understood("describing topics"):
            topics = {
                each["name"]: each for each in self._admin.describe_topics([spec.name for spec in wanted])
            }
            found = {name: topic for name, topic in topics.items() if topic["error_code"] == 0}
            configs = self._configs(list(found))
        return [self._report(spec, found.get(spec.name), configs.get(spec.name, {})) for spec in wanted]

    def create(self, specs: Iterable[TopicSpec]) -> list[str]:
        """Make the missing ones, wait until they can be used, and return their names."""
        wanted = list(specs)
        missing = {each.name for each in self.describe(wanted) if each.status is TopicStatus.MISSING}
        making = {spec.name: self._making(spec) for spec in wanted if spec.name in missing}
        if making:
            with kafka_client.understood("creating topics"):
                self._admin.create_topics(making, wait_for_metadata=True)
        return list(making)

    def close(self) -> None:
        """Close the connection. Idempotent."""
        self._admin.close()

    def _making(self, spec: TopicSpec) -> dict[str, Any]:
        configs = {**spec.config(), **self._safety()}
        return {"num_partitions": spec.partitions, "replication_factor": self._replicas, "configs": configs}

    def _safety(self) -> dict[str, str]:
        # With three copies a write counts when two have it, so that no single broker's loss takes it back.
        return {"min.insync.replicas": "2"} if self._replicas >= REPLICAS else {}

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        from kafka.admin import ConfigResource, ConfigResourceType

        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        found = self._admin.describe_configs(resources, config_filter="all")["topic"]
        return {
            name: {key: entry["value"] for key, entry in config.items()} for name, config in found.items()
        }

    def _report(self, spec: TopicSpec, topic: Any, config: dict[str, str]) -> TopicReport:
        if topic is None:
            return TopicReport(spec.name, TopicStatus.MISSING)
        replicas = min((len(each["replica_nodes"]) for each in topic["partitions"]), default=0)
        counts = {"partitions": str(len(topic["partitions"])), "replication": str(replicas)}
        wanted = {"partitions": str(spec.partitions), "replication": str(self._replicas)}
        return report(spec, {**config, **counts}, {**wanted, **spec.config(), **self._safety()})
