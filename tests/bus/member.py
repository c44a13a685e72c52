"""A member of a group in a process of its own, which tests stop or kill: `python -m tests.bus.member JSON`.

It says on stdout where it is and then waits for a line on stdin, so that nobody has to guess the moment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from tests.bus.worlds import World, collect, message, ring, world_of
from worker.errors import Fenced, Outage


def stop_in_mid_unit(world: World, source: str, target: str, group: str, first: int, second: int) -> None:
    """Commit `first` records, then stop inside the unit over the next `second`."""
    bus = world.bus(group)
    bus.subscribe([source])
    ring(bus, collect(bus, first), target)
    records = collect(bus, second)
    with bus.unit() as unit:
        for record in records:
            unit.publish(message(target, f"alert of {(record.value or b'').decode()}"))
        unit.advance(records)
        say("in mid unit")
    say("committed")
    bus.close()


def stop_with_records(world: World, source: str, target: str, group: str, first: int) -> None:
    """Poll, stop, and try to commit when told to go on."""
    bus = world.bus(group)
    bus.subscribe([source])
    records = collect(bus, first)
    say("polled")
    try:
        ring(bus, records, target)
    except Fenced:
        say("fenced")
    except Outage as outage:
        say(f"outage: {outage}")
    else:
        say("committed")


def die_in_commit(world: World, source: str, target: str, group: str, first: int, before: str) -> None:
    """kill -9 to itself inside the Kafka transaction, just before the producer's method `before`."""
    from kafka import KafkaProducer

    def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(KafkaProducer, before, die)
    bus = world.bus(group)
    bus.subscribe([source])
    ring(bus, collect(bus, first), target)


def work(world: World, source: str, target: str, group: str) -> None:
    """Ring for everything that comes until killed; says "started" at its first records."""
    bus = world.bus(group)
    bus.subscribe([source])
    started = False
    while True:
        try:
            if records := bus.poll(7, 0.5):
                ring(bus, records, target)
                if not started:
                    print("started", flush=True)
                    started = True
        except Outage as outage:
            print(f"outage: {outage}", file=sys.stderr, flush=True)


def say(what: str) -> None:
    print(what, flush=True)
    sys.stdin.readline()


ACTIONS = {action.__name__: action for action in (stop_in_mid_unit, stop_with_records, die_in_commit, work)}

if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    ACTIONS[order.pop("action")](world_of(order.pop("world")), **order)
