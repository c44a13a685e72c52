"""Spans for OpenTelemetry, one an article, when an operator asks for them; the only door to its library.

The library is an extra, imported when a collector is named and not before. A span begins with the judging
of a message, as a child of the trace that came with it, and ends when its unit of work is committed: of
what was given up and is judged again nothing is told twice. Alerts carry the span on as their parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from worker.errors import UsageError
from worker.types import Record

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

Headers = tuple[tuple[str, bytes], ...]
Facts = Mapping[str, str | int | float]

_CLOSING_MS = 5000
"""What the end of the worker waits for the collector to take the last spans."""


class Span(Protocol):
    """One message on its way through the pipeline."""

    @property
    def headers(self) -> Headers:
        """The W3C trace context with this span as the parent."""
        ...

    def end(self, facts: Facts, wrong: str | None) -> None:
        """It is committed; `wrong` says why it came to nothing. A span that never ends is never told."""
        ...


class Traces:
    """Where spans go. This one sends none: messages keep the trace they came with."""

    def begin(self, record: Record, parent: Headers) -> Span | None:  # noqa: ARG002 - it looks at neither
        """The span of a message whose trace context is `parent`; None when none are sent."""
        return None

    def close(self) -> None:
        """Send what is left. Idempotent."""


def open_traces(endpoint: str | None, share: float, version: str) -> Traces:
    """Spans to a collector that speaks OTLP over HTTP at `endpoint`; none without one.

    Of new traces a `share` is sent; one that was begun elsewhere follows what was decided there. Raises
    UsageError when the extra is not installed.
    """
    if endpoint is None:
        return Traces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise UsageError(
            "traces.endpoint is set, and OpenTelemetry is not installed: pip install 'tocsin[traces]'."
        ) from None
    return SentTraces(OTLPSpanExporter(endpoint=endpoint), share, version)


class SentTraces(Traces):
    """Spans by OpenTelemetry's SDK, sent in batches by a thread of its own.

    A collector that is away costs the spans, and nothing else.
    """

    def __init__(self, exporter: SpanExporter, share: float, version: str) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(share)),
            resource=Resource.create({"service.name": "tocsin", "service.version": version}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tocsin", version)
        self._context = TraceContextTextMapPropagator()

    def begin(self, record: Record, parent: Headers) -> Span:
        """The span of a message; a parent that is malformed begins a new trace."""
        from opentelemetry.trace import SpanKind, set_span_in_context

        given = {name: value.decode("ascii", "replace") for name, value in parent}
        span = self._tracer.start_span(
            f"process {record.topic}",
            context=self._context.extract(given),
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.operation.type": "process",
                "messaging.destination.name": record.topic,
                "messaging.destination.partition.id": str(record.partition),
                "messaging.message.offset": record.offset,
            },
        )
        carrier: dict[str, str] = {}
        self._context.inject(carrier, set_span_in_context(span))
        return _Sent(span, tuple((name, value.encode()) for name, value in carrier.items()))

    def close(self) -> None:
        """Send what is left, for some seconds."""
        self._provider.force_flush(_CLOSING_MS)
        self._provider.shutdown()


class _Sent:
    """A span of OpenTelemetry's."""

    def __init__(self, span: object, headers: Headers) -> None:
        self._span, self.headers = span, headers

    def end(self, facts: Facts, wrong: str | None) -> None:
        from opentelemetry.trace import Span as Begun
        from opentelemetry.trace import Status, StatusCode

        assert isinstance(self._span, Begun)  # noqa: S101 - narrows what is imported late
        self._span.set_attributes(dict(facts))
        if wrong is not None:
            self._span.set_status(Status(StatusCode.ERROR, wrong))
        self._span.end()
