"""Where a benchmark runs: an SQLite file, or a Kafka broker; either is described to a child in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from worker.bus.topics import CATALOGUE
from worker.ports import Bus, Intake

PATIENCE = {"session_timeout": 6.0}
"""Less than the worker's own default: a benchmark starts a new member after each one it ends."""


@dataclass(frozen=True)
class Place:
    """`kind` is embedded or kafka; `folder` holds the file; `servers` is where Kafka is."""

    kind: str
    folder: str
    servers: str = ""

    def make_topics(self) -> None:
        """The topics as `tocsin topics --create` makes them."""
        if self.kind == "embedded":
            from worker.bus.embedded import EmbeddedTopics

            topics = EmbeddedTopics(self._file)
        else:
            from worker.bus.kafka_topics import KafkaTopics

            topics = KafkaTopics(self._kafka())
        topics.create(CATALOGUE)
        topics.close()

    def bus(self, group: str) -> Bus:
        """A member of `group`."""
        if self.kind == "embedded":
            from worker.bus.embedded import EmbeddedBus

            return EmbeddedBus(self._file, group=group)
        from worker.bus.kafka import KafkaBus

        return KafkaBus(self._kafka(), group=group)

    def intake(self) -> Intake:
        """Where articles are put."""
        if self.kind == "embedded":
            from worker.bus.embedded import EmbeddedIntake

            return EmbeddedIntake(self._file)
        from worker.bus.kafka_intake import KafkaIntake

        return KafkaIntake(self._kafka(), state_path=Path(self.folder) / "sources.db")

    @property
    def _file(self) -> Path:
        return Path(self.folder) / "bus.db"

    def _kafka(self):
        from worker.bus.kafka_settings import KafkaSettings, SecurityProtocol

        return KafkaSettings(
            bootstrap_servers=tuple(self.servers.split(",")),
            security_protocol=SecurityProtocol.PLAINTEXT,
            **PATIENCE,
        )
