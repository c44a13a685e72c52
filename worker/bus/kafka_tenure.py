"""Which partitions this member holds, and how far each is polled and committed since it was given.

A tenure begins when a partition is assigned and ends when it is revoked or lost. Records polled in a
tenure that has ended may not be committed any more, not even if the partition came back meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from worker.errors import Fenced
from worker.ports import Partition
from worker.types import Record


@dataclass(slots=True)
class _Tenure:
    start: int | None = None  # where to go back to: one past the last committed, or the first polled
    end: int = 0  # one past the last polled


class Tenures:
    """The partitions held. The listener runs inside the consumer's poll, never beside it."""

    def __init__(self) -> None:
        self._held: dict[Partition, _Tenure] = {}

    def listener(self) -> Any:
        """A ConsumerRebalanceListener that keeps this up to date."""
        from kafka import ConsumerRebalanceListener

        held = self._held

        class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
            def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
                for partition in revoked:
                    held.pop(tuple(partition), None)

            def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
                for partition in assigned:
                    held.setdefault(tuple(partition), _Tenure())

            on_partitions_lost = on_partitions_revoked

        return Listener()

    def places(self) -> list[Partition]:
        """The partitions held now."""
        return list(self._held)

    def start(self, place: Partition) -> int | None:
        """Where an abort goes back to; None while nothing was polled."""
        return self._held[place].start

    def has_uncommitted(self, place: Partition) -> bool:
        """Whether records were polled and not committed."""
        tenure = self._held[place]
        return tenure.start is not None and tenure.end > tenure.start

    def polled(self, records: Iterable[Record]) -> None:
        """Note how far the partitions are polled."""
        for record in records:
            tenure = self._held.setdefault((record.topic, record.partition), _Tenure())
            if tenure.start is None:
                tenure.start = record.offset
            tenure.end = record.offset + 1

    def committed(self, ends: Mapping[Partition, int]) -> None:
        """Note how far the partitions are committed."""
        for place, end in ends.items():
            if place in self._held:
                self._held[place].start = end

    def rewound(self, place: Partition) -> None:
        """Note that what was polled and not committed will be polled again."""
        tenure = self._held[place]
        tenure.end = tenure.start or 0

    def refuse_lost(self, starts: Mapping[Partition, int]) -> None:
        """Raise Fenced if records from these offsets on are not ours to commit any more."""
        for (topic, number), first in starts.items():
            tenure = self._held.get((topic, number))
            if tenure is None or tenure.start is None or first < tenure.start:
                raise Fenced(f"{topic}/{number} went to another member; nothing from it was committed.")
