"""One structured line an outcome that matters, on standard error: JSON, or columns on a terminal."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, verbose: bool = False) -> None:
    """Set up structlog and the standard library's logging for this process."""
    level = logging.DEBUG if verbose else logging.INFO
    terminal = sys.stderr.isatty()
    shown = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    stamped: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*stamped, shown],
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
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger of structured lines."""
    return structlog.get_logger(name)  # type: ignore[no-any-return]
