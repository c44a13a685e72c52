"""The faults, each a function that does its worst to the field and leaves healing to the campaign.

Moments are random (`field.chance`); what a fault breaks for good, it says by `field.expect_exit`.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable

from tests.faults.crash.sitecustomize import POINTS
from tests.faults.field import Field
from tests.faults.ledger import poison
from tests.faults.workers import (
    FUSE,
    GRACE_SECONDS,
    POLL_SECONDS,
    SESSION_SECONDS,
    TRANSACTION_SECONDS,
)

Fault = Callable[[Field], None]


class NotHere(Exception):
    """This machine cannot do it; the text says what is missing."""


def kill_partition_leader(field: Field) -> None:
    """kill -9 the leader of a partition that is read or written."""
    topic, partitions = field.chance.choice([("tocsin.articles", 12), ("tocsin.alerts", 3)])
    field.kill_broker(field.cluster.leader(field.admin(), topic, field.chance.randrange(partitions)))


def kill_group_coordinator(field: Field) -> None:
    """kill -9 the broker that keeps the workers' group and its offsets."""
    field.kill_broker(field.coordinator("__consumer_offsets", "tocsin"))


def kill_transaction_coordinator(field: Field) -> None:
    """kill -9 the broker that keeps a worker's transactions."""
    field.kill_broker(field.transaction_coordinator())


def hang_broker(field: Field) -> None:
    """SIGSTOP a broker past the transaction timeout, then SIGCONT."""
    leader = field.cluster.leader(field.admin(), "tocsin.alerts", field.chance.randrange(3))
    broker = field.chance.choice([leader, field.transaction_coordinator(), *field.cluster.brokers])
    broker.pause()
    time.sleep(TRANSACTION_SECONDS + field.chance.uniform(1, 3))
    broker.resume()


def kill_worker(field: Field) -> None:
    """kill -9 a worker at a moment of chance, perhaps twice."""
    for _ in range(field.chance.choice([1, 1, 2])):
        worker = field.chance.choice(field.workers)
        worker.kill()
        field.expect_exit(worker)
        worker.start()
        time.sleep(field.chance.uniform(0.5, 3.5))


def kill_worker_at(point: str) -> Fault:
    """kill -9 a worker that has got exactly so far in a unit of work."""

    def fault(field: Field) -> None:
        worker = field.chance.choice(field.workers)
        worker.kill()
        field.expect_exit(worker)
        worker.start(crash=f"{point}:{field.chance.randint(1, 6)}")
        worker.wait_until_serving()
        field.put(40)
        if worker.ended(15) != -signal.SIGKILL:  # it got no work; then it dies where it is
            field.note("not reached")
            worker.kill()

    fault.__doc__ = f"kill -9 a worker at the point `{point}` of its unit of work."
    return fault


def freeze_worker(field: Field) -> None:
    """SIGSTOP a worker past its session, then SIGCONT: the zombie writes nothing."""
    worker = field.chance.choice(field.workers)
    worker.signal(signal.SIGSTOP)
    time.sleep(SESSION_SECONDS + field.chance.uniform(0.5, 4))
    worker.signal(signal.SIGCONT)


def rebalance_storm(field: Field) -> None:
    """Workers join and leave all the time, some in order and some by kill -9."""
    extra = [field.extra_worker() for _ in range(2)]
    until = time.monotonic() + 8
    while time.monotonic() < until:
        worker = field.chance.choice(extra)
        if worker.alive():
            worker.signal(field.chance.choice([signal.SIGTERM, signal.SIGKILL]))
            worker.ended(GRACE_SECONDS)
        else:
            worker.start()
        time.sleep(field.chance.uniform(0.3, 1.2))
    for worker in extra:
        worker.kill()


def half_open(field: Field) -> None:
    """Every connection to one broker, or to all, goes half-open for good; new ones work."""
    proxies = field.cluster.proxies
    for proxy in field.chance.choice([[field.chance.choice(proxies)], proxies]):
        proxy.freeze()
    time.sleep(field.chance.uniform(1, 4))


def sink_down(field: Field) -> None:
    """The file sink's file cannot be written for a while."""
    worker = field.with_file
    kept = worker.file.with_suffix(".kept")
    if worker.file.exists():
        worker.file.rename(kept)
    worker.file.mkdir()
    time.sleep(field.chance.uniform(2, 5))
    worker.file.rmdir()
    if kept.exists():
        kept.rename(worker.file)


def sink_slow(field: Field) -> None:
    """Nobody reads a worker's standard output for longer than the poll interval."""
    worker = field.with_stdout
    worker.reading.clear()
    field.put(260)  # more alerts than a pipe holds
    time.sleep(POLL_SECONDS + field.chance.uniform(1, 3))
    worker.reading.set()


def step_clock(field: Field) -> None:
    """A worker's clock steps an hour on and a day back."""
    if shutil.which("cc") is None:
        raise NotHere("there is no C compiler `cc` to make a clock that steps (Debian: apt-get install gcc)")
    worker = field.chance.choice(field.workers)
    worker.kill()
    field.expect_exit(worker)
    worker.start(clock=True)
    worker.wait_until_serving()
    field.put(40)
    for seconds in (3_600, -86_400, field.chance.randint(-(10**6), 10**6)):
        worker.step_clock(seconds)
        time.sleep(field.chance.uniform(1, 1.8))
    worker.step_clock(0)


def start_before_brokers(field: Field) -> None:
    """All brokers die; a worker starts while there is none; then they come back."""
    field.cluster.stop()
    worker = field.chance.choice(field.workers)
    worker.kill()
    field.expect_exit(worker)
    worker.start()
    time.sleep(field.chance.uniform(2, 4))
    field.cluster.start()


def terminate(field: Field) -> None:
    """SIGTERM in the middle of the work: exit 0 within the grace period."""
    worker = field.chance.choice(field.workers)
    worker.wait_until_serving()
    worker.signal(signal.SIGTERM)
    code = worker.ended(GRACE_SECONDS)
    field.expect_exit(worker)
    if code != 0:
        field.wrong(f"{worker.name} ended with {code} after SIGTERM, within {GRACE_SECONDS:.0f} s")
        worker.kill()
    worker.start()


def poison_stream(field: Field) -> None:
    """A thousand bad messages in a row: the fuse stops worker after worker until a person lets them pass."""
    field.put_inputs(poison(f"{field.mark}-poison", 1_000))
    blown = 0
    until = time.monotonic() + 90
    while field.behind() and time.monotonic() < until:
        for worker in field.workers:
            if not worker.alive():
                if worker.ended(1) != 2:
                    field.wrong(f"{worker.name} ended with {worker.ended(1)} and not 2 when its fuse blew")
                blown += 1
                field.expect_exit(worker)
                worker.start()
        time.sleep(0.2)
    if blown < 1_000 // FUSE - 1:
        field.wrong(f"only {blown} fuses blew on 1,000 bad messages")


FAULTS: dict[str, Fault] = {
    "broker killed: partition leader": kill_partition_leader,
    "broker killed: group coordinator": kill_group_coordinator,
    "broker killed: transaction coordinator": kill_transaction_coordinator,
    "broker hangs past the transaction timeout": hang_broker,
    "worker killed at any moment": kill_worker,
    **{f"worker killed {point.replace('_', ' ')}": kill_worker_at(point) for point in POINTS},
    "worker frozen past its session": freeze_worker,
    "rebalance storm": rebalance_storm,
    "half-open connections": half_open,
    "sink down": sink_down,
    "sink slower than the poll interval": sink_slow,
    "clock steps": step_clock,
    "started before its brokers": start_before_brokers,
    "SIGTERM in mid-batch": terminate,
    "poison by the thousand": poison_stream,
}
"""What a round may do, by the name the table shows."""
