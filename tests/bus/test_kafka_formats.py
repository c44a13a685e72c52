"""What producers of every kind put on a real broker, and what a worker makes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.bus.worlds import KafkaWorld, attempt, collect, committed_values, message, put
from tests.match.watches import watch
from worker import metrics
from worker.alert import alert_message, trace_of
from worker.article import Frames
from worker.bus.gathered import GatheredUnit
from worker.bus.kafka import KafkaBus
from worker.clock import ManualClock
from worker.language import Detector
from worker.match import Matcher
from worker.pipeline import Judgement, Pipeline
from worker.types import DeadReason, Message, Outcome

ARTICLE = {"id": "a-1", "title": "Pact", "text": "They signed a treaty."}
JSON = json.dumps(ARTICLE).encode()
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FRAME = b"\x00" + (7).to_bytes(4, "big")
BINARY = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"e-1"),
    ("ce_source", b"/newsroom"),
    ("ce_type", b"article"),
    ("content-type", b"application/json; charset=utf-8"),
]
STRUCTURED = {"specversion": "1.0", "id": "e-1", "source": "/newsroom", "type": "article", "data": ARTICLE}
STRUCTURED_HEADER = [("content-type", b"application/cloudevents+json")]
CODECS = ["gzip", "snappy", "lz4", "zstd"]

Headers = Sequence[tuple[str, bytes]]


def judged(
    world: KafkaWorld,
    value: bytes,
    headers: Headers = (),
    compression: str | None = None,
    frames: Frames = Frames.SKIP,
) -> Judgement:
    """What a worker makes of a message that a plain producer sent."""
    topic = world.topic("articles")
    producer = KafkaProducer(bootstrap_servers=world.bootstrap, compression_type=compression)
    # Several at once: a batch of one is often smaller uncompressed.
    sent = [producer.send(topic, key=b"k", value=value, headers=list(headers)) for _ in range(20)]
    producer.flush()
    assert [future.get(timeout=30).offset for future in sent] == list(range(20))
    producer.close()
    bus = world.bus("g")
    bus.subscribe([topic])
    records = collect(bus, 20)
    assert {record.value for record in records} == {value}
    pipeline = Pipeline(
        Detector(),
        Matcher([watch("treaty", "treaty")]),
        ManualClock(),
        metrics.create("0", "kafka"),
        "tocsin 0",
        1_000_000,
        frames=frames,
    )
    return pipeline.judge(records[-1:], GatheredUnit(lambda _: False))[0]


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (JSON, ()),
        (JSON, BINARY),
        (json.dumps(STRUCTURED).encode(), STRUCTURED_HEADER),
        (json.dumps(STRUCTURED).encode(), ()),
        (FRAME + JSON, ()),
        (FRAME + JSON, BINARY),
        (JSON, [("__value_schema_id", b"\x01" + bytes(16))]),
    ],
    ids=["plain", "binary", "structured", "unnamed", "framed", "framed-binary", "schema-id-in-a-header"],
)
def test_every_format_that_is_read_becomes_an_article(
    kafka_world: KafkaWorld, value: bytes, headers: Headers
) -> None:
    judgement = judged(kafka_world, value, headers)
    assert judgement.outcome is Outcome.ALERTED
    assert judgement.article is not None
    assert judgement.article.id == "a-1"


@pytest.mark.parametrize(
    ("value", "frames"),
    [(FRAME + JSON, Frames.REFUSE), (FRAME + b"\x02\x06avro", Frames.SKIP), (b"\x00", Frames.SKIP)],
)
def test_a_frame_that_is_refused_or_holds_no_json_is_a_dead_letter(
    kafka_world: KafkaWorld, value: bytes, frames: Frames
) -> None:
    judgement = judged(kafka_world, value, frames=frames)
    assert judgement.reason is DeadReason.SCHEMA_FRAME


@pytest.mark.parametrize("codec", CODECS)
def test_every_compression_is_read(kafka_world: KafkaWorld, codec: str) -> None:
    assert judged(kafka_world, JSON, compression=codec).outcome is Outcome.ALERTED


@pytest.mark.parametrize("codec", CODECS)
def test_every_compression_can_be_published(kafka_world: KafkaWorld, codec: str) -> None:
    target = kafka_world.topic("alerts")
    bus = KafkaBus(kafka_world.settings(compression=codec), group=kafka_world.mark)
    kafka_world.opened.append(bus)
    attempt(bus, [message(target, f"{number} " + "x" * 500) for number in range(20)])
    assert len(committed_values(kafka_world, target)) == 20


def test_a_large_compressed_batch_is_read_whole(kafka_world: KafkaWorld) -> None:
    """Zstandard's stream reader gives a megabyte at a time; a batch may unpack to more."""
    topic = kafka_world.topic("articles")
    texts = [f"{number} " + f"{number % 7}" * 300_000 for number in range(12)]
    for codec in CODECS:
        producer = KafkaProducer(
            bootstrap_servers=kafka_world.bootstrap,
            compression_type=codec,
            batch_size=8 << 20,
            linger_ms=500,
            max_request_size=16 << 20,
        )
        for text in texts:
            producer.send(topic, value=text.encode())
        producer.close()
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    found = [(record.value or b"").decode() for record in collect(bus, len(CODECS) * len(texts))]
    assert sorted(found) == sorted(texts * len(CODECS))


def test_the_trace_of_an_article_is_on_its_alert(kafka_world: KafkaWorld) -> None:
    source, target = kafka_world.topic("articles"), kafka_world.topic("alerts")
    kafka_world.intake().put(
        [Message(source, b"k", JSON, (("traceparent", TRACE), ("tracestate", b"vendor=1")))], {}
    )
    bus = kafka_world.bus("g")
    bus.subscribe([source])
    (record,) = collect(bus, 1)
    pipeline = Pipeline(
        Detector(),
        Matcher([watch("treaty", "treaty")]),
        ManualClock(),
        metrics.create("0", "kafka"),
        "tocsin 0",
        1_000_000,
    )
    (judged,) = pipeline.judge([record], GatheredUnit(lambda _: False))
    (alert,) = judged.alerts
    published = alert_message(alert, trace_of(record))
    attempt(bus, [Message(target, published.key, published.value, published.headers)], [record])
    reader = KafkaConsumer(
        target,
        bootstrap_servers=kafka_world.bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        consumer_timeout_ms=30_000,
    )
    headers = dict(next(reader).headers)
    reader.close()
    assert (headers["traceparent"], headers["tracestate"]) == (TRACE, b"vendor=1")


def test_bytes_that_are_not_text_reach_the_worker_as_they_are(kafka_world: KafkaWorld) -> None:
    """No deserialiser of the client stands between: a bad record is a dead letter and not a stop."""
    topic = kafka_world.topic("articles")
    kafka_world.intake().put([Message(topic, b"\xff", b"\xfe\x00", (("h", b"\xfd"),))], {})
    put(kafka_world, topic, ["next"])
    bus = kafka_world.bus("g")
    bus.subscribe([topic])
    first, second = collect(bus, 2)
    assert (first.key, first.value, first.headers) == (b"\xff", b"\xfe\x00", (("h", b"\xfd"),))
    assert second.value == b"next"
