"""Carries alerts from the bus to one sink, in a consumer group of the sink's own.

The group's offsets move after the sink has said that the alerts are safe, so a crash between
delivers them again, with the same ids. A sink that is down holds up itself and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from worker.alert.envelope import alert_of
from worker.metrics import Metrics
from worker.ports import Bus, Sink
from worker.types import Alert, Record


@dataclass(frozen=True, slots=True)
class Pump:
    """One sink and the bus it is fed from (subscribed to the alerts topic)."""

    bus: Bus
    sink: Sink
    metrics: Metrics
    batch: int = 100

    def step(self, timeout: float) -> int:
        """Deliver one batch; returns its size. Raises Outage (bus or sink): call again later."""
        records = self.bus.poll(self.batch, timeout)
        if not records:
            return 0
        alerts = [alert for record in records if (alert := self._alert(record)) is not None]
        with self.bus.unit() as unit:
            self.sink.write(alerts)
            unit.advance(records)
        self.metrics.sink_alerts.labels(sink=self.sink.name).inc(len(alerts))
        return len(records)

    def _alert(self, record: Record) -> Alert | None:
        """The alert, or None for what others put on our topic: counted, and left where it is."""
        try:
            return alert_of(record.value or b"")
        except msgspec.MsgspecError:
            self.metrics.sink_failures.labels(sink=self.sink.name).inc()
            return None
