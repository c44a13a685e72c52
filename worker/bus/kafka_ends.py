"""Where the partitions that a member reads end, asked for beside its work.

Fetches tell a partition's end only when its turn comes to be read: a member of many partitions with much
waiting would think that it has little, so their ends are asked for. Who has work does not wait for the
answer, since a fetch that waits for records holds back by half a second what is asked behind it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection
from typing import Any

from worker.ports import Partition

log = logging.getLogger(__name__)

ENDS_SECONDS = 2.0
ENDS_OF_MANY_SECONDS = 0.25
"""How often ends are asked for, and how often where a poll brought as many records as it might: more may wait
than is known. It costs a request a broker.
"""

_ENDS_MS = 1000
_ENDS_AGAIN_SECONDS = 30.0
"""How long a broker may take to tell ends, and how long one that did not is left alone: lag is no promise."""


class Ends:
    """The ends of the partitions that a KafkaConsumer reads, as they were told last."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self._known: dict[Partition, int] = {}
        self._due = 0.0
        self._due_of_many = 0.0
        self._told = threading.Event()
        self._told.set()
        self.failed = False
        """Whether the last answer did not come: those before it still stand."""

    def of(self, place: Partition) -> int | None:
        """Where a partition ended; None if it was not told."""
        return self._known.get(place)

    def ask(self, places: Collection[Partition], *, many: bool) -> bool:
        """Have the ends asked for if it is time, and whether they are; returns before they come."""
        if not self._told.is_set() or time.monotonic() < (self._due_of_many if many else self._due):
            return False
        asking = threading.Thread(target=self._ask, args=(places,), name="tocsin-ends", daemon=True)
        self._told.clear()
        try:
            asking.start()
        except RuntimeError as error:  # there is a limit of threads; lag stops nobody
            log.debug("asking for offsets: %s", error)
            self._told.set()
            return False
        return True

    def wait(self) -> None:
        """Wait for an answer that is on its way, but not for long."""
        self._told.wait(2 * _ENDS_MS / 1000)

    def _ask(self, places: Collection[Partition]) -> None:
        from kafka.structs import TopicPartition

        partitions = [TopicPartition(*place) for place in places]
        soon = late = _ENDS_AGAIN_SECONDS
        self.failed = True
        try:
            ends = self._consumer.end_offsets(partitions, timeout_ms=_ENDS_MS)
            self._known = {tuple(partition): end for partition, end in ends.items()}
            self.failed = False
            soon, late = ENDS_OF_MANY_SECONDS, ENDS_SECONDS
        except Exception as error:  # noqa: BLE001 - one closed meanwhile raises what it likes; lag stops nobody
            log.debug("asking for offsets: %s", error)
        finally:
            self._due_of_many, self._due = time.monotonic() + soon, time.monotonic() + late
            self._told.set()
