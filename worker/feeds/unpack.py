"""What was packed for the way, unpacked in small pieces, so that a bomb shows while it is small."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

_PIECE = 256 * 1024
_GZIP, _DEFLATE, _BARE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_WINDOW = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _DEFLATE}
_MEMBER = b"\x1f\x8b"
_MOST_MEMBERS = 100


class Unpacker(Protocol):
    """Takes what is received and gives what was meant, a piece at a time."""

    def feed(self, received: bytes) -> Iterator[bytes]:
        """The pieces that these bytes complete. Raises ValueError for what is damaged."""
        ...

    def end(self) -> None:
        """Nothing more comes. Raises ValueError when something is missing."""
        ...


def unpacker(encoding: str) -> Unpacker:
    """For a Content-Encoding. Raises ValueError for one that was not asked for, or for several in a row."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _AsItIs()
    if encoding not in _WINDOW:
        raise ValueError(f"sent as {encoding[:40]}, which was not asked for")
    return _Inflating(encoding)


class _AsItIs:
    def feed(self, received: bytes) -> Iterator[bytes]:
        yield received

    def end(self) -> None:
        """Nothing can be missing."""


class _Inflating:
    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._inflate = zlib.decompressobj(_WINDOW[encoding])
        self._begun = False
        self._members = 1

    def feed(self, received: bytes) -> Iterator[bytes]:
        if not self._begun and received:
            self._begun = True
            if self._encoding == "deflate" and received[0] & 0x0F != zlib.DEFLATED:
                self._inflate = zlib.decompressobj(_BARE)  # many servers leave zlib's header out
        rest = received
        while rest:
            if self._inflate.eof:
                if not rest.startswith(_MEMBER):  # padding
                    return
                self._next_member()
            try:
                yield self._inflate.decompress(rest, _PIECE)
            except zlib.error as error:
                raise ValueError(f"damaged {self._encoding}: {error}") from error
            rest = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _next_member(self) -> None:
        """A file of several members is one text; each costs a copy of the rest, so there are not many."""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise ValueError(f"{self._encoding} of more than {_MOST_MEMBERS} members")
        self._inflate = zlib.decompressobj(_GZIP)

    def end(self) -> None:
        if self._begun and not self._inflate.eof:
            raise ValueError(f"{self._encoding} that was cut off")
