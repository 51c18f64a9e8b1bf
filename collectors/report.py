"""What a run did, counted as it goes, and the outcome that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from collectors.budget import Calls
from db import clock
from db.records import RunStatus, Written

_NAMED = 5
_NOTHING = "nothing to ask for: none of the systems is known there"
_NOT_NOW = "nothing to ask for today: all of it was asked for lately"


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run of one source, as ``collect --json`` gives it.

    ``observations`` counts those read, new or not; ``new`` and ``revised`` count observations and releases. Where
    nothing was tried (``skipped``) no run is in the database. ``predicted`` is what the plan said of ``requests`` less
    ``again``, which repeat one; ``not_before`` is the time the source wants to be left alone until.
    """

    source: str
    status: RunStatus
    message: str
    started: datetime
    finished: datetime
    requests: int = 0
    receipts: int = 0
    observations: int = 0
    new: int = 0
    revised: int = 0
    again: int = 0
    predicted: Calls | None = None
    not_before: datetime | None = None

    @classmethod
    def without_run(
        cls,
        source: str,
        status: RunStatus,
        message: str,
        *,
        predicted: Calls | None = None,
        not_before: datetime | None = None,
    ) -> RunReport:
        """A report of what was not begun."""
        now = clock.now()
        return cls(source, status, message, now, now, predicted=predicted, not_before=not_before)

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass
class Tally:
    """The count of a run in progress; ``known`` is whether the source knows any of the systems at all."""

    planned: int = 0
    read: int = 0
    unchanged: int = 0
    observations: Written = field(default_factory=Written)
    releases: Written = field(default_factory=Written)
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0
    later: int = 0
    lacking: int = 0
    in_a_row: int = 0
    failure: str | None = None
    stopped: str | None = None
    known: bool = False
    silent: int = 0

    @property
    def left(self) -> bool:
        """Whether something was left that can perhaps be had later."""
        return self.later > 0 or self.stopped is not None

    @property
    def written(self) -> Written:
        """Observations and releases together."""
        return self.observations + self.releases

    def done(self, observations: Written, releases: Written, *, unchanged: bool) -> None:
        """Count an item that was read and written; ``unchanged`` where the source said so."""
        self.read += 1
        self.in_a_row = 0
        self.unchanged += unchanged
        self.observations += observations
        self.releases += releases

    def nothing(self) -> None:
        """Count an item that came to its end without an answer to read, which shows nothing about the source."""
        self.read += 1
        self.silent += 1

    def skip(self, item: str, why: str, *, unreadable: bool = False) -> None:
        """Count an item that cannot be had."""
        self.skipped += 1
        self.in_a_row = self.in_a_row + 1 if unreadable else 0
        self.missed.append(f"{item}: {why}")

    def lack(self, missing: Mapping[str, str]) -> None:
        """Note parts of a read item that were not to be had."""
        self.lacking += len(missing)
        self.missed += [f"{name}: {why}" for name, why in missing.items()]

    def note(self, notes: Iterable[str]) -> None:
        """Keep what is worth saying and no fault, each once."""
        self.notes += [each for each in dict.fromkeys(notes) if each not in self.notes]

    def postpone(self, item: str, why: str) -> None:
        """Count an item that can perhaps be had later."""
        self.later += 1
        self.in_a_row += 1
        self.missed.append(f"{item}: {why}")

    def outcome(self) -> RunStatus:
        """The status that the counts amount to."""
        if self.failure is not None:
            return "failed"
        if self.read == self.planned:
            complete: RunStatus = "partial" if self.lacking else "ok"
            return complete if self.planned or self.known else "skipped"
        if self.read > self.silent:
            return "partial"
        if self.later:
            return "unavailable"
        return "failed" if self.skipped else "skipped"

    def message(self) -> str:
        """What happened, in a line."""
        parts = [self.failure] if self.failure is not None else []
        parts.append(self._figures() if self.planned else _NOT_NOW if self.known else _NOTHING)
        parts += [self.stopped] if self.stopped else []
        parts += self.missed[:_NAMED]
        parts += [f"and {len(self.missed) - _NAMED} more"] if len(self.missed) > _NAMED else []
        return "; ".join(parts + self.notes[:_NAMED])

    def _figures(self) -> str:
        read = self.read if self.read == self.planned else self.read - self.silent
        share = f"{read} of {self.planned}"
        new, revised = self.written.new, self.written.revised
        if not read:
            return f"{share} read"
        if not new and not revised:
            said = f" ({self.unchanged} by the source's own word, 304)" if self.unchanged else ""
            return f"nothing new: {share} unchanged{said}"
        counted = f"{self.observations.total:,} observations, {self.releases.total:,} releases"
        return f"{share} read: {counted}; {new:,} new, {revised:,} revised"
