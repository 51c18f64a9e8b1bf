"""Reads a file that may be gzip-compressed, under a bound on what comes out of it; no size is taken on trust."""

from __future__ import annotations

import gzip
import zlib
from typing import BinaryIO

from collectors.errors import SkipItem

GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024


class Unpacked:
    """The plain bytes of a stream that can be rewound.

    ``read`` raises `SkipItem` where the compressed data break off or are damaged, and beyond ``max_bytes``.
    """

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        packed = stream.read(len(GZIP)) == GZIP
        stream.seek(0)
        self._stream = gzip.GzipFile(fileobj=stream, mode="rb") if packed else stream
        self.max_bytes, self.size = max_bytes, 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, fewer than asked for where a piece holds no more; none at the end."""
        wanted = _PIECE if size < 0 else min(size, _PIECE)
        try:
            piece = self._stream.read(wanted)
        except EOFError:
            raise SkipItem("The file ends in the middle of its compressed data. Download it again") from None
        except (gzip.BadGzipFile, zlib.error):
            raise SkipItem("The file's compressed data are damaged. Download it again") from None
        self.size += len(piece)
        if self.size > self.max_bytes:
            raise SkipItem(f"The file holds more than {self.max_bytes:,} bytes when unpacked, and was not read further")
        return piece

    def whole(self) -> bytes:
        """Everything that is left."""
        return b"".join(iter(self.read, b""))

    def head(self, size: int) -> bytes:
        """At most ``size`` bytes from here."""
        pieces: list[bytes] = []
        while (left := size - sum(map(len, pieces))) > 0 and (piece := self.read(left)):
            pieces.append(piece)
        return b"".join(pieces)
