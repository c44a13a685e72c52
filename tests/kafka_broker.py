"""A real Apache Kafka for the tests: fetched from Maven Central once, started in KRaft mode on 127.0.0.1.

List `tests.kafka_broker` under `pytest_plugins` and take the fixture `kafka_broker`; it needs Java 17 or
newer and Maven, and fails with a sentence when they are missing. Only a developer may skip these tests,
with TOCSIN_SKIP_KAFKA=1; TOCSIN_REQUIRE_KAFKA=1 (set by CI) overrules even that.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

KAFKA_VERSION = "4.1.1"
POM = Path(__file__).parent / "broker" / "pom.xml"
COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
START_SECONDS = 60.0


class NoKafka(RuntimeError):
    """Kafka cannot be had here; the text says what to install or what went wrong."""


def fetch_kafka() -> Path:
    """The folder with Kafka's jars, fetched on first use; safe to call from several processes at once."""
    cache = Path(
        os.environ.get("TOCSIN_KAFKA_CACHE") or Path.home() / ".cache/tocsin" / f"kafka-{KAFKA_VERSION}"
    )
    cache.parent.mkdir(parents=True, exist_ok=True)
    with cache.with_name(cache.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / f"kafka_2.13-{KAFKA_VERSION}.jar").exists():
            _download(cache)
    return cache


def _download(cache: Path) -> None:
    _tool("mvn", "Maven (Debian: apt-get install maven)")
    draft = cache.with_name(f"{cache.name}.new-{os.getpid()}")
    try:
        command = ["mvn", "-B", "-q", "-f", str(POM), COPY_DEPENDENCIES, f"-DoutputDirectory={draft}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise NoKafka(
                f"Maven could not fetch Kafka {KAFKA_VERSION}: {(done.stdout + done.stderr)[-2000:]}"
            )
        shutil.rmtree(cache, ignore_errors=True)
        draft.rename(cache)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoKafka(f"The Kafka tests need {package}, and there is no `{name}` on the PATH.")
    return found


def free_ports(count: int) -> list[int]:
    """That many TCP ports of 127.0.0.1 that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass
class KafkaBroker:
    """One broker that is its own controller. `settings` adds to or overrides its server.properties.

    `more_listeners` are security protocols it also speaks, each on a port of its own in `ports`.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    format_arguments: tuple[str, ...] = ()
    more_listeners: tuple[str, ...] = ()
    ports: dict[str, int] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    heap: str = "512m"
    cluster: str = field(default_factory=lambda: uuid.uuid4().hex[:22])

    def __post_init__(self) -> None:
        names = ("PLAINTEXT", "CONTROLLER", *self.more_listeners)
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    @property
    def bootstrap_servers(self) -> str:
        """What a client without encryption or user name is told."""
        return self.servers("PLAINTEXT")

    def servers(self, protocol: str) -> str:
        """What a client that speaks `protocol` is told."""
        return f"127.0.0.1:{self.ports[protocol]}"

    def start(self) -> None:
        """Format the storage if that was not done yet, start, and wait until clients are served."""
        if not (self.folder / "server.properties").exists():
            self._format()
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._java(
                    f"-Xmx{self.heap}", "-Xms128m", "kafka.Kafka", str(self.folder / "server.properties")
                ),
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt at the keyboard is pytest's to handle
            )
        self._await_port()

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """Stop answering, keep the connections open: a broker that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, number)

    def _java(self, *arguments: str) -> list[str]:
        java = _tool("java", "Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless)")
        classpath = f"{fetch_kafka()}/*"
        return [
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classpath,
            *arguments,
        ]

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = {**self._properties(), **self.settings}
        draft = self.folder / "draft.properties"
        draft.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        done = subprocess.run(
            self._java(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                self.cluster,
                "-c",
                str(draft),
                *self.format_arguments,
            ),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise NoKafka(f"Kafka's storage could not be formatted: {(done.stdout + done.stderr)[-2000:]}")
        draft.rename(self.folder / "server.properties")

    def _properties(self) -> dict[str, str]:
        listeners = [f"{name}://{self.servers(name)}" for name in self.ports]
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{self.servers('CONTROLLER')}",
            "listeners": ",".join(listeners),
            "advertised.listeners": ",".join(each for each in listeners if "CONTROLLER" not in each),
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,"
            + ",".join(f"{name}:{name}" for name in self.ports if name != "CONTROLLER"),
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "num.partitions": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.num.partitions": "4",
            "share.coordinator.state.topic.num.partitions": "1",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
            "log.cleaner.dedupe.buffer.size": str(
                16 << 20
            ),  # the default of 128 MiB is taken from a small heap
        }

    def _await_port(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.ports["PLAINTEXT"])) == 0:
                    return
            time.sleep(0.1)  # a port has no way to tell us
        log = (self.folder / "broker.log").read_text(errors="replace")
        self.kill()
        raise NoKafka(
            f"Kafka did not come up on {self.bootstrap_servers} within {START_SECONDS:.0f} s: {log[-2000:]}"
        )


def skip_or_explain() -> None:
    """Skip if the developer said so and CI did not; otherwise return and let the test need Kafka."""
    if os.environ.get("TOCSIN_SKIP_KAFKA") == "1" and os.environ.get("TOCSIN_REQUIRE_KAFKA") != "1":
        pytest.skip("TOCSIN_SKIP_KAFKA=1: the developer chose to leave the Kafka tests out")


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[KafkaBroker]:
    """A running broker, one a test process; `kafka_broker.bootstrap_servers` is what clients need."""
    skip_or_explain()
    folder = Path(tempfile.mkdtemp(prefix="tocsin-kafka-"))
    broker = KafkaBroker(folder)
    try:
        try:
            broker.start()
        except NoKafka as reason:
            pytest.fail(str(reason), pytrace=False)
        yield broker
    finally:
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)
