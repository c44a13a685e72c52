"""What neither bus carries, refused before anything is written, and with the same words by both."""

from __future__ import annotations

from worker.bus.topics import LARGEST_MESSAGE_BYTES
from worker.errors import BadInput
from worker.types import DeadReason, Message

HEADROOM_BYTES = 1 << 20
"""A dead letter is the record that failed and some headers; this much more than a record may be."""


def admit(message: Message) -> None:
    """Return if the message may be published.

    Raises ValueError for one with neither key nor value, which Kafka's client cannot send, and BadInput
    (too_large) for one that no topic takes. What was read from a bus fits, with a dead letter's headers too.
    """
    if message.key is None and message.value is None:
        raise ValueError(f"A message to {message.topic} needs a key or a value.")
    size = message_bytes(message)
    if size > LARGEST_MESSAGE_BYTES + HEADROOM_BYTES:
        raise BadInput(
            DeadReason.TOO_LARGE,
            f"A message to {message.topic} has {size:,} bytes; a topic takes {LARGEST_MESSAGE_BYTES:,}.",
        )


def message_bytes(message: Message) -> int:
    """Bytes of key, value and headers."""
    headers = sum(len(name) + len(value) for name, value in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers
