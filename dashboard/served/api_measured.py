"""The API's measurements: capabilities that were probed, results of benchmarks, and their comparisons."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import Response

from dashboard.served import store
from dashboard.served.answers import (
    MOST_OFFSET,
    Asked,
    Names,
    Nothing,
    Number,
    Page,
    Row,
    answered,
    cursor_of,
    cut,
    offset_of,
)
from dashboard.text import exact
from db import read
from db.engine import Session
from db.errors import UnknownName
from db.read import SAME_MACHINE, BenchFilter

Figure = Annotated[float, AfterValidator(exact)]
"""A number as it was measured, without the digits that binary fractions add to it."""


class CapabilitiesAsked(Asked):
    """Which cells of the matrix; a name that was never probed gives an empty list."""

    capability: Names = Field([], description="Only these capabilities.")
    system: Names = Field([], description="Only these systems.")
    mode: Names = Field([], description="Only these modes.")
    state: list[str] = Field([], max_length=10, description="Only these states.")


class Capability(Row):
    """What a probe came to, in one system's newest probed version and one mode; `origin` is the run."""

    result: int
    run: int
    capability: str
    axis: str
    system: str
    mode: str
    device: str
    version: str = Field(description="Empty where the system was not installed.")
    backend_version: str
    state: str = Field(description="`pass` and `fail` are answers; `error`, `not_run`, `not_applicable` are none.")
    message: str
    seconds: float | None
    measured_at: datetime


class Evidence(BaseModel):
    """One result of a probe whole, as `framescope probe --json` printed it."""

    result: int
    evidence: dict[str, Any]


class MeasuredAsked(Asked):
    """Which figures; a name that was never measured gives an empty list."""

    workload: Names = Field([], description="Only these workloads.")
    size: Names = Field([], description="Only these sizes.")
    variant: Names = Field([], description="Only these variants; of comparisons one names a side, several both.")
    device: Names = Field([], description="Only these devices.")
    run: list[Number] = Field([], max_length=20, description="Only these runs.")
    newest: bool = Field(False, description="Only the newest of each key and machine.")

    def chosen(self) -> BenchFilter:
        """The filter of the store that this asks for."""
        named = (tuple(self.workload), tuple(self.size), tuple(self.variant), tuple(self.device))
        return BenchFilter(tuple(self.run) or None, *named, newest=self.newest)


class Result(Row):
    """One variant of one workload in one run; times in seconds of one call, `low` and `high` bound 95 %."""

    result: int
    run: int
    imported: bool = Field(description="Measured on another machine and imported.")
    measured_at: datetime
    workload: str
    size: str
    variant: str
    device: str
    preset: str
    cache: str
    status: str
    message: str
    latency_median: Figure | None
    latency_low: Figure | None
    latency_high: Figure | None
    first_call_s: Figure | None
    peak_bytes: int | None
    relative_error: Figure | None
    tolerance: Figure | None
    share_of_ceiling: Figure | None


class Comparison(Row):
    """The time of a variant over that of its baseline in one run: 2.0 is twice as slow; `low`, `high` bound 95 %."""

    comparison: int
    run: int
    imported: bool
    measured_at: datetime
    workload: str
    size: str
    baseline: str
    variant: str
    device: str
    preset: str
    cache: str
    ratio: Figure | None
    low: Figure | None
    high: Figure | None
    verdict: str
    floor: Figure | None = Field(description="The difference below which nothing is called faster.")
    why: str
    machine: dict[str, Any]


def capabilities(request: Request, asked: Annotated[CapabilitiesAsked, Query()]) -> Response:
    """The matrix: of each system the version that was most lately probed."""
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _cells(session, asked), as_csv=asked.format == "csv")


def evidence(request: Request, result: Annotated[Number, Path()], _: Annotated[Nothing, Query()]) -> Response:
    """The evidence of one result: the code that ran, its figures, and what it printed."""
    with store.opened() as (session, stamp):
        found = read.probe_evidence(session, result)
        if found is None:
            raise UnknownName(f"There is no result {result} of a probe.")
        return answered(request, stamp, lambda: Evidence(result=result, evidence=found))


def results(request: Request, asked: Annotated[MeasuredAsked, Query()]) -> Response:
    """Results of finished benchmarks, newest run first; a wrong or failed one has no time."""
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _results(session, asked), as_csv=asked.format == "csv")


def comparisons(request: Request, asked: Annotated[MeasuredAsked, Query()]) -> Response:
    """Comparisons with their intervals and verdicts, newest run first."""
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _comparisons(session, asked), as_csv=asked.format == "csv")


def _cells(session: Session, asked: CapabilitiesAsked) -> Page[Capability]:
    wanted = (("capability", asked.capability), ("system", asked.system), ("mode", asked.mode), ("state", asked.state))
    found = [
        row
        for row in read.probe_matrix(session)
        if all(not names or getattr(row, column) in names for column, names in wanted)
    ]
    rows, onward = cut(found, asked)
    told = [Capability(origin=f"probe run {row.run} on this machine", receipt=None, **row._asdict()) for row in rows]
    return Page[Capability](rows=told, next=onward)


def _results(session: Session, asked: MeasuredAsked) -> Page[Result]:
    first = offset_of(asked.cursor)
    rows, total = read.bench_result_rows(session, asked.chosen(), limit=asked.limit, offset=first)
    last = first + len(rows)
    told = [Result(origin=_origin(row), receipt=None, **row) for row in rows]
    return Page[Result](rows=told, next=cursor_of(last) if last < min(total, MOST_OFFSET) else None)


def _comparisons(session: Session, asked: MeasuredAsked) -> Page[Comparison]:
    most = offset_of(asked.cursor) + asked.limit + 1
    rows, onward = cut(read.bench_comparison_rows(session, asked.chosen(), limit=most), asked)
    told = [Comparison(origin=_origin(row), receipt=None, **row | {"machine": _machine(row)}) for row in rows]
    return Page[Comparison](rows=told, next=onward)


def _origin(row: dict[str, Any]) -> str:
    return f"benchmark run {row['run']}, " + ("imported" if row["imported"] else "measured by a worker of this site")


def _machine(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row["machine"].get(name) for name in SAME_MACHINE}
