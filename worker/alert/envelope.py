"""An alert as a message on the bus: JSON in a CloudEvents 1.0 envelope (binary mode)."""

from __future__ import annotations

import re

import msgspec

from worker.article.decode import FRAME_BYTES
from worker.ports import ALERTS
from worker.types import Alert, Message, Record

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Alert).decode

Headers = tuple[tuple[str, bytes], ...]

_EVENT_TYPE = b"tocsin.alert.v1"
_TRACE = ("traceparent", "tracestate")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*")


_TRACE_BYTES = 512
"""The longest trace context taken from inside an event: what the recommendation asks to be carried on."""


class _Event(msgspec.Struct):
    """What an event in structured mode says of its trace."""

    specversion: str
    traceparent: str | None = None
    tracestate: str | None = None


_event = msgspec.json.Decoder(_Event).decode


def trace_of(record: Record) -> Headers:
    """The W3C trace context that came with a message: as plain headers, else as CloudEvents' extension.

    Of a header given twice the last counts. Source: https://www.w3.org/TR/trace-context/, and CloudEvents'
    distributed tracing extension (`ce_traceparent` in binary mode, an attribute in structured mode).
    """
    given = {name.lower().removeprefix("ce_"): (name, value) for name, value in record.headers}
    headers = tuple((name, given[name][1]) for name in _TRACE if name in given)
    return headers or _trace_inside(record.value or b"")


def _trace_inside(value: bytes) -> Headers:
    """The trace context of an event in structured mode; nothing for any other value."""
    if b'"traceparent"' not in value:  # nearly every message: no JSON need be read
        return ()
    try:
        event = _event(value[FRAME_BYTES:] if value[0] == 0 else value)
    except msgspec.MsgspecError:
        return ()
    said = (("traceparent", event.traceparent), ("tracestate", event.tracestate))
    carried = tuple((name, text.encode()) for name, text in said if text)
    return carried if all(len(value) <= _TRACE_BYTES for _, value in carried) else ()


def trace_id(record: Record) -> str | None:
    """The id of a message's trace, 32 hexadecimal digits; None when it has none or it is malformed."""
    parent = dict(trace_of(record)).get("traceparent", b"")
    found = _TRACEPARENT.fullmatch(parent)
    return found[1].decode() if found else None


def alert_message(alert: Alert, trace: Headers = ()) -> Message:
    """The message of an alert, keyed by the alert's id; `trace` is what `trace_of` the article gave."""
    headers = (
        ("ce_id", alert.id.encode()),
        ("ce_source", f"/tocsin/watch/{alert.watch.id}".encode()),
        ("ce_type", _EVENT_TYPE),
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/json"),
    )
    return Message(ALERTS, alert.id.encode(), _encode(alert), headers + trace)


def alert_of(value: bytes) -> Alert:
    """The alert in a message's value. Raises msgspec.MsgspecError when it is none of ours."""
    return _decode(value)
