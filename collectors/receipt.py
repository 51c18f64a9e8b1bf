"""An answer as it is kept, and the door to where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """A body that was read well before, and what the server called that state of it."""

    body: bytes
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it is kept: no secrets in the address, the headers or the body."""

    url: str
    status: int
    fetched_at: datetime
    headers: Mapping[str, str]
    body: bytes
    request: dict[str, Any]
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A kept answer; ``unchanged`` where the server said so (304), the body being the earlier one."""

    receipt_id: int
    sha256: str
    answer: Answer
    unchanged: bool = False

    @property
    def body(self) -> bytes:
        """The body, decompressed."""
        return self.answer.body


class Keeper(Protocol):
    """Where answers are kept."""

    def known(self, url: str) -> Known | None:
        """The body last read well from an address."""

    def keep(self, answer: Answer) -> tuple[int, str]:
        """Keep an answer for good; gives the receipt's id and the sha256 of the body."""
