"""The doors to the outside, from settings: bus, reader, intake, archive, topics, sinks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from worker.bus.kafka_settings import KafkaSettings, SaslMechanism, SecurityProtocol
from worker.bus.topics import TopicAdmin
from worker.clock import Clock
from worker.errors import UsageError
from worker.ports import Archive, Bus, Intake, Sink, TopicReader
from worker.settings import Settings


def open_bus(settings: Settings, group: str, clock: Clock) -> Bus:
    """A member of `group` on the configured bus; belongs to the thread that opened it."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka import KafkaBus

        return KafkaBus(kafka_settings(settings), group=group)
    from worker.bus.embedded import EmbeddedBus

    return EmbeddedBus(settings.bus.embedded.path, group=group, clock=clock)


def open_reader(settings: Settings) -> TopicReader:
    """A reader of what the configured bus holds; outside every group, it moves and writes nothing."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_reader import KafkaReader

        return KafkaReader(kafka_settings(settings))
    from worker.bus.embedded_reader import EmbeddedReader

    return EmbeddedReader(settings.bus.embedded.path)


def open_intake(settings: Settings, clock: Clock) -> Intake:
    """Where sources put articles; belongs to the thread that opened it."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_intake import KafkaIntake

        return KafkaIntake(kafka_settings(settings), state_path=state_file(settings), clock=clock)
    from worker.bus.embedded import EmbeddedIntake

    return EmbeddedIntake(settings.bus.embedded.path, clock=clock)


def feed_states(settings: Settings, keys: Iterable[str], clock: Clock) -> dict[str, str | None]:
    """What is remembered of the feeds of these keys: on Kafka by all workers, else in the file."""
    found: dict[str, str | None] = {}
    if state_file(settings).exists():
        intake = open_intake(settings, clock)
        found = {key: intake.state(key) for key in keys}
        intake.close()
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_division import remembered

        reader = open_reader(settings)
        try:
            found |= remembered(reader)
        finally:
            reader.close()
    return found


def state_file(settings: Settings) -> Path:
    """The SQLite file in which sources remember how far they have read."""
    path = Path(settings.bus.embedded.path)
    return path.with_suffix(".sources.db") if settings.bus.kind == "kafka" else path


def open_sinks(settings: Settings) -> list[Sink]:
    """The configured sinks."""
    from worker.sinks.file import FileSink
    from worker.sinks.stdout import StdoutSink

    sinks: list[Sink] = []
    if settings.sinks.stdout:
        sinks.append(StdoutSink())
    if settings.sinks.file is not None:
        sinks.append(FileSink(Path(settings.sinks.file)))
    return sinks


def open_admin(settings: Settings) -> TopicAdmin:
    """What makes and describes topics on the configured bus."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_topics import KafkaTopics

        return KafkaTopics(kafka_settings(settings))
    from worker.bus.embedded import EmbeddedTopics

    return EmbeddedTopics(settings.bus.embedded.path)


def open_archive(settings: Settings) -> Archive:
    """What reads topics from outside any group and puts dead letters back."""
    if settings.bus.kind == "kafka":
        from worker.bus.kafka_archive import KafkaArchive

        return KafkaArchive(kafka_settings(settings), group=settings.bus.kafka.group)
    from worker.bus.embedded_archive import EmbeddedArchive

    if not Path(settings.bus.embedded.path).exists():
        raise UsageError(
            f"There is no embedded log at {settings.bus.embedded.path}; name it in bus.embedded.path."
        )
    return EmbeddedArchive(settings.bus.embedded.path)


def insecurities(settings: Settings) -> tuple[str, ...]:
    """In sentences, what the connection leaves open."""
    return kafka_settings(settings).insecurities() if settings.bus.kind == "kafka" else ()


def kafka_settings(settings: Settings) -> KafkaSettings:
    """How to reach Kafka, as the bus wants it."""
    kafka = settings.bus.kafka
    return KafkaSettings(
        bootstrap_servers=tuple(part.strip() for part in kafka.bootstrap_servers.split(",") if part.strip()),
        security_protocol=SecurityProtocol(kafka.security_protocol),
        sasl_mechanism=None if kafka.sasl_mechanism is None else SaslMechanism(kafka.sasl_mechanism),
        username=kafka.sasl_username,
        password=kafka.sasl_password,
        ssl_cafile=kafka.ssl_cafile,
        ssl_certfile=kafka.ssl_certfile,
        ssl_keyfile=kafka.ssl_keyfile,
        ssl_keyfile_password=kafka.ssl_password,
        ssl_check_hostname=kafka.ssl_check_hostname,
        compression=kafka.compression,
        instance=kafka.instance,
        session_timeout=kafka.session_timeout,
        poll_interval=kafka.poll_interval,
        transaction_timeout=kafka.transaction_timeout,
        request_timeout=kafka.request_timeout,
    )
