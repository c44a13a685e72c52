"""An alert as a message on the bus: JSON in a CloudEvents 1.0 envelope (binary mode)."""

from __future__ import annotations

import msgspec

from worker.ports import ALERTS
from worker.types import Alert, Message

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Alert).decode

_EVENT_TYPE = b"tocsin.alert.v1"


def alert_message(alert: Alert) -> Message:
    """The message of an alert, keyed by the alert's id."""
    headers = (
        ("ce_id", alert.id.encode()),
        ("ce_source", f"/tocsin/watch/{alert.watch.id}".encode()),
        ("ce_type", _EVENT_TYPE),
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/json"),
    )
    return Message(ALERTS, alert.id.encode(), _encode(alert), headers)


def alert_of(value: bytes) -> Alert:
    """The alert in a message's value. Raises msgspec.MsgspecError when it is none of ours."""
    return _decode(value)
