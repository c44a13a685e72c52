"""Making kafka-python's clients and understanding what they raise; the library is imported on first use.

kafka-python is loaded by these functions only when they are called, because its import takes 0.4 s.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from worker.bus.admission import HEADROOM_BYTES
from worker.bus.kafka_joining import see_joins_through
from worker.bus.kafka_reach import failures, probe, tls
from worker.bus.kafka_settings import KafkaSettings
from worker.bus.topics import LARGEST_MESSAGE_BYTES
from worker.errors import Fenced, Outage, TocsinError, UsageError

BOOTSTRAP_SECONDS = 6.0
"""Somebody was just seen to listen, so an answer takes a fraction of a second; who calls tries again."""

IDLE_SECONDS = 180.0
"""Some cloud load balancers cut connections idle for four minutes without a word; we are first."""

METADATA_SECONDS = 15.0
"""How soon a topic made after us, or a leader that moved while nothing was asked, is found."""

RETRY_MS = 20
"""How long a producer waits before it asks again. The library sleeps so long before each unit that begins
while the broker still marks the end of the one before, of which its usual 100 ms would be the better part.
What else fails is asked again as soon, for as long as a transaction may take.
"""


def consumer(settings: KafkaSettings, group: str) -> Any:
    """A KafkaConsumer of the group, outside it until it subscribes. Raises Outage or UsageError."""
    from kafka import KafkaConsumer
    from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

    made = _connect(
        KafkaConsumer,
        settings,
        group_id=group,
        group_instance_id=settings.instance,
        # KIP-429: who keeps a partition goes on reading it while others come and go. There is no eager
        # assignor beside it: a group cannot speak both protocols, and kafka-python refuses the mixture.
        partition_assignment_strategy=[CooperativeStickyAssignor],
        enable_auto_commit=False,  # offsets are committed by the unit's transaction, or not at all
        isolation_level="read_committed",  # the default reads aborted transactions too
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        session_timeout_ms=_ms(settings.session_timeout),
        heartbeat_interval_ms=_ms(settings.session_timeout / 6),
        max_poll_interval_ms=_ms(settings.poll_interval),
        fetch_max_bytes=8 << 20,  # a batch of articles; larger ones still come, alone
    )
    see_joins_through(made)
    return made


def reader(settings: KafkaSettings) -> Any:
    """A KafkaConsumer of no group, which can commit nothing. Raises Outage or UsageError."""
    from kafka import KafkaConsumer

    return _connect(
        KafkaConsumer,
        settings,
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",  # what retention removes while we read is passed over
        allow_auto_create_topics=False,
        fetch_max_bytes=8 << 20,
    )


def producer(settings: KafkaSettings, transactional_id: str | None) -> Any:
    """A KafkaProducer, idempotent, and transactional if given an id (then not yet initialised)."""
    from kafka import KafkaProducer

    from worker.bus.kafka_partitioner import KeyPartitioner

    return _connect(
        KafkaProducer,
        settings,
        transactional_id=transactional_id,
        transaction_timeout_ms=_ms(settings.transaction_timeout),
        enable_idempotence=True,
        acks="all",
        partitioner=KeyPartitioner(),
        delivery_timeout_ms=_ms(settings.transaction_timeout),  # later than that the transaction is gone
        max_block_ms=_ms(settings.transaction_timeout),
        max_request_size=LARGEST_MESSAGE_BYTES + 2 * HEADROOM_BYTES,
        batch_size=256 << 10,  # a unit's alerts in few requests; the default of 16 KiB makes dozens
        retry_backoff_ms=RETRY_MS,
        # Who sends here flushes, and a flush waits for no lingering; what is sent before it would go out
        # record by record, on a thread that takes turns with ours.
        linger_ms=min(50, _ms(settings.transaction_timeout - settings.request_timeout)),
        allow_auto_create_topics=False,
        compression_type=settings.compression,
    )


def admin(settings: KafkaSettings) -> Any:
    """A KafkaAdminClient. Raises Outage or UsageError."""
    from kafka import KafkaAdminClient

    return _connect(KafkaAdminClient, settings)


@contextmanager
def understood(doing: str) -> Iterator[None]:
    """Turn what kafka-python raises in the block into UsageError, Fenced or Outage, which say `doing`.

    Errors that are neither Kafka's nor the system's pass through: they are mistakes in a program.
    """
    from kafka import errors

    try:
        yield
    except (errors.KafkaError, OSError) as error:  # OSError includes TimeoutError
        raise _meaning(error, doing) from error


def _meaning(error: Exception, doing: str) -> TocsinError:
    from kafka import errors

    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, (errors.AuthorizationError, errors.SaslAuthenticationFailedError)):
        return UsageError(f"Kafka refused us while {doing} ({detail}). Check the user's password and rights.")
    if isinstance(error, (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)):
        return UsageError(
            f"A topic refused a large message while {doing} ({detail}). Raise its max.message.bytes."
        )
    if isinstance(error, (errors.KafkaConfigurationError, errors.UnsupportedCodecError)):
        return UsageError(f"Kafka's client cannot work with these settings ({detail}).")
    if isinstance(
        error, (errors.CommitFailedError, errors.ProducerFencedError, errors.FencedInstanceIdError)
    ):
        return Fenced(f"Another member took over while {doing} ({detail}). Nothing was committed.")
    return Outage(f"Kafka did not answer while {doing} ({detail}).")


def _connect(factory: Any, settings: KafkaSettings, **options: Any) -> Any:
    """Build a client; one that fails leaves nothing running behind, so that it can be tried for ever."""
    from kafka import errors

    context = tls(settings)
    probe(settings, context)
    opened: list[Any] = []

    def net_client(**configs: Any) -> Any:
        opened.append(factory.DEFAULT_CONFIG["kafka_client"](**configs))
        return opened[-1]

    doing = f"connecting to {', '.join(settings.bootstrap_servers)}"
    with failures() as found:
        try:
            return factory(kafka_client=net_client, **_common(settings, context), **options)
        except (errors.KafkaError, OSError) as error:
            for client in opened:  # the library starts its thread before it knows whether a broker answers
                client.close()
            # What comes last is only that time is up; the reason is what failed before.
            refused = [each for each in found if isinstance(each, errors.SaslAuthenticationFailedError)]
            if settings.security_protocol.has_sasl and found and not refused:
                # A broker that refuses a login hangs up, often before kafka-python has read why.
                doing += f", which hung up ({found[-1]}); are username, password and sasl_mechanism right?"
            raise _meaning(refused[-1] if refused else error, doing) from error


def _common(settings: KafkaSettings, context: ssl.SSLContext | None) -> dict[str, Any]:
    return {
        "bootstrap_servers": list(settings.bootstrap_servers),
        "client_id": settings.client_id,
        "security_protocol": settings.security_protocol.value,
        "sasl_mechanism": settings.sasl_mechanism.value if settings.sasl_mechanism else None,
        "sasl_plain_username": settings.username,
        "sasl_plain_password": settings.password,
        "ssl_context": context,
        "ssl_check_hostname": settings.ssl_check_hostname,
        "request_timeout_ms": _ms(settings.request_timeout),
        "bootstrap_timeout_ms": _ms(BOOTSTRAP_SECONDS),
        "connections_max_idle_ms": _ms(IDLE_SECONDS),
        "metadata_max_age_ms": _ms(METADATA_SECONDS),
        "reconnect_backoff_max_ms": 2_000,  # the default of 30 s would add half a minute to each outage
    }


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
