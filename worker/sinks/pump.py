"""Carries alerts from the bus to one sink, in a consumer group of the sink's own.

The group's offsets move after the sink has said that the alerts are safe, so a crash between
delivers them again, with the same ids. A sink that is down holds up itself and nobody else; one that is
slow keeps its place in the group, since the pump goes on polling, without reading, while it waits.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from worker.alert.envelope import alert_of
from worker.errors import Outage
from worker.metrics import Metrics
from worker.ports import Bus, Sink
from worker.types import Alert, Record

STAY_SECONDS = 1.0
"""How often a pump that waits for its sink tells the group that it is there."""


@dataclass(frozen=True, slots=True)
class Pump:
    """One sink and the bus it is fed from (subscribed to the alerts topic); `stop` gives up a delivery."""

    bus: Bus
    sink: Sink
    metrics: Metrics
    batch: int = 100
    stop: threading.Event = field(default_factory=threading.Event)

    def step(self, timeout: float) -> int:
        """Deliver one batch; returns its size. Raises Outage (bus or sink): call again later."""
        records = self.bus.poll(self.batch, timeout)
        if not records:
            return 0
        alerts = [alert for record in records if (alert := self._alert(record)) is not None]
        with self.bus.unit() as unit:
            self._write(alerts)
            unit.advance(records)
        self.metrics.sink_alerts.labels(sink=self.sink.name).inc(len(alerts))
        return len(records)

    def _write(self, alerts: Sequence[Alert]) -> None:
        """Have the sink deliver, however long it takes, and remain a member meanwhile."""
        answer: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

        def write() -> None:
            try:
                self.sink.write(alerts)
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                answer.put(error)
            else:
                answer.put(None)

        # A daemon: a delivery that hangs must not hold up the end of the process.
        threading.Thread(target=write, name=f"sink {self.sink.name} writes", daemon=True).start()
        while True:
            try:
                error = answer.get(timeout=STAY_SECONDS)
            except queue.Empty:
                if self.stop.is_set():
                    raise Outage(
                        f"The sink {self.sink.name} had not answered when the worker stopped."
                    ) from None
                self.bus.stay()
            else:
                break
        if error is not None:
            raise error

    def _alert(self, record: Record) -> Alert | None:
        """The alert, or None for what others put on our topic: counted, and left where it is."""
        try:
            return alert_of(record.value or b"")
        except msgspec.MsgspecError:
            self.metrics.sink_failures.labels(sink=self.sink.name).inc()
            return None
