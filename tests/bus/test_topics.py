"""The catalogue of topics, and what a bus says of them."""

from __future__ import annotations

import pytest

from tests.bus.worlds import KafkaWorld, spec
from worker.bus.admission import HEADROOM_BYTES, admit
from worker.bus.kafka_topics import KafkaTopics
from worker.bus.topics import (
    ALERTS,
    ARTICLES,
    CATALOGUE,
    DEAD_LETTERS,
    FEEDS,
    LARGEST_MESSAGE_BYTES,
    TopicStatus,
    report,
    spec_of,
    with_names,
)
from worker.types import Message


def test_whatever_fits_the_articles_fits_the_dead_letters_with_its_headers() -> None:
    articles, letters = spec_of(ARTICLES), spec_of(DEAD_LETTERS)
    assert articles is not None
    assert letters is not None
    assert letters.largest_message >= articles.largest_message + HEADROOM_BYTES
    admit(Message(DEAD_LETTERS, None, bytes(LARGEST_MESSAGE_BYTES), (("tocsin.error", bytes(10_000)),)))


def test_dead_letters_outlive_alerts_and_alerts_outlive_articles() -> None:
    kept = {each.name: each.retention_seconds for each in CATALOGUE}
    assert kept[ARTICLES] < kept[ALERTS] < kept[DEAD_LETTERS]


def test_names_change_and_shapes_stay() -> None:
    renamed = with_names({ARTICLES: "news.in"})
    assert [each.name for each in renamed] == ["news.in", ALERTS, DEAD_LETTERS, FEEDS]
    assert [each.config() for each in renamed] == [each.config() for each in CATALOGUE]
    assert spec_of("news.in") is None


@pytest.mark.parametrize(
    ("found", "differences"),
    [
        ({"partitions": "4", "replication": "3", "retention.ms": "86400000"}, {}),
        ({"partitions": "12", "replication": "5", "retention.ms": "86400000"}, {}),
        (
            {"partitions": "3", "replication": "1", "retention.ms": "1"},
            {"partitions": ("4", "3"), "replication": ("3", "1"), "retention.ms": ("86400000", "1")},
        ),
        ({"partitions": "4", "replication": "3"}, {"retention.ms": ("86400000", "unset")}),
    ],
    ids=["as wanted", "more than wanted", "less", "unset"],
)
def test_a_report_says_what_differs(found: dict[str, str], differences: dict) -> None:
    wanted = {"partitions": "4", "replication": "3", "retention.ms": "86400000"}
    told = report(spec("articles", 4), found, wanted)
    assert told.differences == differences
    assert told.status is (TopicStatus.DIFFERS if differences else TopicStatus.OK)


def test_kafka_topics_are_made_once_with_all_they_ask_for(kafka_world: KafkaWorld) -> None:
    specs = with_names({each.name: f"{each.name}-{kafka_world.mark}" for each in CATALOGUE})
    topics = KafkaTopics(kafka_world.settings())
    try:
        assert [each.status for each in topics.describe(specs)] == [TopicStatus.MISSING] * len(CATALOGUE)
        assert topics.create(specs) == [each.name for each in specs]
        assert topics.create(specs) == []
        assert [(each.status, each.differences) for each in topics.describe(specs)] == [
            (TopicStatus.OK, {})
        ] * len(CATALOGUE)
        (told,) = topics.describe([spec(specs[0].name, 24, cleanup="compact")])
    finally:
        topics.close()
    assert told.status is TopicStatus.DIFFERS
    assert told.differences["partitions"] == ("24", "12")
    assert told.differences["cleanup.policy"] == ("compact", "delete")
