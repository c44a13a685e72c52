"""Calls without a timeout get one; a main thread that hangs is reported."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from worker.bus.watchdog import EXIT_HUNG, Watchdog, call_within


def test_a_call_in_time_gives_its_result() -> None:
    assert call_within(10.0, lambda: 42) == 42


def test_a_call_that_raises_raises_here() -> None:
    with pytest.raises(ZeroDivisionError):
        call_within(10.0, lambda: 1 // 0)


def test_a_call_that_does_not_return_is_left_behind() -> None:
    for_ever = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.1 s"):
        call_within(0.1, for_ever.wait)
    for_ever.set()


def test_a_block_that_takes_too_long_is_reported_once() -> None:
    hung: list[str] = []
    reported = threading.Event()

    def on_hang(what: str) -> None:
        hung.append(what)
        reported.set()

    watchdog = Watchdog(on_hang)
    with watchdog.over("testing", 0.1):
        assert reported.wait(10.0)
    watchdog.close()
    assert hung == ["testing"]


def test_a_block_that_ends_in_time_is_not_reported() -> None:
    hung: list[str] = []
    watchdog = Watchdog(hung.append)
    for _ in range(100):
        with watchdog.over("testing", 5.0):
            pass
    watchdog.close()
    assert hung == []


def test_an_error_in_the_block_ends_the_guard() -> None:
    hung: list[str] = []
    watchdog = Watchdog(hung.append)
    with pytest.raises(ZeroDivisionError), watchdog.over("testing", 0.1):
        raise ZeroDivisionError
    deadline = time.monotonic() + 1.5  # longer than the watchdog's own second
    threading.Event().wait(deadline - time.monotonic())
    assert hung == []
    watchdog.close()


def test_by_default_the_process_ends_with_its_own_exit_code() -> None:
    program = (
        "import threading; from worker.bus.watchdog import Watchdog\n"
        "with Watchdog().over('waiting for ever', 0.1): threading.Event().wait()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.returncode == EXIT_HUNG
    assert "waiting for ever did not return" in done.stderr
