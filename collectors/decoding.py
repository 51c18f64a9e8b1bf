"""Undoes the compression of a body piece by piece, and knows whether it came to its end; pure.

The HTTP library does this too, but takes a compressed body that breaks off for a whole one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_PIECE = 64 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15  # how zlib is told which envelope to expect
_GZIP_MAGIC = b"\x1f"
_PLAIN = frozenset({"", "identity"})
CODINGS = frozenset({"gzip", "x-gzip", "deflate", *_PLAIN})


class NotDecodable(Exception):
    """The body is damaged, was cut off, or goes on after its end."""


class Decoder:
    """Decodes one body of a content coding in `CODINGS` (RFC 9110, section 8.4.1)."""

    def __init__(self, coding: str) -> None:
        self._plain, self._deflate = coding in _PLAIN, coding == "deflate"
        self._engine = None if self._plain or self._deflate else zlib.decompressobj(_GZIP)
        self._begun = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these further bytes hold, at most 64 KiB at a time. Raises `NotDecodable`."""
        if self._plain:
            yield data
            return
        self._begun = self._begun or bool(data)
        full = False
        while data or full:
            if self._engine is None or self._engine.eof:
                self._engine = self._next_engine(data)
            try:
                piece = self._engine.decompress(data, _PIECE)
            except zlib.error as error:
                raise NotDecodable(str(error)) from None
            data = self._engine.unconsumed_tail or self._engine.unused_data
            full = len(piece) == _PIECE and not self._engine.eof
            if piece:
                yield piece

    def _next_engine(self, data: bytes) -> zlib._Decompress:
        """One for the beginning of deflate, whose envelope is often left out, or for a further member of gzip."""
        if self._deflate and self._engine is None:
            # RFC 1950: method 8 in the low bits, and the first two bytes as a number divisible by 31
            enveloped = data[0] & 0x0F == 8 and (len(data) < 2 or int.from_bytes(data[:2], "big") % 31 == 0)
            return zlib.decompressobj(_ZLIB if enveloped else _RAW)
        if self._deflate or not data.startswith(_GZIP_MAGIC):
            raise NotDecodable("there is more after its end")
        return zlib.decompressobj(_GZIP)

    def finish(self) -> None:
        """Raise `NotDecodable` where the body did not come to its end; no bytes at all are an empty body."""
        if self._begun and (self._engine is None or not self._engine.eof):
            raise NotDecodable("it breaks off")
