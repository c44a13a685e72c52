"""The statements of the embedded log: topics, records, offsets, remembered keys and source state.

Each function is one thought over an open connection; who calls decides where a transaction begins
and ends. Offsets of a partition start at 0 and never go back, also when old records are removed.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from worker.types import Message, Record


class PartitionRow(msgspec.Struct, frozen=True):
    """One partition and its place in the file."""

    id: int
    topic: str
    number: int


_headers_encoder = msgspec.msgpack.Encoder()
_headers_decoder = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])


def create_topic(connection: sqlite3.Connection, name: str, partitions: int, now: float) -> bool:
    """Make a topic unless there is one of that name; True if it was made. Inside a transaction."""
    made = connection.execute(
        "INSERT OR IGNORE INTO topic (name, created) VALUES (?, ?)", (name, now)
    ).rowcount
    if made:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
            "INSERT INTO topic_partition (topic_id, number) "
            "SELECT (SELECT id FROM topic WHERE name = ?), i FROM n",
            (partitions, name),
        )
    return bool(made)


def partitions_of(connection: sqlite3.Connection, topic: str) -> list[PartitionRow]:
    """The topic's partitions in order; none if there is no such topic."""
    rows = connection.execute(
        "SELECT p.id, t.name, p.number FROM topic_partition p JOIN topic t ON t.id = p.topic_id "
        "WHERE t.name = ? ORDER BY p.number",
        (topic,),
    )
    return [PartitionRow(*row) for row in rows]


def partition_for(key: bytes, count: int) -> int:
    """Which of `count` partitions a key belongs to, always the same one: CRC-32, as zlib has it."""
    return zlib.crc32(key) % count


def append(
    connection: sqlite3.Connection, messages: Mapping[PartitionRow, Sequence[Message]], now: float
) -> None:
    """Write the messages at the end of their partitions, in order. Inside a write transaction."""
    for partition, batch in messages.items():
        (start,) = connection.execute(
            "SELECT next_offset FROM topic_partition WHERE id = ?", (partition.id,)
        ).fetchone()
        connection.executemany(
            'INSERT INTO record (partition_id, "offset", key, value, headers, at) VALUES (?, ?, ?, ?, ?, ?)',
            (
                (partition.id, start + i, message.key, message.value, _packed(message.headers), now)
                for i, message in enumerate(batch)
            ),
        )
        connection.execute(
            "UPDATE topic_partition SET next_offset = ? WHERE id = ?", (start + len(batch), partition.id)
        )


READ_BYTES = 16 << 20
"""About how much one read takes into memory: a thousand articles as they are, two of the largest."""


def read(connection: sqlite3.Connection, partition: PartitionRow, offset: int, limit: int) -> list[Record]:
    """Up to `limit` records of the partition from `offset` on; fewer if they are large, but at least one."""
    rows = connection.execute(
        'SELECT "offset", key, value, headers, at FROM record WHERE partition_id = ? AND "offset" >= ? '
        'ORDER BY "offset" LIMIT ?',
        (partition.id, offset, limit),
    )
    found: list[Record] = []
    size = 0
    for place, key, value, headers, at in rows:
        found.append(Record(partition.topic, partition.number, place, key, value, _unpacked(headers), at))
        size += len(value or b"")
        if size >= READ_BYTES:
            break
    return found


def extent(connection: sqlite3.Connection, partition: PartitionRow) -> tuple[int, int]:
    """The partition's oldest offset and the one its next record will have."""
    first, after = connection.execute(
        "SELECT first_offset, next_offset FROM topic_partition WHERE id = ?", (partition.id,)
    ).fetchone()
    return int(first), int(after)


def join_group(connection: sqlite3.Connection, group: str, partitions: Iterable[PartitionRow]) -> None:
    """Give the group an offset in each partition: the oldest record there, unless it has one."""
    connection.executemany(
        'INSERT OR IGNORE INTO group_offset (group_name, partition_id, "offset") '
        "SELECT ?, id, first_offset FROM topic_partition WHERE id = ?",
        ((group, partition.id) for partition in partitions),
    )


def committed(connection: sqlite3.Connection, group: str) -> dict[int, int]:
    """The group's offset in each partition it has joined, by the partition's id."""
    rows = connection.execute(
        'SELECT partition_id, "offset" FROM group_offset WHERE group_name = ?', (group,)
    )
    return dict(rows.fetchall())


def move_offset(
    connection: sqlite3.Connection, group: str, partition: PartitionRow, old: int, new: int
) -> bool:
    """Compare and set: move the group's offset if it still is `old`; False if somebody moved it."""
    moved = connection.execute(
        'UPDATE group_offset SET "offset" = ? WHERE group_name = ? AND partition_id = ? AND "offset" = ?',
        (new, group, partition.id, old),
    )
    return moved.rowcount == 1


def lag(connection: sqlite3.Connection, group: str) -> dict[tuple[str, int], int]:
    """For each partition the group has joined: records it has not committed."""
    rows = connection.execute(
        'SELECT t.name, p.number, p.next_offset - g."offset" FROM group_offset g '
        "JOIN topic_partition p ON p.id = g.partition_id JOIN topic t ON t.id = p.topic_id "
        "WHERE g.group_name = ?",
        (group,),
    )
    return {(topic, number): behind for topic, number, behind in rows}


def has_seen(connection: sqlite3.Connection, group: str, key: str) -> bool:
    """Whether the group remembers the key."""
    row = connection.execute(
        "SELECT 1 FROM seen_key WHERE group_name = ? AND key = ?", (group, key)
    ).fetchone()
    return row is not None


def remember(connection: sqlite3.Connection, group: str, keys: Iterable[str], now: float) -> bool:
    """Remember new keys; False if one was not new after all, as when another member was faster."""
    try:
        connection.executemany(
            "INSERT INTO seen_key (group_name, key, at) VALUES (?, ?, ?)", ((group, key, now) for key in keys)
        )
    except sqlite3.IntegrityError:
        return False
    return True


def source_state(connection: sqlite3.Connection, key: str) -> str | None:
    """What a source remembered under the key."""
    row = connection.execute("SELECT value FROM source_state WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_source_state(connection: sqlite3.Connection, state: Mapping[str, str], now: float) -> None:
    """Remember the state of sources, key by key. Inside a write transaction."""
    connection.executemany(
        "INSERT INTO source_state (key, value, at) VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at",
        ((key, value, now) for key, value in state.items()),
    )


def _packed(headers: tuple[tuple[str, bytes], ...]) -> bytes | None:
    return _headers_encoder.encode(headers) if headers else None


def _unpacked(blob: bytes | None) -> tuple[tuple[str, bytes], ...]:
    return _headers_decoder.decode(blob) if blob else ()
