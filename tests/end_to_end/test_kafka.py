"""`tocsin run` on a real Kafka: a plain producer in, a plain read_committed consumer out."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.end_to_end.worker_process import RUNG, article, run, served, started
from tests.kafka_broker import KafkaBroker
from tests.schemas.validate import alert_errors, dead_letter_errors

TOPICS = ("tocsin.articles", "tocsin.alerts", "tocsin.deadletters")


@pytest.fixture
def environment(kafka_broker: KafkaBroker) -> dict[str, str]:
    return {
        "TOCSIN_BUS__KIND": "kafka",
        "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers,
        "TOCSIN_SINKS__STDOUT": "false",
    }


def messages() -> list[tuple[bytes | None, bytes, list[tuple[str, bytes]]]]:
    """(key, value, headers) as producers that know nothing of Tocsin write them."""
    structured = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/newsroom",
        "type": "article",
        "data": article(2),
    }
    binary = [
        ("ce_id", b"e-2"),
        ("ce_source", b"/newsroom"),
        ("ce_type", b"article"),
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/json"),
    ]
    return [
        (None, json.dumps(article(0)).encode(), []),
        (None, json.dumps(article(1)).encode(), []),
        (
            None,
            json.dumps(structured).encode(),
            [("content-type", b"application/cloudevents+json; charset=utf-8")],
        ),
        (b"a-4", json.dumps(article(4)).encode(), binary),
        (b"k", b"\xff\xfe", []),
        (None, b"{not json", [("trace", b"1")]),
        (None, b"[" * 100_000, []),
        (b"k", b'{"id": "x", "title": 5}', []),
        (b"k", b'{"id": "x"}', []),
    ]


def read(servers: str, topic: str, count: int) -> list[Any]:
    """The first `count` committed records of a topic, by a plain consumer."""
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=60_000,
    )
    try:
        return [record for _, record in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def test_articles_on_kafka_become_committed_alerts_and_dead_letters(
    tmp_path: Path, kafka_broker: KafkaBroker, environment: dict[str, str]
) -> None:
    servers = kafka_broker.bootstrap_servers
    assert run(tmp_path, "topics", "--create", **environment).returncode == 0
    producer = KafkaProducer(bootstrap_servers=servers)
    for key, value, headers in messages():
        producer.send("tocsin.articles", key=key, value=value, headers=headers).get(timeout=30)
    producer.close()

    with started(tmp_path, "run", **environment) as process:
        address = served(process)
        letters = read(servers, "tocsin.deadletters", 5)
        rung = read(servers, "tocsin.alerts", 3 * len(RUNG))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, address

    alerts = [json.loads(record.value) for record in rung]
    found = sorted((alert["watch"]["id"], alert["article"]["id"]) for alert in alerts)
    assert found == [(watch, article_id) for watch in RUNG for article_id in ("a-0", "a-2", "a-4")]
    for record in rung:
        assert not alert_errors(record.value)
        assert record.key.decode() == json.loads(record.value)["id"]
    originals = {value: headers for _, value, headers in messages()}
    reasons = set()
    for record in letters:
        headers = dict(record.headers)
        assert not dead_letter_errors(record)
        assert record.value in originals
        assert set(originals[record.value]) <= set(record.headers)
        assert headers["tocsin.topic"] == b"tocsin.articles"
        assert headers["tocsin.error"]
        reasons.add(headers["tocsin.reason"].decode())
    assert reasons == {"not_utf8", "not_json", "too_deep", "wrong_shape", "no_content"}


def test_topics_says_what_is_missing_and_then_that_all_is_there(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    run(tmp_path, "topics", "--create", **environment)

    told = run(tmp_path, "topics", **environment)

    assert told.returncode == 0, told.stdout + told.stderr
    for topic in TOPICS:
        assert f"{topic}: ok" in told.stdout
