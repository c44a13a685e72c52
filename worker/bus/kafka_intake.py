"""Where sources put articles on Kafka, and remember how far they have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from worker.bus import kafka_client
from worker.bus.admission import admit
from worker.bus.embedded_file import Durability
from worker.bus.embedded_log import set_source_state, source_state
from worker.bus.embedded_session import LogSession
from worker.bus.kafka_division import KafkaDivision
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.kafka_transactions import dispose, send_all
from worker.clock import Clock, SystemClock
from worker.types import Message

DIVIDED = "feed:"
"""How the keys of sources that are divided among workers begin."""


class KafkaIntake:
    """`worker.ports.Intake` into Kafka. Source state is kept in the SQLite file at `state_path`.

    With a division, what is remembered of the sources that it divides goes with it, from worker to worker.
    The state is saved when all messages are acknowledged; a crash in between sends them again.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        state_path: Path | str,
        clock: Clock | None = None,
        division: KafkaDivision | None = None,
    ) -> None:
        self._settings = settings
        self._division = division
        self._state = LogSession(Path(state_path), clock or SystemClock(), Durability.POWER, ())
        self._producer: Any = None

    def state(self, key: str) -> str | None:
        """What a source remembered under `key`, or None."""
        if self._division is not None and key.startswith(DIVIDED):
            divided = self._division.state(key)
            if divided is not None:
                return divided
        with self._state.reading() as connection:
            return source_state(connection, key)

    def put(self, messages: Sequence[Message], state: Mapping[str, str]) -> None:
        """Publish, wait for every acknowledgement, then remember the state. Raises Outage or UsageError."""
        for message in messages:
            admit(message)
        if messages:
            self._publish(messages)
        local = dict(state)
        if self._division is not None:
            divided = {key: local.pop(key) for key in state if key.startswith(DIVIDED)}
            remembered = self._division.messages(divided)
            if remembered:
                self._publish(remembered)
                self._division.remember(remembered)
        if local:
            with self._state.writing() as connection:
                set_source_state(connection, local, self._state.clock.now())

    def close(self) -> None:
        """Close the producer and the file. Idempotent."""
        producer, self._producer = self._producer, None
        if producer is not None:
            dispose(producer)
        self._state.close()

    def _publish(self, messages: Sequence[Message]) -> None:
        if self._producer is None:
            self._producer = kafka_client.producer(self._settings, None)
        try:
            with kafka_client.understood("publishing"):
                send_all(self._producer, messages, self._settings.transaction_timeout)
        except BaseException:
            dispose(self._producer)
            self._producer = None
            raise
