"""The records that cross into the store: frozen, plain, and free of SQL."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

ASKER = "asker:"
"""How the name of a worker begins that runs no job but the one it asked for itself."""
Status = Literal["ok", "partial", "unavailable", "lower_bound"]
Granularity = Literal["day", "week", "month", "quarter", "year", "window", "event"]
RunStatus = Literal["running", "ok", "partial", "unavailable", "failed", "skipped"]
DoubtState = Literal["open", "confirmed", "explained", "withdrawn"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ProbeState = Literal["pass", "fail", "error", "not_run", "not_applicable"]

PROBE_STATES: tuple[str, ...] = get_args(ProbeState)

_STATUSES = frozenset(get_args(Status))
_GRANULARITIES = frozenset(get_args(Granularity))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of a series for one half-open period ``[period_start, period_end)`` of UTC dates.

    ``value`` is in the metric's unit, or None where there is none; ``status`` says why. ``definition`` tells apart
    what is counted when one metric of one system is counted in several ways; ``primary`` marks the one a chart shows.
    Raises `ValueError` where these contradict one another.
    """

    metric: str
    system: str
    period_start: date
    period_end: date
    value: float | None
    status: Status = "ok"
    granularity: Granularity = "day"
    definition: str = ""
    primary: bool = True

    def __post_init__(self) -> None:
        """Refuse what no row may say: see `_contradiction`."""
        wrong = self._contradiction()
        if wrong:
            raise ValueError(f"{self.metric} of {self.system} at {self.period_start}: {wrong}")

    def _contradiction(self) -> str:
        if self.status not in _STATUSES or self.granularity not in _GRANULARITIES:
            return f"there is no status {self.status!r} or granularity {self.granularity!r}"
        if isinstance(self.period_start, datetime) or isinstance(self.period_end, datetime):
            return "a period is bounded by dates, not by times"
        if self.period_end <= self.period_start:
            return f"the period up to {self.period_end} is empty"
        if (self.value is None) != (self.status == "unavailable"):
            return f"the value {self.value!r} is {self.status}"
        if self.value is None:
            return ""
        if not math.isfinite(self.value):
            return f"{self.value} is not a number that can be stored"
        if self.granularity == "day" and self.period_end - self.period_start != _DAY:
            return f"a daily value cannot reach to {self.period_end}"
        return ""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One published file of a release; ``size`` in bytes, tags as in the wheel's file name."""

    filename: str
    kind: str
    python_tag: str | None = None
    abi_tag: str | None = None
    platform_tag: str | None = None
    size: int | None = None
    uploaded_at: datetime | None = None
    requires_python: str | None = None
    yanked: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """One version of one package, dated by its first file; None where nothing was ever published."""

    system: str
    package: str
    version: str
    released_at: datetime | None
    yanked: bool = False
    yanked_reason: str | None = None
    prerelease: bool = False
    files: tuple[PackageFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """One response as it arrived: where from, when, what it said of itself, and the hash its body is kept under."""

    url: str
    method: str
    status: int
    fetched_at: datetime
    sha256: str
    size: int
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    request: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asker:
    """A visitor of the site who asks for jobs.

    key: whose a job is. group: how the keys begin that share one quota. name: what the operator reads.
    """

    key: str
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class PastJob:
    """A job that somebody asked for, as far as a quota looks at it; ``expected_s`` is what it was let in with."""

    kind: str
    state: str
    requested: datetime
    started: datetime | None = None
    finished: datetime | None = None
    expected_s: float | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """What a visitor's job goes into the queue with.

    ``judge`` is told the jobs that this quota counts, oldest first, those of the last ``reach``, how many jobs wait,
    and the time by the queue's clock; it says why there may be none now, or nothing.
    """

    asker: Asker
    expected_s: float | None
    reach: timedelta
    judge: Callable[[Sequence[PastJob], int, datetime], str]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write changed: rows that were new, rows that replaced an earlier value, rows already there."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All rows that were handed in."""
        return self.new + self.revised + self.unchanged

    def __add__(self, other: "Written") -> "Written":
        """Add up the counts of two writes."""
        return Written(self.new + other.new, self.revised + other.revised, self.unchanged + other.unchanged)
