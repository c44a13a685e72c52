"""The trace that comes with an article: as a header, as CloudEvents' extension, or inside an event."""

from __future__ import annotations

import json

import pytest

from worker.alert import trace_id, trace_of
from worker.types import Record

ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{ID}-b7ad6b7169203331-01"


def record(value: bytes | None, *headers: tuple[str, bytes]) -> Record:
    return Record("tocsin.articles", 0, 0, b"k", value, headers)


def event(**attributes: object) -> bytes:
    return json.dumps({"specversion": "1.0", "data": {"title": "A pact"}, **attributes}).encode()


@pytest.mark.parametrize("frame", [b"", b"\0\0\0\0\x07"])
def test_an_event_in_structured_mode_brings_its_trace_inside(frame: bytes) -> None:
    found = record(frame + event(traceparent=PARENT, tracestate="vendor=1"))
    assert trace_of(found) == (("traceparent", PARENT.encode()), ("tracestate", b"vendor=1"))
    assert trace_id(found) == ID


def test_a_header_counts_more_than_what_is_inside() -> None:
    assert trace_of(record(event(traceparent="inside"), ("ce_traceparent", b"outside"))) == (
        ("traceparent", b"outside"),
    )


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        event(),
        event(traceparent=None),
        event(traceparent=7),
        event(traceparent="x" * 600),
        json.dumps({"title": "no event", "traceparent": PARENT}).encode(),
        b'{"specversion": "1.0", "traceparent": "\\ud800"}',
        b'"traceparent" and no JSON',
        b"\0" + b'"traceparent"',
    ],
)
def test_what_is_no_event_or_no_trace_brings_none(value: bytes | None) -> None:
    assert trace_of(record(value)) == ()
