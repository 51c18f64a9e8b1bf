"""A file on a server, read in parts: blocks are asked for as they are needed, so that a large wheel costs little."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import requests
import urllib3

from collectors.errors import RetryLater, SkipItem

BLOCK = 512 * 1024
MOST_BYTES = 160 * 2**20
TIMEOUT_S = (10.0, 60.0)
TOTAL_S = 300.0
TRIES = 3
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class RangeFile(io.RawIOBase):
    """A seekable, read-only file over HTTP ranges (RFC 9110, 14).

    ``size`` is in bytes, as the index says it. Raises `SkipItem` where the server gives no parts, gives others than
    those asked for, or more than ``most`` bytes would be needed; `RetryLater` where it cannot be reached in time.
    """

    def __init__(self, session: requests.Session, url: str, size: int, *, most: int = MOST_BYTES) -> None:
        super().__init__()
        self._session, self.url, self.size, self._most = session, url, size, most
        self._blocks: dict[int, bytes] = {}
        self._place = 0
        self._until = time.monotonic() + TOTAL_S
        self.fetched = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read anywhere."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, as in any file."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with the bytes from here on; gives how many there were."""
        view = memoryview(buffer).cast("B")
        end = min(self._place + len(view), self.size)
        if end <= self._place:
            return 0
        first, last = self._place // BLOCK, (end - 1) // BLOCK
        self._fill(first, last)
        joined = b"".join(self._blocks[number] for number in range(first, last + 1))
        wanted = joined[self._place - first * BLOCK : end - first * BLOCK]
        view[: len(wanted)] = wanted
        self._place = end
        return len(wanted)

    def _fill(self, first: int, last: int) -> None:
        missing = [number for number in range(first, last + 1) if number not in self._blocks]
        if not missing:
            return
        start, end = missing[0] * BLOCK, min((missing[-1] + 1) * BLOCK, self.size)
        self.fetched += end - start
        if self.fetched > self._most:
            raise SkipItem(f"More than {self._most:,} bytes of the file would be needed", url=self.url)
        body = self._ask(start, end)
        for number in range(missing[0], missing[-1] + 1):
            at = (number - missing[0]) * BLOCK
            self._blocks[number] = body[at : at + BLOCK]

    def _ask(self, start: int, end: int) -> bytes:
        for number in range(1, TRIES + 1):
            if time.monotonic() > self._until:
                break
            try:
                return self._once(start, end)
            except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
                problem = type(error).__name__
                time.sleep(0.2 * number)
        else:
            raise RetryLater(f"The file could not be read ({problem}). Try again later", url=self.url, try_=TRIES)
        raise RetryLater(f"The file was not read within {TOTAL_S:.0f} s. Try again later", url=self.url)

    def _once(self, start: int, end: int) -> bytes:
        headers = {"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
        with self._session.get(self.url, headers=headers, timeout=TIMEOUT_S, stream=True) as answer:
            status = answer.status_code
            if status >= 500 or status == 429:
                raise requests.ConnectionError(f"HTTP {status}")
            told = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if status != 206 or told is None or [int(part) for part in told.groups()] != [start, end - 1, self.size]:
                raise SkipItem("The server did not give the part that was asked for", url=self.url, status=status)
            body = answer.raw.read(end - start + 1)
        if len(body) != end - start:
            raise requests.ConnectionError("the answer was cut off or too long")
        return bytes(body)
