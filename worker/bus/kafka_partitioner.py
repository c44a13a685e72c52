"""Which partition a message goes to: the one that every client of Kafka sends its key to, in less time.

kafka-python adds the hash up byte by byte, and sorts a topic's partitions for each message, which is a
quarter of what sending an alert costs.
"""

from __future__ import annotations

import struct
from typing import Any

from kafka.partitioner.default import DefaultPartitioner

_SEED, _M = 0x9747_B28C, 0x5BD1_E995
_ALL = 0xFFFF_FFFF


class KeyPartitioner(DefaultPartitioner):  # type: ignore[misc]  # kafka-python has no types
    """A message without a key goes where the library says."""

    def partition(
        self,
        topic: str,
        key: Any,
        serialized_key: bytes | None,
        value: Any,
        serialized_value: Any,
        cluster: Any,
    ) -> int:
        """The number of the partition."""
        if serialized_key is not None:
            partitions = cluster.partitions_for_topic(topic)
            if partitions and max(partitions) == len(partitions) - 1:
                return (murmur2(serialized_key) & 0x7FFF_FFFF) % len(partitions)
        chosen: int = super().partition(topic, key, serialized_key, value, serialized_value, cluster)
        return chosen


def murmur2(key: bytes) -> int:
    """MurmurHash2 of 32 bits, as Kafka's Java client seeds it (`Utils.murmur2`)."""
    words = len(key) >> 2
    value = _SEED ^ len(key)
    for word in struct.unpack_from(f"<{words}I", key):
        mixed = word * _M & _ALL
        value = (value * _M & _ALL) ^ ((mixed ^ mixed >> 24) * _M & _ALL)
    rest = key[words << 2 :]
    if rest:
        value = (value ^ int.from_bytes(rest, "little")) * _M & _ALL
    value = (value ^ value >> 13) * _M & _ALL
    return value ^ value >> 15
