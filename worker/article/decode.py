"""A message of a topic to an Article: the one way in from a bus.

Plain JSON, CloudEvents in binary and structured mode, JSON behind a schema registry's frame, and
by content type plain text and HTML. Everything else is BadInput with its reason.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from worker.article.event import (
    STRUCTURED,
    Envelope,
    binary_envelope,
    header_map,
    is_structured,
    open_structured,
)
from worker.article.fields import article_from_json
from worker.article.html import article_from_html, article_from_text
from worker.article.jsontext import parse_json
from worker.errors import BadInput
from worker.types import Article, DeadReason, Record

MAX_BYTES = 10 * 1024 * 1024
"""The largest message taken unless told otherwise: an article of 10 MB passes, 10 MiB and a byte do not."""


class Frames(StrEnum):
    """What to do with a schema registry's frame around JSON: skip it, or refuse the message."""

    SKIP = "skip"
    REFUSE = "refuse"


FRAME_BYTES = 5
"""A schema registry's frame before what it describes: 0x00 and four bytes of schema id."""

_JSON_MEDIA = ("", "application/json", "text/json", "application/octet-stream", "application/x-ndjson")
_WHITE = b" \t\r\n"


def decode(record: Record, *, limit: int = MAX_BYTES, frames: Frames = Frames.SKIP) -> Article | None:
    """The article in a message, or None for a tombstone (no value, or an empty one).

    Raises BadInput and nothing else: too_large, not_utf8, not_json, too_deep, wrong_shape,
    no_content, unknown_format, schema_frame. `limit` is in bytes.
    """
    value = record.value
    if not value:
        return None
    if len(value) > limit:
        raise BadInput(DeadReason.TOO_LARGE, f"{len(value):,} bytes; at most {limit:,} are taken")
    envelope = binary_envelope(header_map(record.headers)) if record.headers else Envelope()
    if value[0] == 0:
        value = _behind_frame(value, frames)
    return _from_bytes(value, envelope, limit)


def _behind_frame(value: bytes, frames: Frames) -> bytes:
    """What follows a schema registry's frame (0x00 and four bytes of schema id), if it is JSON."""
    schema = int.from_bytes(value[1:FRAME_BYTES], "big")
    if frames is Frames.REFUSE:
        raise BadInput(
            DeadReason.SCHEMA_FRAME,
            f"framed by a schema registry (schema id {schema}), which limits.schema_frame refuses",
        )
    body = value[FRAME_BYTES:]
    if len(value) <= FRAME_BYTES or body.lstrip(_WHITE)[:1] not in (b"{", b"["):
        raise BadInput(
            DeadReason.SCHEMA_FRAME,
            f"framed by a schema registry (schema id {schema}) and not JSON behind the frame; "
            "Avro and Protobuf are not read: send JSON, with or without the frame",
        )
    return body


def _from_bytes(value: bytes, envelope: Envelope, max_bytes: int) -> Article:
    media = envelope.media
    if media in ("text/html", "application/xhtml+xml"):
        return article_from_html(value, article_id=envelope.id, source=envelope.source)
    if media == "text/plain" and value.lstrip(_WHITE)[:1] != b"{":
        return article_from_text(value, article_id=envelope.id, source=envelope.source)
    # Some clients call every string text/plain; an object is JSON whatever they say.
    if media not in _JSON_MEDIA and media != "text/plain" and not media.endswith("+json"):
        raise BadInput(
            DeadReason.UNKNOWN_FORMAT, f"content-type {media!r} is not read; send application/json"
        )
    parsed = parse_json(value, max_bytes=max_bytes)
    if media.startswith(STRUCTURED) or is_structured(parsed):
        return _from_event(parsed, max_bytes)
    return article_from_json(parsed, event_id=envelope.id, event_source=envelope.source)


def _from_event(event: object, max_bytes: int) -> Article:
    envelope, data = open_structured(event)
    if isinstance(data, str) and envelope.media in ("text/html", "text/plain"):
        data = data.encode()
    if isinstance(data, bytes):
        return _from_bytes(data, envelope, max_bytes)
    return _json_article(data, envelope)


def _json_article(data: Any, envelope: Envelope) -> Article:
    return article_from_json(data, event_id=envelope.id, event_source=envelope.source)
