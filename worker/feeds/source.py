"""What every source of articles is to the thread that drives it, and what it tells the outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from worker.errors import BadInput
from worker.types import Message, PollResult


class Source(Protocol):
    """Something that brings articles to the intake. One thread drives it; nothing here sleeps."""

    name: str

    def run_once(self) -> bool:
        """Do what is due and return whether anything was done. Raises Outage when the intake does."""
        ...

    def next_due(self, now: float) -> float:
        """When to call `run_once` again, in seconds since the epoch; `inf` when the source is finished."""
        ...

    def close(self) -> None:
        """Free what is held. Idempotent."""
        ...


Notice = PollResult
"""What a source has to say to log and metrics."""

Notify = Callable[[Notice, str, int], None]
"""Told what happened, in words (which source, what, why), and how many articles it concerns."""

DeadLetter = Callable[[bytes, BadInput, str], Message]
"""Makes the dead letter of bytes that became no article; the last argument is where they came from."""


def no_notice(_notice: Notice, _words: str, _count: int) -> None:
    """Tells nobody."""
