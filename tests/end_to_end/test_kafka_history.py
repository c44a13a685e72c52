"""The history on a real Kafka, by the console script: a back-test, and an alert explained by its id."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from kafka import KafkaProducer

from tests.end_to_end.worker_process import RUNG, article, run, started
from tests.kafka_broker import KafkaBroker
from worker.alert import alert_id


def lines_about(article_id: str, output: Iterable[str]) -> Iterator[str]:
    """The alerts of an article among those that a worker prints."""
    return (line for line in output if json.loads(line)["article"]["id"] == article_id)


def test_a_back_test_and_an_explanation_read_the_topics_of_a_running_group(
    tmp_path: Path, kafka_broker: KafkaBroker
) -> None:
    environment = {
        "TOCSIN_BUS__KIND": "kafka",
        "TOCSIN_BUS__KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers,
    }
    own = {**article(0), "id": "history-1", "published": "2019-05-06T10:00:00Z"}  # a day of no other test
    run(tmp_path, "topics", "--create", **environment)
    producer = KafkaProducer(bootstrap_servers=kafka_broker.bootstrap_servers)
    producer.send("tocsin.articles", key=b"history-1", value=json.dumps(own).encode()).get(timeout=30)
    producer.close()
    with started(tmp_path, "run", **environment) as process:
        assert process.stdout is not None
        rung = [line for _, line in zip(RUNG, lines_about("history-1", process.stdout), strict=False)]
        assert len(rung) == len(RUNG)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0

    tried = run(tmp_path, "backtest", "--bus", "--until", "2019-12-31", **environment)
    explained = run(tmp_path, "explain", alert_id(RUNG[1], "history-1"), "--json", **environment)

    lines = [json.loads(line) for line in tried.stdout.splitlines()]
    assert lines, tried.stderr
    assert lines[0]["outcomes"]["alerted"] == 1
    assert lines[0]["pieces"] == sum(lines[0]["outcomes"].values())
    sampled = {line["alert"]["watch"]["id"] for line in lines if line["kind"] == "sample"}
    assert sampled == set(RUNG)
    assert explained.returncode == 0, explained.stderr
    told = json.loads(explained.stdout)
    assert (told["article"], told["watch"]) == ("history-1", RUNG[1])
    assert told["explanation"]["matched"] is True
