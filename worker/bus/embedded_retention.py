"""Old records leave the embedded log: by age or size, never past what a group has yet to read.

A removal is bounded in rows, so that it never holds the write lock for long; it goes on next time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from worker.bus.topics import DAY_SECONDS, TopicSpec

ROWS_A_TIME = 2_000
"""A deletion of 2,000 records takes some 20 ms, which a writer waiting for the lock does not notice."""

SEEN_KEY_SECONDS = 400 * DAY_SECONDS
"""How long keys are remembered. A feed that shows an old item again does so within a year at most;
a remembered key costs about 100 bytes, so a year of 10,000 articles a day is 400 MB at worst."""


def remove_old(connection: sqlite3.Connection, specs: Sequence[TopicSpec], now: float) -> int:
    """Remove what the specs let go, at most ROWS_A_TIME of a partition; returns how many records went.

    Inside a write transaction. A group that joined a topic and never came back holds its records.
    """
    removed = 0
    for spec in specs:
        for partition, first in _partitions(connection, spec.name):
            removed += _remove(
                connection, partition, _removable_before(connection, spec, partition, first, now)
            )
    connection.execute(
        "DELETE FROM seen_key WHERE (group_name, key) IN "
        "(SELECT group_name, key FROM seen_key WHERE at < ? LIMIT ?)",
        (now - SEEN_KEY_SECONDS, ROWS_A_TIME),
    )
    return removed


def _partitions(connection: sqlite3.Connection, topic: str) -> list[tuple[int, int]]:
    rows = connection.execute(
        "SELECT p.id, p.first_offset FROM topic_partition p JOIN topic t ON t.id = p.topic_id "
        "WHERE t.name = ?",
        (topic,),
    )
    return rows.fetchall()


def _removable_before(
    connection: sqlite3.Connection, spec: TopicSpec, partition: int, first: int, now: float
) -> int:
    """The offset below which the partition's records may go, looking ROWS_A_TIME records ahead."""
    (unread,) = connection.execute(
        'SELECT min("offset") FROM group_offset WHERE partition_id = ?', (partition,)
    ).fetchone()
    excess = _excess_bytes(connection, spec, partition)
    before = first
    rows = connection.execute(
        "SELECT \"offset\", at, length(coalesce(key, x'')) + length(coalesce(value, x'')) FROM record "
        'WHERE partition_id = ? ORDER BY "offset" LIMIT ?',
        (partition, ROWS_A_TIME),
    )
    for offset, at, size in rows:
        kept_for_reader = unread is not None and offset >= unread
        if kept_for_reader or (at >= now - spec.retention_seconds and excess <= 0):
            break
        before, excess = offset + 1, excess - size
    return before


def _excess_bytes(connection: sqlite3.Connection, spec: TopicSpec, partition: int) -> int:
    if spec.retention_bytes is None:
        return 0
    (size,) = connection.execute(
        "SELECT coalesce(sum(length(coalesce(key, x'')) + length(coalesce(value, x''))), 0) "
        "FROM record WHERE partition_id = ?",
        (partition,),
    ).fetchone()
    return int(size) - spec.retention_bytes


def _remove(connection: sqlite3.Connection, partition: int, before: int) -> int:
    removed = connection.execute(
        'DELETE FROM record WHERE partition_id = ? AND "offset" < ?', (partition, before)
    ).rowcount
    if removed:
        connection.execute(
            "UPDATE topic_partition SET first_offset = max(first_offset, ?) WHERE id = ?", (before, partition)
        )
    return removed
