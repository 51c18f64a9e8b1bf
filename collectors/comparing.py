"""Compares what two databases say, entry by entry in their canonical order; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from db.read import Entry

NAMED = 20
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """The digests of what is kept and of what was rebuilt, how many entries differ, and the first of them by name."""

    kept: str
    rebuilt: str
    different: int
    named: tuple[str, ...]


class _Digested:
    """Passes entries on, one ahead, and digests them as they go."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries, self._sha = entries, hashlib.sha256()
        self.head: Entry | None = None
        self.step()

    def step(self) -> None:
        """Go to the next entry; ``head`` is None behind the last."""
        self.head = next(self._entries, None)
        if self.head is not None:
            self._sha.update(json.dumps(self.head, sort_keys=True, default=str, ensure_ascii=False).encode() + b"\n")

    def digest(self) -> str:
        """The sha256 of one JSON line an entry."""
        return self._sha.hexdigest()


def compare(kept: Iterator[Entry], rebuilt: Iterator[Entry]) -> Comparison:
    """Compare two sorted streams of entries, reading each once."""
    left, right = _Digested(kept), _Digested(rebuilt)
    found = _differences(left, right)
    named = tuple(islice(found, NAMED))
    different = len(named) + sum(1 for _ in found)
    return Comparison(left.digest(), right.digest(), different, named)


def _differences(left: _Digested, right: _Digested) -> Iterator[str]:
    while left.head is not None or right.head is not None:
        kept, rebuilt = left.head, right.head
        if rebuilt is None or (kept is not None and kept[:2] < rebuilt[:2]):
            left.step()
            yield _told(kept, "only in the database, not rebuilt")
        elif kept is None or rebuilt[:2] < kept[:2]:
            right.step()
            yield _told(rebuilt, "only rebuilt, not in the database")
        else:
            left.step()
            right.step()
            if kept.said != rebuilt.said:
                apart = [(one, other) for one, other in zip(kept.said, rebuilt.said, strict=True) if one != other]
                told = "; ".join(f"{_short(one)} in the database, {_short(other)} rebuilt" for one, other in apart)
                yield _told(kept, told)


def _told(entry: Entry | None, what: str) -> str:
    if entry is None:
        raise AssertionError("a difference is of something")
    return f"{entry.section}: {' '.join(part for part in entry.key if part)}: {what}"


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
