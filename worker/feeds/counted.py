"""An intake that counts the dead letters which sources put there; the pipeline never sees those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from worker.metrics import Metrics
from worker.ports import DEAD_LETTERS, Intake
from worker.types import Message


class CountingIntake:
    """Another intake, and a count of the letters it took; see `Intake`."""

    def __init__(self, intake: Intake, metrics: Metrics) -> None:
        self._intake = intake
        self._metrics = metrics

    def state(self, key: str) -> str | None:
        """What was remembered under `key`, or None."""
        return self._intake.state(key)

    def put(self, messages: Sequence[Message], state: Mapping[str, str]) -> None:
        """Publish and remember; letters are counted once they are durable. Raises Outage."""
        self._intake.put(messages, state)
        for message in messages:
            if message.topic == DEAD_LETTERS:
                self._metrics.count_source_letter(_reason(message))

    def close(self) -> None:
        """Free what is held. Idempotent."""
        self._intake.close()


def _reason(letter: Message) -> str:
    return next(
        (value.decode() for name, value in letter.headers if name == "tocsin.reason"), "unknown_format"
    )
