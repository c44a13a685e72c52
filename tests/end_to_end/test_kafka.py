"""`tocsin run` on a real Kafka: a plain producer in, a plain read_committed consumer out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
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


def test_several_processes_share_the_work_are_restarted_and_stop_together(
    tmp_path: Path, environment: dict[str, str], kafka_broker: KafkaBroker
) -> None:
    run(tmp_path, "topics", "--create", **environment)
    group = {"TOCSIN_BUS__KAFKA__GROUP": "several", "TOCSIN_BUS__KAFKA__SESSION_TIMEOUT": "6"}
    with started(tmp_path, "run", "--processes", "2", **environment, **group) as process:
        said = said_by(process)
        first = until_said(said, "worker started", 2)
        assert {each["worker"] for each in first} == {0, 1}
        addresses = {each["address"] for each in until_said(said, "serving", 2)}
        assert len(addresses) == 2
        victim = first[0]
        os.kill(victim["process"], signal.SIGKILL)
        (died,) = until_said(said, "worker died", 1)
        assert (died["worker"], died["code"]) == (victim["worker"], -signal.SIGKILL)
        (again,) = until_said(said, "worker started", 1)
        assert again["worker"] == victim["worker"]
        until_said(said, "serving", 1)
        process.send_signal(signal.SIGTERM)
        until_said(said, "stopped", 2)
        assert process.wait(timeout=60) == 0


def test_the_embedded_bus_is_for_one_process(tmp_path: Path) -> None:
    done = run(tmp_path, "run", "--processes", "2", "--folder", ".")
    assert done.returncode == 2
    assert "for one process" in done.stderr


def test_dead_letters_on_kafka_are_put_back_once(
    tmp_path: Path, environment: dict[str, str], kafka_broker: KafkaBroker
) -> None:
    run(tmp_path, "topics", "--create", **environment)
    producer = KafkaProducer(bootstrap_servers=kafka_broker.bootstrap_servers)
    headers = [
        ("tocsin.topic", b"tocsin.articles"),
        ("tocsin.partition", b"0"),
        ("tocsin.offset", b"0"),
        ("tocsin.reason", b"not_a_feed"),
        ("tocsin.error", b"a letter of this test"),
        ("tocsin.at", b"2026-11-20T10:00:00Z"),
    ]
    sent = producer.send("tocsin.deadletters", key=b"k", value=b"{again", headers=headers).get(timeout=30)
    producer.close()
    chosen = ("--reason", "not_a_feed", "--partition", str(sent.partition), "--offset", str(sent.offset))

    dry = run(tmp_path, "replay", *chosen, **environment)
    first = run(tmp_path, "replay", *chosen, "--yes", **environment)
    second = run(tmp_path, "replay", *chosen, "--yes", **environment)
    told = run(tmp_path, "deadletters", *chosen, **environment)

    assert dry.stdout.startswith("1 letter would be put back (1 not_a_feed)."), dry.stderr
    assert first.stdout.startswith("1 letter put back (1 not_a_feed)."), first.stderr
    assert second.stdout.splitlines() == ["0 letters put back.", "1 passed over: put back before."]
    assert [json.loads(line)["replayed"] for line in told.stdout.splitlines()] == [True]


def said_by(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """What the workers log, as it comes."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("{"):
            yield json.loads(line)


def until_said(said: Iterator[dict[str, Any]], event: str, count: int) -> list[dict[str, Any]]:
    """The next so many lines of an event; lines of others are passed over."""
    found = [each for _, each in zip(range(count), (e for e in said if e["event"] == event), strict=False)]
    assert len(found) == count
    return found
