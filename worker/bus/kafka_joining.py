"""Mends for kafka-python 3.0.12: what a member began between two polls is brought to its end.

The library joins its group in the background, from poll to poll. When the join finishes after one poll gave
up waiting and before the next begins, the next throws its result away and joins anew; with cooperative
assignors that makes the whole group rebalance, and members that work between short polls can go on so
for ever (seen: a rebalance every second). Here a finished join is handed to the poll that asks next.

And a leader that joins because its topics changed notes the change while it joins, after which nothing asks
for a join any more: if the poll had given up by then, the member stays outside its group, without partitions
and without a heartbeat (seen: at every second start of a first member). Here a join under way is a reason
to join, as in the Java client (`AbstractCoordinator.rejoinNeededOrPending`).
"""

from __future__ import annotations

from typing import Any


def see_joins_through(consumer: Any) -> None:
    """Mend this KafkaConsumer of a group. Does nothing to a version that has no such parts."""
    from kafka.errors import KafkaError, KafkaTimeoutError

    coordinator = consumer._coordinator  # noqa: SLF001 - the library has no other place for it
    if not (hasattr(coordinator, "_join_task") and hasattr(coordinator, "rejoining")):
        return
    join = coordinator.join_group_async

    def told(error: BaseException | None) -> bool:
        # A timeout would look like one of the wait for it; an error that is not Kafka's the library does not
        # expect here and would not put away. Those joins are tried anew, as ever.
        return error is None or (isinstance(error, KafkaError) and not isinstance(error, KafkaTimeoutError))

    async def joined(timeout_ms: float | None = None) -> Any:
        done = coordinator._join_task  # noqa: SLF001
        if done is not None and done.is_done and told(done.exception):

            async def result() -> Any:
                if done.exception is not None:
                    raise done.exception
                return done.value

            # A task that is not done yet is waited for, not replaced.
            coordinator._join_task = coordinator._manager.call_soon(result)  # noqa: SLF001
        return await join(timeout_ms=timeout_ms)

    coordinator.join_group_async = joined
    needed = coordinator.need_rejoin
    coordinator.need_rejoin = lambda: coordinator.rejoining or needed()
