"""From bus to sink at least once: offsets move after the sink has said that alerts are safe."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.alert.alerts import an_alert
from worker import metrics
from worker.alert import alert_message
from worker.bus.embedded import EmbeddedBus, EmbeddedIntake
from worker.clock import ManualClock
from worker.errors import Outage
from worker.metrics import Metrics
from worker.ports import ALERTS
from worker.sinks import pump as pump_module
from worker.sinks.pump import Pump
from worker.types import Alert, Message


class Shelf:
    """A sink that keeps what it is given, and is down as many times as told."""

    name = "shelf"

    def __init__(self, down: int = 0) -> None:
        self.down = down
        self.kept: list[Alert] = []

    def write(self, alerts: Sequence[Alert]) -> None:
        if self.down:
            self.down -= 1
            raise Outage("the shelf is down")
        self.kept += alerts

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def bus(database: Path) -> Iterator[EmbeddedBus]:
    opened = member(database)
    yield opened
    opened.close()


@pytest.fixture
def measured() -> Metrics:
    created = metrics.create("0", "embedded")
    created.expect_sinks([Shelf.name])
    return created


def member(database: Path) -> EmbeddedBus:
    opened = EmbeddedBus(database, group="tocsin-sink-shelf", clock=ManualClock())
    opened.subscribe([ALERTS])
    return opened


def put(database: Path, *messages: Message) -> None:
    intake = EmbeddedIntake(database, clock=ManualClock())
    intake.put(messages, {})
    intake.close()


def behind(bus: EmbeddedBus) -> int:
    return sum(bus.lag().values())


def counted(measured: Metrics, name: str) -> float:
    value = measured.registry.get_sample_value(name, {"sink": Shelf.name})
    assert value is not None
    return value


def ids(alerts: Sequence[Alert]) -> list[str]:
    return sorted(alert.id for alert in alerts)


ALL = [an_alert(number) for number in range(5)]


def test_alerts_reach_the_sink_once_and_are_counted(database, bus, measured):
    put(database, *map(alert_message, ALL))
    shelf = Shelf()
    pump = Pump(bus, shelf, measured)
    assert pump.step(0) == 5
    assert pump.step(0) == 0
    assert sorted(shelf.kept, key=lambda alert: alert.id) == sorted(ALL, key=lambda alert: alert.id)
    assert behind(bus) == 0
    assert counted(measured, "tocsin_sink_alerts_total") == 5


def test_no_alerts_are_no_delivery(bus, measured):
    shelf = Shelf(down=1)
    assert Pump(bus, shelf, measured).step(0) == 0
    assert shelf.down == 1


def test_a_sink_that_is_down_moves_no_offset_and_gets_the_same_alerts_later(database, bus, measured):
    put(database, *map(alert_message, ALL))
    shelf = Shelf(down=2)
    pump = Pump(bus, shelf, measured)
    for _ in range(2):
        with pytest.raises(Outage, match="shelf"):
            pump.step(0)
        assert behind(bus) == 5
    assert counted(measured, "tocsin_sink_alerts_total") == 0
    assert pump.step(0) == 5
    assert ids(shelf.kept) == ids(ALL)


def test_a_pump_that_died_before_the_commit_delivers_again_with_the_same_ids(database, bus, measured):
    put(database, *map(alert_message, ALL))

    class Dying(Shelf):
        def write(self, alerts: Sequence[Alert]) -> None:
            super().write(alerts)
            raise KeyboardInterrupt

    first, second = Dying(), Shelf()
    with pytest.raises(KeyboardInterrupt):
        Pump(bus, first, measured).step(0)
    bus.close()
    again = member(database)
    assert Pump(again, second, measured).step(0) == 5
    again.close()
    assert ids(second.kept) == ids(first.kept) == ids(ALL)


def test_a_pump_goes_on_where_the_last_one_of_its_group_ended(database, bus, measured):
    put(database, *map(alert_message, ALL))
    Pump(bus, Shelf(), measured).step(0)
    bus.close()
    put(database, alert_message(an_alert(9)))
    again, shelf = member(database), Shelf()
    Pump(again, shelf, measured).step(0)
    again.close()
    assert ids(shelf.kept) == [an_alert(9).id]


def test_a_batch_is_no_larger_than_asked_for(database, bus, measured):
    put(database, *map(alert_message, ALL))
    shelf = Shelf()
    pump = Pump(bus, shelf, measured, batch=2)
    assert [pump.step(0) for _ in range(4)] == [2, 2, 1, 0]
    assert ids(shelf.kept) == ids(ALL)


@pytest.mark.parametrize("value", [b"{}", b"not ours", None])
def test_what_others_put_on_the_topic_is_counted_and_passed_by(database, bus, measured, value):
    put(database, Message(ALERTS, b"key", value), alert_message(ALL[0]))
    shelf = Shelf()
    assert Pump(bus, shelf, measured).step(0) == 2
    assert shelf.kept == [ALL[0]]
    assert behind(bus) == 0
    assert counted(measured, "tocsin_sink_failures_total") == 1
    assert counted(measured, "tocsin_sink_alerts_total") == 1


class Present(EmbeddedBus):
    """The real bus; counts how often its member said that it stays."""

    stays = 0

    def stay(self) -> None:
        self.stays += 1
        super().stay()


def test_a_pump_whose_sink_is_slow_stays_a_member_until_it_has_delivered(database, measured, monkeypatch):
    monkeypatch.setattr(pump_module, "STAY_SECONDS", 0.01)
    bus = Present(database, group="tocsin-sink-shelf", clock=ManualClock())
    bus.subscribe([ALERTS])

    class Slow(Shelf):
        def write(self, alerts: Sequence[Alert]) -> None:
            while bus.stays < 3:
                threading.Event().wait(0.001)
            super().write(alerts)

    put(database, *map(alert_message, ALL))
    shelf = Slow()
    assert Pump(bus, shelf, measured).step(0) == 5
    assert ids(shelf.kept) == ids(ALL)
    assert behind(bus) == 0
    bus.close()


def test_a_pump_that_is_stopped_leaves_a_sink_that_does_not_answer_and_moves_no_offset(
    database, bus, measured, monkeypatch
):
    monkeypatch.setattr(pump_module, "STAY_SECONDS", 0.01)
    answer, stop = threading.Event(), threading.Event()

    class Hanging(Shelf):
        def write(self, alerts: Sequence[Alert]) -> None:
            stop.set()
            answer.wait()

    put(database, *map(alert_message, ALL))
    with pytest.raises(Outage, match="had not answered when the worker stopped"):
        Pump(bus, Hanging(), measured, stop=stop).step(0)
    answer.set()
    assert behind(bus) == 5
