"""The running worker: the main loop on the caller's thread, one thread for each source and each sink.

All meet on the bus and nowhere else.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from worker import logs
from worker.bootstrap.parts import build_worker
from worker.bootstrap.places import open_bus
from worker.clock import Clock, SystemClock
from worker.errors import Outage
from worker.feeds import Source
from worker.health import Health
from worker.match import FirstFew
from worker.pipeline import Journal, Pipeline
from worker.ports import ALERTS, ARTICLES, Bus, Sink
from worker.reload import Reloader
from worker.settings import Settings
from worker.tracing import Traces

_POLL_SECONDS = 0.5
_LAG_SECONDS = 2.0
_FIRST_BACKOFF, _LAST_BACKOFF = 0.5, 15.0
_REMINDER_SECONDS = 60.0
_FAR_AWAY_SECONDS = 5.0
_ALLOCATIONS = 5_000
"""Made before Python looks for cycles."""

log = logs.logger("tocsin")


def settle_in(pipeline: Pipeline) -> None:
    """What a worker does once before its first article, so that later ones need not wait for it."""
    many = not isinstance(pipeline.matcher, FirstFew)
    pipeline.detector.warm_in_background(compiled=many)  # half a second
    if many:
        from worker.match import warm  # it imports the compiler

        warm()
    # Watch-lists live as long as the worker: frozen, the collector does not walk their many small
    # objects again at each full collection. What a client of Kafka makes in circles is let go soon: by the
    # hundred thousand, as a short verb looks, it holds 90 MB.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)


@dataclass(slots=True)
class Runtime:
    """The running worker. `drain`: end by itself when sources, bus and sinks have nothing left."""

    settings: Settings
    pipeline: Pipeline
    journal: Journal
    sources: Sequence[Callable[[], Source]]
    sinks: Sequence[Sink]
    stop: threading.Event
    health: Health
    clock: Clock = field(default_factory=SystemClock)
    drain: bool = False
    reloader: Reloader | None = None
    traces: Traces = field(default_factory=Traces)
    _judged: threading.Event = field(default_factory=threading.Event)
    _failure: BaseException | None = None

    def run(self) -> None:
        """Work until stopped or drained. Raises what ended a thread, FuseBlown or UsageError."""
        settle_in(self.pipeline)
        self.pipeline.metrics.expect_sinks(sink.name for sink in self.sinks)
        pumps = [self._thread(f"sink {sink.name}", self._pump, sink) for sink in self.sinks]
        drivers = [self._thread(f"source {at}", self._drive, make) for at, make in enumerate(self.sources)]
        for thread in (*pumps, *drivers, *self._reloading()):
            thread.start()
        try:
            self._work(drivers)
            self._judged.set()
            if self.drain:
                for pump in pumps:
                    pump.join()
        finally:
            self.stop.set()
            for thread in (*drivers, *pumps):
                thread.join(timeout=25)
            self.traces.close()
        if self._failure is not None:
            raise self._failure

    def _reloading(self) -> list[threading.Thread]:
        if self.reloader is None:
            return []
        interval = self.settings.watchlists.reload_seconds
        return [self._thread("reload", self.reloader.run, self.stop, interval)]

    def _thread(self, name: str, work: Callable[..., None], *args: object) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*args)
            except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
                self._failure = self._failure or error
                self.stop.set()

        return threading.Thread(target=guarded, name=name, daemon=True)

    def _work(self, drivers: Sequence[threading.Thread]) -> None:
        patience = _Patience(self.stop, self.clock, "bus")
        bus = self._opened(self.settings.bus.kafka.group, ARTICLES, patience)
        if bus is None:
            return
        try:
            worker = build_worker(self.settings, bus, self.pipeline, self.journal, self.traces)
            lag_due = 0.0
            while not self.stop.is_set():
                self._tick()
                sources_done = not any(driver.is_alive() for driver in drivers)
                try:
                    handled = worker.step(0.05 if self.drain and sources_done else _POLL_SECONDS)
                    if self.clock.monotonic() >= lag_due or not handled:
                        self._show_lag(bus)
                        lag_due = self.clock.monotonic() + _LAG_SECONDS
                    self._joined(well=True)
                    patience.over()
                except Outage as outage:
                    self.pipeline.metrics.outages.inc()
                    self._joined(well=False)
                    patience.wait(outage)
                    continue
                if self.drain and sources_done and not handled and not any(bus.lag().values()):
                    break
        finally:
            bus.close()

    def _opened(self, group: str, topic: str, patience: _Patience) -> Bus | None:
        """A member of the group that reads the topic, or None: stopped before the bus could be opened."""
        while not self.stop.is_set():
            try:
                bus = open_bus(self.settings, group, self.clock)
                try:
                    bus.subscribe([topic])
                except BaseException:
                    bus.close()
                    raise
                return bus
            except Outage as outage:
                self.pipeline.metrics.outages.inc()
                if topic == ARTICLES:
                    self._tick()  # alive, and waiting for the bus
                patience.wait(outage)
        return None

    def _tick(self) -> None:
        self.health.tick()
        self.pipeline.metrics.last_tick.set(self.clock.now())

    def _joined(self, *, well: bool) -> None:
        self.health.ready = well
        self.pipeline.metrics.bus_joined.set(well)

    def _show_lag(self, bus: Bus) -> None:
        self.pipeline.metrics.show_lag(bus.lag(), self.clock.now())

    def _drive(self, make: Callable[[], Source]) -> None:
        """Run one source when it is due, until it has finished."""
        patience = _Patience(self.stop, self.clock, "source")
        source: Source | None = None
        quiet = 0
        try:
            while not self.stop.is_set():
                try:
                    source = source or make()
                    quiet = 0 if source.run_once() else quiet + 1
                    patience.over()
                except Outage as outage:
                    self.pipeline.metrics.source_outages.inc()
                    patience.wait(outage)
                    continue
                pause = source.next_due(self.clock.now()) - self.clock.now()
                idle = quiet > 1 and pause > 0  # a feed that is being asked is due now
                if pause == float("inf") or (self.drain and (idle or pause > _FAR_AWAY_SECONDS)):
                    return
                self.stop.wait(max(0.0, pause))
        finally:
            if source is not None:
                source.close()

    def _pump(self, sink: Sink) -> None:
        """Carry alerts to one sink; when draining, until all that were judged are delivered."""
        from worker.sinks.pump import Pump

        patience = _Patience(self.stop, self.clock, f"sink {sink.name}")
        bus = self._opened(f"{self.settings.bus.kafka.group}-sink-{sink.name}", ALERTS, patience)
        try:
            if bus is None:
                return
            pump = Pump(bus, sink, self.pipeline.metrics, stop=self.stop)
            while not self.stop.is_set():
                last_call = self._judged.is_set()
                try:
                    carried = pump.step(_POLL_SECONDS)
                    self.pipeline.metrics.sink_last_success.labels(sink=sink.name).set(self.clock.now())
                    patience.over()
                    if last_call and not carried and not any(bus.lag().values()):
                        return
                except Outage as outage:
                    self.pipeline.metrics.sink_failures.labels(sink=sink.name).inc()
                    patience.wait(outage)
        finally:
            sink.close()
            if bus is not None:
                bus.close()


@dataclass(slots=True)
class _Patience:
    """Waits longer after each failure in a row, and says so at the first and then once a minute."""

    stop: threading.Event
    clock: Clock
    what: str
    _pause: float = _FIRST_BACKOFF
    _said: float | None = None

    def wait(self, outage: Outage) -> None:
        now = self.clock.monotonic()
        if self._said is None or now - self._said > _REMINDER_SECONDS:
            log.warning("outage", what=self.what, error=str(outage))
            self._said = now
        self.stop.wait(self._pause)
        self._pause = min(self._pause * 2, _LAST_BACKOFF)

    def over(self) -> None:
        if self._said is not None:
            log.info("outage over", what=self.what)
        self._pause, self._said = _FIRST_BACKOFF, None
