"""One structured line an outcome that matters, on standard error: JSON, or columns on a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Hashable
from typing import Any, Final, Literal

import structlog

from worker.clock import Clock, SystemClock
from worker.secrets import veiled

Form = Literal["auto", "json", "console"]
"""How lines are written."""

REPEAT_SECONDS: Final = 60.0
"""The same warning is told once in so many seconds."""

MOST_WARNINGS: Final = 1000
"""So many different warnings are known apart; beyond them the oldest is forgotten, and told again."""

PLACES: Final = frozenset({"topic", "partition", "offset", "article", "alert", "trace", "timestamp"})
"""What differs between two tellings of the same warning."""


_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line ends, and what turns the direction of writing."""


class Repeats:
    """Lets a warning through once a minute, and says with it how many like it were kept back since."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[Hashable, float] = {}
        self._kept: dict[Hashable, int] = {}

    def kept_back(self, warning: Hashable) -> int | None:
        """How many were kept back since this warning was last told; None when it is to be kept back too."""
        now, last = self._clock.monotonic(), self._told.pop(warning, None)
        if last is not None and now - last < REPEAT_SECONDS:
            self._told[warning] = last
            self._kept[warning] = self._kept.get(warning, 0) + 1
            return None
        self._told[warning] = now
        if len(self._told) > MOST_WARNINGS:
            oldest = next(iter(self._told))
            del self._told[oldest]
            self._kept.pop(oldest, None)
        return self._kept.pop(warning, 0)

    def __call__(
        self, _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        """Structlog's processor: drops a repeated warning or error, adds `repeats` to one that had some."""
        if event["level"] not in ("warning", "error"):
            return event
        same = frozenset((key, str(value)) for key, value in event.items() if key not in PLACES)
        kept = self.kept_back(same)
        if kept is None:
            raise structlog.DropEvent
        return {**event, "repeats": kept} if kept else event

    def filter(self, record: logging.LogRecord) -> bool:
        """The same for the standard library's logging, by the message without its arguments."""
        return self.kept_back((record.name, str(record.msg))) is not None


def veil(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Structlog's processor: hides what is secret in the addresses of a line, whoever wrote it."""
    return {key: veiled(value) if isinstance(value, str) else value for key, value in event.items()}


def tame(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Structlog's processor for a console: what could begin a line or steer a terminal is written out."""
    return {
        key: _STEERING.sub(_written, value) if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _tame_json(line: object, **options: Any) -> str:
    """The same for JSON, by its own escapes."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(line, **options))


def configure(*, verbose: bool = False, form: Form = "auto") -> None:
    """Set up structlog and the standard library's logging for this process.

    form: `auto` is for people on a terminal and JSON elsewhere; a console without one has no colours.
    """
    level = logging.DEBUG if verbose else logging.INFO
    terminal = sys.stderr.isatty()
    console = form == "console" or (form == "auto" and terminal)
    shown = (
        structlog.dev.ConsoleRenderer(colors=terminal)
        if console
        else structlog.processors.JSONRenderer(_tame_json, ensure_ascii=False)
    )
    stamped: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        veil,
        *([tame] if console else []),
    ]
    clock = SystemClock()
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, Repeats(clock), *stamped[1:], shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    # kafka-python logs an error at every reconnect; the worker says itself when the bus is away.
    handler.addFilter(lambda record: not record.name.startswith("kafka") or record.levelno > logging.ERROR)
    handler.addFilter(Repeats(clock).filter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger of structured lines."""
    return structlog.get_logger(name)  # type: ignore[no-any-return]
