"""A place to run a bus in: an SQLite file, or topics of a real broker. The contract suite knows only this."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from worker.bus.topics import TopicSpec
from worker.ports import Archive, Bus, Intake, TopicReader
from worker.types import Message, Record

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds within which anything that should come has come, on a machine with six busy neighbours."""


class World(Protocol):
    """What a test needs of either bus."""

    def topic(self, name: str, partitions: int = 1) -> str: ...
    def bus(self, group: str) -> Bus: ...
    def intake(self) -> Intake: ...
    def reader(self) -> TopicReader: ...
    def archive(self) -> Archive: ...
    def describe(self) -> dict[str, Any]: ...
    def close(self) -> None: ...


def spec(name: str, partitions: int, **more: Any) -> TopicSpec:
    return TopicSpec(name, partitions, 86_400, "a test", embedded_partitions=partitions, **more)


@dataclass
class EmbeddedWorld:
    path: Path
    opened: list[Any] = field(default_factory=list)

    def topic(self, name: str, partitions: int = 1) -> str:
        from worker.bus.embedded import EmbeddedTopics

        topics = EmbeddedTopics(self.path)
        topics.create([spec(name, partitions)])
        topics.close()
        return name

    def bus(self, group: str) -> Bus:
        from worker.bus.embedded import EmbeddedBus

        self.opened.append(EmbeddedBus(self.path, group=group))
        return self.opened[-1]

    def intake(self) -> Intake:
        from worker.bus.embedded import EmbeddedIntake

        self.opened.append(EmbeddedIntake(self.path))
        return self.opened[-1]

    def reader(self) -> TopicReader:
        from worker.bus.embedded_reader import EmbeddedReader

        self.opened.append(EmbeddedReader(self.path))
        return self.opened[-1]

    def archive(self) -> Archive:
        from worker.bus.embedded_archive import EmbeddedArchive

        self.opened.append(EmbeddedArchive(self.path))
        return self.opened[-1]

    def describe(self) -> dict[str, Any]:
        return {"kind": "embedded", "path": str(self.path)}

    def close(self) -> None:
        for each in self.opened:
            each.close()


@dataclass
class KafkaWorld:
    """Topics and groups carry a mark of the test, because tests share the broker."""

    bootstrap: str
    folder: Path
    mark: str = ""
    poll_interval: float = 30.0
    opened: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mark = self.mark or uuid.uuid4().hex[:8]

    def settings(self, **more: Any):
        from worker.bus.kafka_settings import KafkaSettings, SecurityProtocol

        patience = {"session_timeout": 3.0, "transaction_timeout": 3.0, "request_timeout": 2.0}
        return KafkaSettings(
            bootstrap_servers=(self.bootstrap,),
            security_protocol=SecurityProtocol.PLAINTEXT,
            **{**patience, "poll_interval": self.poll_interval, **more},
        )

    def topic(self, name: str, partitions: int = 1) -> str:
        from worker.bus.kafka_topics import KafkaTopics

        marked = f"{name}-{self.mark}"
        topics = KafkaTopics(self.settings())
        topics.create([spec(marked, partitions)])
        topics.close()
        return marked

    def bus(self, group: str, **more: Any) -> Bus:
        from worker.bus.kafka import KafkaBus

        self.opened.append(KafkaBus(self.settings(), group=f"{group}-{self.mark}", **more))
        return self.opened[-1]

    def intake(self) -> Intake:
        from worker.bus.kafka_intake import KafkaIntake

        self.opened.append(KafkaIntake(self.settings(), state_path=self.folder / "sources.db"))
        return self.opened[-1]

    def reader(self) -> TopicReader:
        from worker.bus.kafka_reader import KafkaReader

        self.opened.append(KafkaReader(self.settings()))
        return self.opened[-1]

    def archive(self) -> Archive:
        from worker.bus.kafka_archive import KafkaArchive

        self.opened.append(KafkaArchive(self.settings(), group=self.mark))
        return self.opened[-1]

    def describe(self) -> dict[str, Any]:
        return {
            "kind": "kafka",
            "bootstrap": self.bootstrap,
            "folder": str(self.folder),
            "mark": self.mark,
            "poll_interval": self.poll_interval,
        }

    def close(self) -> None:
        for each in self.opened:
            each.close()


def world_of(described: dict[str, Any]) -> World:
    """The world another process described."""
    arguments = {name: value for name, value in described.items() if name != "kind"}
    if described["kind"] == "embedded":
        return EmbeddedWorld(Path(arguments["path"]))
    return KafkaWorld(**{**arguments, "folder": Path(arguments["folder"])})


def member(world: World, action: str, **arguments: Any) -> subprocess.Popen[str]:
    """A process of its own that does `action` of tests/bus/member.py; it says on stdout where it is."""
    order = json.dumps({"world": world.describe(), "action": action, **arguments})
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bus.member", order],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """The next line of the process; empty when it ended."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def values(records: Sequence[Record]) -> list[str]:
    return [(record.value or b"").decode() for record in records]


def message(topic: str, value: str, key: str | None = "k") -> Message:
    return Message(topic, None if key is None else key.encode(), value.encode())


def put(world: World, topic: str, texts: Sequence[str], key: str | None = "k") -> None:
    world.intake().put([message(topic, text, key) for text in texts], {})


def collect(bus: Bus, count: int, limit: int = 500) -> list[Record]:
    """Poll until `count` records came; fewer if patience runs out."""
    found: list[Record] = []
    deadline = time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < deadline:
        found += bus.poll(min(limit, count - len(found)), 1.0)
    return found


def behind(bus: Bus, count: int) -> bool:
    """Whether the bus comes to know of so many records that wait."""
    deadline = time.monotonic() + PATIENCE
    while (known := sum(bus.lag().values())) != count and time.monotonic() < deadline:
        pass
    return known == count


def committed_values(world: World, topic: str) -> list[str]:
    """All that a new group can read from a topic of one partition: what lies before a mark put at its end."""
    mark = "mark " + uuid.uuid4().hex
    put(world, topic, [mark])
    bus = world.bus("reader-" + uuid.uuid4().hex[:6])
    bus.subscribe([topic])
    found: list[str] = []
    while not found or found[-1] != mark:
        came = values(collect(bus, 1))
        assert came, f"the mark at the end of {topic} did not come within {PATIENCE} s, after {found}"
        found += came
    bus.close()
    return found[:-1]


def attempt(
    bus: Bus, messages: Sequence[Message], records: Sequence[Record] = (), error: Exception | None = None
) -> None:
    """One unit of work, which raises `error` at its end if there is one."""
    with bus.unit() as unit:
        for each in messages:
            unit.publish(each)
        unit.advance(records)
        if error is not None:
            raise error


def ring(bus: Bus, records: Sequence[Record], topic: str) -> None:
    """One unit of work: for each record first seen, one message named after it."""
    with bus.unit() as unit:
        for record in records:
            text = (record.value or b"").decode()
            if unit.first_sight(text):
                unit.publish(message(topic, f"alert of {text}", text))
        unit.advance(records)


def drain(bus: Bus, topic: str, expected: int) -> int:
    """Ring for records, unit after unit, until `expected` were read or patience runs out."""
    done = 0
    deadline = time.monotonic() + PATIENCE
    while done < expected and time.monotonic() < deadline:
        if records := bus.poll(100, 0.5):
            ring(bus, records, topic)
            done += len(records)
    return done
