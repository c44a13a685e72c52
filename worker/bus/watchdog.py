"""Bounds for calls that know none: leave behind what can be left, end the process for what cannot.

kafka-python waits without a timeout in commit, abort and send_offsets; `call_within` leaves such a
wait to a thread of its own. Should the main thread itself be caught in a call that promised to
return, the `Watchdog` ends the process: a worker that hangs holds its partitions and looks alive.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

log = logging.getLogger(__name__)

EXIT_HUNG = 70
"""The exit code of a worker that ended itself because it hung (sysexits' EX_SOFTWARE)."""

OnHang = Callable[[str], None]
"""Called in the watchdog's thread with what hung."""

Result = TypeVar("Result")


def call_within(seconds: float, call: Callable[[], Result]) -> Result:
    """What `call` returns or raises, or TimeoutError after `seconds`.

    A call that does not come back keeps its thread, which does not hold up the end of the process.
    """
    answer: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            answer.put((None, error))

    threading.Thread(target=run, name="tocsin-bounded-call", daemon=True).start()
    try:
        result, error = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # without an error there is a result


def exit_hung(what: str) -> None:
    """End the process at once with EXIT_HUNG; the transaction it was in aborts by itself."""
    log.critical("%s did not return; ending the process so that another can take over", what)
    os._exit(EXIT_HUNG)


class Watchdog:
    """Calls `on_hang` when something it guards takes too long. Guards of one instance do not overlap."""

    def __init__(self, on_hang: OnHang = exit_hung) -> None:
        self._on_hang = on_hang
        self._changed = threading.Condition()
        self._guarded: tuple[str, float] | None = None
        self._closed = False
        threading.Thread(target=self._watch, name="tocsin-watchdog", daemon=True).start()

    @contextmanager
    def over(self, what: str, seconds: float) -> Iterator[None]:
        """Guard the block: unless it ends within `seconds`, `on_hang(what)` is called once."""
        self._set((what, time.monotonic() + seconds))
        try:
            yield
        finally:
            self._set(None)

    def close(self) -> None:
        """End the watching thread. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _set(self, guarded: tuple[str, float] | None) -> None:
        # No notification: the thread looks once a second, which spares a switch of threads a batch.
        with self._changed:
            self._guarded = guarded

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                self._changed.wait(1.0)
                if self._guarded is not None and time.monotonic() > self._guarded[1]:
                    what, self._guarded = self._guarded[0], None
                    self._on_hang(what)
