"""The API's figures: observations of series, and the receipts they were read from."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel, BeforeValidator, Field, model_validator
from starlette.responses import Response

from catalog.load import load_catalog
from dashboard.served import store
from dashboard.served.answers import (
    Asked,
    Names,
    Nothing,
    Number,
    Page,
    Row,
    answered,
    cursor_of,
    opened_cursor,
)
from dashboard.served.naming import must_know
from dashboard.served.problems import Unusable
from db import read
from db.errors import UnknownName

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def written_day(told: Any) -> Any:
    """A day as it is written, 2024-03-31; pydantic would also take a number of seconds."""
    if isinstance(told, str) and not _DAY.fullmatch(told):
        raise ValueError("a day is written like 2024-03-31")
    return told


Day = Annotated[date, BeforeValidator(written_day)]


class SeriesAsked(Asked):
    """Which observations."""

    metric: Names = Field([], description="Only these metrics (`/metrics`); repeat the parameter for several.")
    system: Names = Field([], description="Only these systems (`/systems`).")
    source: Names = Field([], description="Only these sources (`/sources`, and `history.<origin>`).")
    since: Day | None = Field(None, description="Only periods that begin on this day or later.")
    until: Day | None = Field(None, description="Only periods that begin before this day.")

    @model_validator(mode="after")
    def _in_order(self) -> "SeriesAsked":
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since must be before until")
        return self


class Observation(Row):
    """One value of a series for one period; `value` is null where there is none, which is not nought."""

    system: str
    metric: str
    source: str
    definition: str = Field(description="In which way it is counted; figures of two definitions do not compare.")
    granularity: str
    period_start: date
    period_end: date = Field(description="The first day that is no longer in the period.")
    value: float | None
    unit: str
    status: str = Field(description="`ok`, `partial`, `lower_bound` or `unavailable`.")
    collected_at: datetime | None
    doubt: str | None = Field(description="The rule that holds the value back; null where it counts.")
    seen: str | None = Field(description="What that rule saw.")


class Receipt(BaseModel):
    """A response that figures were read from; its body stays where it was collected."""

    receipt: int
    run: int
    source: str
    url: str = Field(description="Without secrets.")
    method: str
    status: int
    fetched_at: datetime
    sha256: str
    size: int
    content_type: str | None
    pruned_at: datetime | None = Field(description="When its body was given up; null while it is kept.")


def series(request: Request, asked: Annotated[SeriesAsked, Query()]) -> Response:
    """Observations as they are stored, in order of series and period."""
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _page(session, asked), as_csv=asked.format == "csv")


def receipt(request: Request, receipt: Annotated[Number, Path()], _: Annotated[Nothing, Query()]) -> Response:
    """One receipt: where a figure was read, when, and what the body's SHA-256 is."""
    with store.opened() as (session, _stamp):
        found = read.receipt(session, receipt)
        if found is None:
            raise UnknownName(f"There is no receipt {receipt}.")
        told = Receipt(**{name: getattr(found, name) for name in Receipt.model_fields})
        return answered(request, f"{told}", lambda: told)


def _page(session: Any, asked: SeriesAsked) -> Page[Observation]:
    catalog = load_catalog()
    must_know("metric", asked.metric, catalog.metrics)
    must_know("system", asked.system, catalog.systems)
    must_know("source", asked.source, catalog.source_names)
    citations = {origin.source: origin.citation for origin in catalog.origins.values()}
    rows, after = read.observation_page(
        session,
        metrics=asked.metric,
        systems=asked.system,
        sources=asked.source,
        since=asked.since,
        until=asked.until,
        after=_after(asked.cursor),
        limit=asked.limit,
    )
    told = [
        Observation(
            origin=citations.get(row.source) or url,
            **{name: getattr(row, name) for name in Observation.model_fields if name != "origin"},
        )
        for row, url in rows
    ]
    onward = None if after is None else cursor_of(after.series, after.start.isoformat(), after.end.isoformat())
    return Page[Observation](rows=told, next=onward)


def _after(cursor: str | None) -> read.After | None:
    if cursor is None:
        return None
    try:
        number, start, end = opened_cursor(cursor)
        if not isinstance(number, int) or not 0 <= number < 2**53:
            raise ValueError
        return read.After(number, date.fromisoformat(start), date.fromisoformat(end))
    except (ValueError, TypeError):
        raise Unusable("cursor: this is not what `next` of a page said") from None
