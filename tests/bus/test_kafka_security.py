"""Connections to a real broker with user names, passwords and certificates."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bus.worlds import KafkaWorld, collect, put, ring, values
from tests.kafka_broker import KafkaBroker, skip_or_explain
from worker.bus.kafka import KafkaBus
from worker.bus.kafka_settings import KafkaSettings, SaslMechanism, SecurityProtocol
from worker.errors import Outage, TocsinError, UsageError

LOGIN = "org.apache.kafka.common.security"


def keytool(*arguments: str) -> None:
    subprocess.run(["keytool", *arguments, "-storepass", "changeit"], check=True, capture_output=True)


@pytest.fixture(scope="module")
def guarded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker that also speaks SASL and TLS; its certificate is in ca.pem and is good for 127.0.0.1."""
    skip_or_explain()
    folder = tmp_path_factory.mktemp("guarded")
    store = folder / "broker.p12"
    subject = ("-dname", "CN=127.0.0.1", "-ext", "SAN=IP:127.0.0.1", "-ext", "BC=ca:true")
    keytool("-genkeypair", "-alias", "b", "-keyalg", "EC", *subject, "-keystore", str(store))
    keytool("-exportcert", "-rfc", "-alias", "b", "-keystore", str(store), "-file", str(folder / "ca.pem"))
    users = {"plain": f'{LOGIN}.plain.PlainLoginModule required user_alice="secret";'}
    scram = f"{LOGIN}.scram.ScramLoginModule required;"
    users |= {"scram-sha-256": scram, "scram-sha-512": scram}
    broker = KafkaBroker(
        folder / "kafka",
        more_listeners=("SSL", "SASL_PLAINTEXT", "SASL_SSL"),
        settings={
            "ssl.keystore.location": str(store),
            "ssl.keystore.password": "changeit",
            "ssl.keystore.type": "PKCS12",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            **{
                f"listener.name.{listener}.{mechanism}.sasl.jaas.config": login
                for listener in ("sasl_plaintext", "sasl_ssl")
                for mechanism, login in users.items()
            },
        },
        format_arguments=tuple(
            part
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for part in ("--add-scram", f"{mechanism}=[name=alice,password=secret]")
        ),
    )
    broker.start()
    yield broker
    broker.kill()


def settings(
    broker: KafkaBroker, protocol: SecurityProtocol, mechanism: SaslMechanism | None = None
) -> KafkaSettings:
    user = {"sasl_mechanism": mechanism, "username": "alice", "password": "secret"} if mechanism else {}
    tls = {"ssl_cafile": str(broker.folder.parent / "ca.pem")} if protocol.has_tls else {}
    return KafkaSettings(
        bootstrap_servers=(broker.servers(protocol.value),), security_protocol=protocol, **user, **tls
    )


WAYS = [
    (SecurityProtocol.SSL, None),
    *((SecurityProtocol.SASL_PLAINTEXT, mechanism) for mechanism in SaslMechanism),
    *((SecurityProtocol.SASL_SSL, mechanism) for mechanism in SaslMechanism),
]


@pytest.mark.parametrize(("protocol", "mechanism"), WAYS)
def test_every_way_in_reads_and_commits(
    guarded_broker: KafkaBroker, tmp_path: Path, protocol: SecurityProtocol, mechanism: SaslMechanism | None
) -> None:
    plain = KafkaWorld(guarded_broker.bootstrap_servers, tmp_path)
    source, target = plain.topic("articles"), plain.topic("alerts")
    put(plain, source, ["a"])
    bus = KafkaBus(settings(guarded_broker, protocol, mechanism), group="g")
    bus.subscribe([source])
    ring(bus, collect(bus, 1), target)
    bus.close()
    reader = plain.bus("reader")
    reader.subscribe([target])
    assert values(collect(reader, 1)) == ["alert of a"]
    plain.close()


def refusal(wrong: KafkaSettings) -> TocsinError:
    bus = KafkaBus(wrong, group="g")
    bus.subscribe(["articles"])
    with pytest.raises((UsageError, Outage)) as refused:
        bus.poll(1, 1.0)
    bus.close()
    return refused.value


@pytest.mark.parametrize("mechanism", list(SaslMechanism))
def test_a_wrong_password_is_told_as_such(guarded_broker: KafkaBroker, mechanism: SaslMechanism) -> None:
    right = settings(guarded_broker, SecurityProtocol.SASL_PLAINTEXT, mechanism)
    error = refusal(replace(right, password="guess"))
    assert "password" in str(error)
    assert "guess" not in str(error)


def test_a_certificate_nobody_vouches_for_is_not_accepted(guarded_broker: KafkaBroker) -> None:
    right = settings(guarded_broker, SecurityProtocol.SSL)
    assert "certificate" in str(refusal(replace(right, ssl_cafile=None)))


def test_a_certificate_for_another_name_is_not_accepted(guarded_broker: KafkaBroker) -> None:
    right = settings(guarded_broker, SecurityProtocol.SSL)
    port = right.bootstrap_servers[0].rsplit(":", 1)[1]
    error = refusal(replace(right, bootstrap_servers=(f"localhost:{port}",)))
    assert "certificate" in str(error)


def test_a_cafile_that_is_not_there_is_wrong_configuration(guarded_broker: KafkaBroker) -> None:
    right = settings(guarded_broker, SecurityProtocol.SSL)
    error = refusal(replace(right, ssl_cafile="/nowhere/ca.pem"))
    assert isinstance(error, UsageError)
    assert "/nowhere/ca.pem" in str(error)
