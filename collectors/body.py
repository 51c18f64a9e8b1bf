"""The limits of a request, and reading a body under them as it comes in; nothing is trusted about its length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import requests
import urllib3

from collectors.answers import TryAgain
from collectors.decoding import CODINGS, Decoder, NotDecodable

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request: times in seconds, sizes in bytes after decompression.

    ``silence_s`` bounds them together: so long may a source go without a good answer before a run gives it up.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 180.0
    silence_s: float = 60.0
    tries: int = 4
    backoff_s: float = 1.0
    max_wait_s: float = 60.0
    max_bytes: int = 64 * 1024 * 1024
    max_error_bytes: int = 64 * 1024
    redirects: int = 5


class TooLarge(Exception):
    """The body is larger than the limit, before or after decompression."""


class UnknownCoding(Exception):
    """The body is compressed in a way that was not asked for; the text is the name it gives itself."""


def read_body(response: requests.Response, max_bytes: int, deadline: float, clock: Callable[[], float]) -> bytes:
    """Read and decompress a whole body of at most ``max_bytes``, until ``deadline`` on ``clock``.

    Raises `TooLarge`, `UnknownCoding`; `TryAgain` for a body that breaks off, cannot be decompressed, or comes too
    slowly.
    """
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and len(announced) < 16 and int(announced) > max_bytes:
        raise TooLarge
    decoder = _decoder(response)
    pieces: list[bytes] = []
    size = 0
    try:
        # read1 returns what has arrived: read would wait for a whole piece, past every limit of time
        while arrived := response.raw.read1(_PIECE, decode_content=False):
            for piece in decoder.decode(arrived):
                pieces.append(piece)
                size += len(piece)
                if size > max_bytes:
                    raise TooLarge
            if clock() > deadline:
                raise TryAgain("the answer comes too slowly", status=response.status_code)
        decoder.finish()
    except NotDecodable as error:
        raise TryAgain(f"the answer cannot be decompressed ({error})", status=response.status_code) from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        slow = clock() >= deadline  # then it was cut off here
        why = "the answer comes too slowly" if slow else f"the answer broke off ({type(error).__name__})"
        raise TryAgain(why, status=response.status_code) from error
    return b"".join(pieces)


def read_excerpt(response: requests.Response, max_bytes: int, deadline: float, clock: Callable[[], float]) -> bytes:
    """Read the beginning of an error's body: what it says helps, but nothing depends on having it whole."""
    pieces: list[bytes] = []
    size = 0
    try:
        decoder = _decoder(response)
        while size < max_bytes and clock() <= deadline:
            arrived = response.raw.read1(_PIECE, decode_content=False)
            if not arrived:
                break
            for piece in decoder.decode(arrived):
                pieces.append(piece)
                size += len(piece)
                if size >= max_bytes:
                    break
    except (urllib3.exceptions.HTTPError, OSError, NotDecodable, UnknownCoding):
        pass  # the status alone decides; what arrived until now is kept
    return b"".join(pieces)[:max_bytes]


def _decoder(response: requests.Response) -> Decoder:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in CODINGS:
        raise UnknownCoding(coding[:40])
    return Decoder(coding)
