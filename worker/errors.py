"""The failures Tocsin knows. Two words matter in the worker: bad input and outage.

`BadInput` is the data's fault: it becomes a dead letter and the stream goes on. `Outage` is the
world's fault: nothing is committed, and the worker retries or stops. Everything a person caused
at the keyboard is a `UsageError`.
"""

from __future__ import annotations

from worker.types import DeadReason


class TocsinError(Exception):
    """Anything Tocsin raises on purpose; its text is a sentence a person can act on."""


class UsageError(TocsinError):
    """Wrong use or wrong configuration; the command ends with exit code 2."""


class BadInput(TocsinError):
    """Bytes that cannot become an article; `reason` is what the dead letter will say."""

    def __init__(self, reason: DeadReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Outage(TocsinError):
    """The bus, a disk or a sink does not answer; nothing was committed."""


class Fenced(Outage):
    """Another member owns what we were about to commit; our unit of work wrote nothing."""
