"""The CloudEvents 1.0 envelope: taken off what arrives, put around what Tocsin publishes.

Binary mode keeps the attributes in `ce_…` headers and the article alone in the value; structured
mode is one JSON object with `specversion` and `data`. Source: the CloudEvents Kafka binding.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from worker.article.fields import wrong
from worker.errors import BadInput
from worker.types import Article, DeadReason, Message

EVENT_TYPE = "tocsin.article.v1"
STRUCTURED = "application/cloudevents"
_BATCH = "application/cloudevents-batch"
_ENCODER = msgspec.json.Encoder()


class Envelope(msgspec.Struct, frozen=True):
    """What an event says of the article it carries. `id` is empty when nothing names the event."""

    media: str = ""
    id: str = ""
    source: str | None = None


def header_map(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; of a name given twice the last counts. Never raises."""
    return {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in headers}


def binary_envelope(headers: Mapping[str, str]) -> Envelope:
    """The envelope that headers make; all empty for a plain message.

    Raises BadInput unknown_format for a batch or an event of another major version.
    """
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media.startswith(_BATCH):
        raise BadInput(DeadReason.UNKNOWN_FORMAT, "a batch of events; send one event a message")
    _check_version(headers.get("ce_specversion", "1.0"))
    source = headers.get("ce_source") or None
    event_id = event_identity(headers.get("ce_id", ""), source)
    # Where one of our own sources stood is no publisher.
    return Envelope(media, event_id, None if headers.get("ce_type") == EVENT_TYPE else source)


def event_identity(event_id: str, source: str | None) -> str:
    """The article's id by its event: CloudEvents promises that source and id together are unique."""
    return f"{source}#{event_id}" if event_id and source else event_id


def is_structured(value: object) -> bool:
    """Whether a decoded JSON value is an event in structured mode."""
    return isinstance(value, dict) and "specversion" in value and ("data" in value or "data_base64" in value)


def open_structured(event: object) -> tuple[Envelope, Any]:
    """The envelope of a structured event and its data: a JSON value, or bytes when it came as base64.

    Raises BadInput: wrong_shape, unknown_format.
    """
    if not isinstance(event, dict):
        raise wrong("an event", "an object", event)
    _check_version(event.get("specversion", "1.0"))
    for name in ("id", "source", "datacontenttype"):
        if not isinstance(event.get(name, ""), str | None):
            raise wrong(name, "a string", event[name])
    source = event.get("source") or None
    media = (event.get("datacontenttype") or "").partition(";")[0].strip().lower()
    return Envelope(media, event_identity(event.get("id") or "", source), source), _data(event)


def _data(event: Mapping[str, Any]) -> Any:
    if event.get("data") is not None:
        return event["data"]
    encoded = event.get("data_base64")
    if encoded is None:
        raise BadInput(DeadReason.WRONG_SHAPE, "the event has no `data`")
    if not isinstance(encoded, str):
        raise wrong("data_base64", "a string", encoded)
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(DeadReason.WRONG_SHAPE, f"`data_base64` is not base64: {error}") from error


def _check_version(version: object) -> None:
    if not isinstance(version, str) or not version.startswith("1."):
        raise BadInput(DeadReason.UNKNOWN_FORMAT, f"CloudEvents {version}; only 1.x is read")


def article_message(article: Article, *, topic: str = "tocsin.articles", source: str = "tocsin") -> Message:
    """The message that carries the article: CloudEvents in binary mode, the article's id as key."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": article.id,
        "ce_source": article.feed or source,
        "ce_type": EVENT_TYPE,
        "content-type": "application/json",
    }
    return Message(
        topic=topic,
        key=article.id.encode(),
        value=_ENCODER.encode(article),
        headers=tuple((name, value.encode()) for name, value in headers.items()),
    )
