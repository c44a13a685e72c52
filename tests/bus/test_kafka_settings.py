"""Settings for Kafka that contradict themselves are refused; what they leave open is said."""

from __future__ import annotations

import subprocess
import sys

import pytest

from worker.bus.kafka_reach import probe
from worker.bus.kafka_settings import KafkaSettings, SaslMechanism, SecurityProtocol
from worker.errors import UsageError


def settings(protocol: SecurityProtocol, servers: str = "kafka.example:9093", **more) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=tuple(servers.split(",")), security_protocol=protocol, **more)


USER = {"sasl_mechanism": SaslMechanism.SCRAM_SHA_512, "username": "u", "password": "hunter2"}


def test_the_security_protocol_must_be_said() -> None:
    with pytest.raises(TypeError, match="security_protocol"):
        KafkaSettings(bootstrap_servers=("127.0.0.1:9092",))


@pytest.mark.parametrize(
    ("protocol", "more", "expected"),
    [
        (SecurityProtocol.SASL_SSL, {}, "needs sasl_mechanism, username and password"),
        (SecurityProtocol.SASL_PLAINTEXT, {**USER, "password": ""}, "needs sasl_mechanism"),
        (SecurityProtocol.PLAINTEXT, USER, "PLAINTEXT uses none"),
        (SecurityProtocol.SSL, {"username": "u"}, "SSL uses none"),
        (SecurityProtocol.PLAINTEXT, {"ssl_cafile": "ca.pem"}, "ssl_ settings"),
        (SecurityProtocol.SSL, {"ssl_keyfile": "key.pem"}, "ssl_certfile"),
        (SecurityProtocol.PLAINTEXT, {"request_timeout": 30.0}, "less than transaction_timeout"),
        (SecurityProtocol.PLAINTEXT, {"poll_interval": 5.0}, "at most poll_interval"),
    ],
)
def test_contradictions_are_wrong_use(protocol: SecurityProtocol, more: dict, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        settings(protocol, **more)


def test_no_broker_at_all_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="bootstrap_servers is empty"):
        KafkaSettings(bootstrap_servers=(), security_protocol=SecurityProtocol.PLAINTEXT)


@pytest.mark.parametrize(
    ("protocol", "more", "count"),
    [
        (SecurityProtocol.PLAINTEXT, {}, 1),
        (SecurityProtocol.PLAINTEXT, {"servers": "127.0.0.1:9092,[::1]:9092,localhost:9092"}, 0),
        (SecurityProtocol.PLAINTEXT, {"servers": "127.0.0.1:9092,10.0.0.1:9092"}, 1),
        (SecurityProtocol.SASL_PLAINTEXT, USER, 1),
        (SecurityProtocol.SASL_PLAINTEXT, {**USER, "sasl_mechanism": SaslMechanism.PLAIN}, 2),
        (SecurityProtocol.SASL_SSL, USER, 0),
        (SecurityProtocol.SSL, {"ssl_check_hostname": False}, 1),
    ],
)
def test_what_is_left_open_is_said(protocol: SecurityProtocol, more: dict, count: int) -> None:
    assert len(settings(protocol, **more).insecurities()) == count


def test_no_password_is_ever_printed() -> None:
    shown = repr(
        settings(
            SecurityProtocol.SASL_SSL,
            **USER,
            ssl_certfile="c",
            ssl_keyfile="k",
            ssl_keyfile_password="hunter3",
        )
    )
    assert "hunter" not in shown


def test_neither_settings_nor_topics_nor_the_embedded_bus_load_the_kafka_library() -> None:
    program = (
        "import sys, worker.bus.kafka, worker.bus.kafka_settings, worker.bus.kafka_topics\n"
        "import worker.bus.embedded\n"
        "sys.exit('kafka' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


@pytest.mark.parametrize("server", ["kafka", "kafka:", ":9092", "kafka:port", "kafka:9092/"])
def test_an_address_that_is_none_is_wrong_use(server: str) -> None:
    with pytest.raises(UsageError, match="is not host:port"):
        probe(settings(SecurityProtocol.PLAINTEXT, server), None)
