"""How fast the buses alone are: `python -m tests.bus.bench`; records of 3 kB, an alert of 1 kB for each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bus.worlds import EmbeddedWorld, KafkaWorld, World
from tests.kafka_broker import KafkaBroker
from worker.bus.embedded import EmbeddedIntake
from worker.bus.embedded_file import Durability
from worker.types import Message

RECORDS, BATCH = 20_000, 500


def measure(name: str, world: World) -> None:
    """Put the articles, then work through them: poll, first_sight, one alert each, commit."""
    source, target = world.topic("articles", partitions=4), world.topic("alerts", partitions=3)
    articles = [Message(source, b"%064d" % i, bytes(3_000)) for i in range(RECORDS)]
    intake, bus = world.intake(), world.bus("bench")
    bus.subscribe([source])
    bus.poll(1, 3.0 if isinstance(world, KafkaWorld) else 0.0)

    def put() -> None:
        for i in range(0, RECORDS, BATCH):
            intake.put(articles[i : i + BATCH], {"source": str(i)})

    spent = {"poll": 0.0, "commit": 0.0}
    units = 0

    def work() -> None:
        nonlocal units
        done = 0
        while done < RECORDS:
            started = time.perf_counter()
            records = bus.poll(BATCH, 1.0)
            polled = time.perf_counter()
            with bus.unit() as unit:
                for record in records:
                    unit.first_sight((record.key or b"").decode())
                    unit.publish(Message(target, record.key, bytes(1_000)))
                unit.advance(records)
            spent["poll"] += polled - started
            spent["commit"] += time.perf_counter() - polled
            done, units = done + len(records), units + 1

    put_seconds, work_seconds = timed(put), timed(work)
    print(
        f"{name:24} put {RECORDS / put_seconds:8,.0f}/s   work {RECORDS / work_seconds:8,.0f}/s   "
        f"a unit of {RECORDS / units:.0f}: poll {spent['poll'] / units * 1e3:.1f} ms, "
        f"commit {spent['commit'] / units * 1e3:.1f} ms"
    )
    world.close()


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def single_puts(folder: Path, durability: Durability) -> None:
    intake = EmbeddedIntake(folder / f"{durability}.db", durability=durability)
    seconds = timed(
        lambda: [intake.put([Message("articles", b"k", bytes(3_000))], {}) for _ in range(300)] and None
    )
    print(f"embedded, one by one     put {300 / seconds:8,.0f}/s   (durability {durability})")
    intake.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("embedded", EmbeddedWorld(folder / "log.db"))
        for durability in Durability:
            single_puts(folder, durability)
        broker = KafkaBroker(folder / "kafka")
        broker.start()
        try:
            measure("kafka", KafkaWorld(broker.bootstrap_servers, folder))
        finally:
            broker.kill()


if __name__ == "__main__":
    main()
