"""Messages go to the partition where every other client of Kafka sends their key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import DefaultPartitioner
from kafka.partitioner.default import murmur2 as plain_murmur2

from worker.bus.kafka_partitioner import KeyPartitioner, murmur2


class Cluster:
    """What a partitioner asks of kafka-python's metadata."""

    def __init__(self, *partitions: int) -> None:
        self.partitions = set(partitions)

    def topics(self) -> set[str]:
        return {"alerts"}

    def partitions_for_topic(self, topic: str) -> set[int]:
        return self.partitions

    def available_partitions_for_topic(self, topic: str) -> set[int]:
        return self.partitions


@given(key=st.binary(max_size=70))
def test_the_hash_is_that_of_the_library(key: bytes):
    assert murmur2(key) == plain_murmur2(key)


@pytest.mark.parametrize(
    ("key", "hashed"),
    # Of Kafka's own test, `UtilsTest.testMurmur2`.
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_hash_is_that_of_the_java_client(key: bytes, hashed: int):
    assert murmur2(key) == hashed & 0xFFFF_FFFF


@given(key=st.binary(max_size=40), partitions=st.sampled_from([(0,), (0, 1, 2), tuple(range(12)), (0, 2, 5)]))
def test_a_key_goes_where_the_library_sends_it(key: bytes, partitions: tuple[int, ...]):
    asked = ("alerts", None, key, None, b"", Cluster(*partitions))
    assert KeyPartitioner().partition(*asked) == DefaultPartitioner().partition(*asked)


def test_a_message_without_a_key_goes_to_some_partition():
    assert KeyPartitioner().partition("alerts", None, None, None, b"", Cluster(0, 1, 2)) in {0, 1, 2}
