"""The API's lists: sources with their state, systems, metrics, and the jobs of the queue."""

from datetime import date, datetime, timedelta
from typing import Annotated, get_args

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.load import load_catalog
from collectors import jobs as door
from dashboard.served import store
from dashboard.served.answers import NEVER_KEPT, Asked, Name, Page, Row, answered, cut, offset_of
from db import read
from db.engine import Session
from db.records import JobState

LICENCE = "Apache-2.0, with the catalogue of Framescope"


class Source(Row):
    """A source that is asked, imported or bundled; `origin` is the address of its documentation or of the table."""

    source: str
    title: str
    metrics: list[str]
    state: str = Field(description="`ok`, `stale`, `failing`, `never` or `disabled`; `bundled` for a bundled table.")
    licence: str
    licence_url: str | None = Field(description="The text of the licence, where a bundled table names one.")
    citation: str = Field(description="How to cite it.")
    cadence_hours: float | None
    last_success: datetime | None
    newest: date | None = Field(description="The last day that its figures reach.")
    next_due: datetime | None
    held_back: int = Field(description="How many of its values are in doubt.")
    message: str


class System(Row):
    """Something that is tracked; a framework is one too."""

    system: str
    name: str
    role: str
    serves: list[str]
    part_of: str | None
    successor: str | None


class Metric(Row):
    """What is counted, and what it does not mean."""

    metric: str
    title: str
    unit: str
    kind: str
    roll_up: str
    means: str
    not_means: str
    sources: list[str]


class JobsAsked(Asked):
    """Which jobs."""

    kind: Name | None = Field(None, description="Only this kind.")
    state: list[JobState] = Field([], max_length=len(get_args(JobState)), description="Only these states.")


class Job(Row):
    """Work that was asked for and how far it is; who asked and which machine works are not told."""

    job: int
    kind: str
    state: str = Field(description="`queued`, `running`, `done`, `failed` or `cancelled`.")
    requested: datetime
    started: datetime | None
    finished: datetime | None
    progress: float = Field(description="From 0 to 1.")
    run: int | None


def sources(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every source that a row can name: those that can be asked or imported, with their state, and bundled tables."""
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _sources(session, stamp, asked), as_csv=asked.format == "csv")


def systems(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every system that is tracked."""
    return answered(request, "", lambda: _systems(asked), as_csv=asked.format == "csv")


def metrics(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Every metric, with what it means and what not."""
    return answered(request, "", lambda: _metrics(asked), as_csv=asked.format == "csv")


def jobs(request: Request, asked: Annotated[JobsAsked, Query()]) -> Response:
    """The jobs of the queue, newest first; never cached."""
    with store.opened() as (session, _stamp):
        return answered(request, "", lambda: _jobs(session, asked), as_csv=asked.format == "csv", caching=NEVER_KEPT)


def _sources(session: Session, stamp: str, asked: Asked) -> Page[Source]:
    found = store.kept(store.hourly(stamp), "sources", lambda: [*_live(), *_bundled(session)])
    rows, onward = cut(found, asked)
    return Page[Source](rows=list(rows), next=onward)


def _live() -> list[Source]:
    """What is collected or imported, with what the catalogue credits it with."""
    owed = load_catalog().sources
    names = [name for name in Source.model_fields if name not in ("origin", "receipt", "licence_url", "citation")]
    return [
        Source(
            origin=row["docs"],
            receipt=None,
            licence_url=None,
            citation=owed[row["source"]].title if row["source"] in owed else row["title"],
            **{name: row[name] for name in names},
        )
        for row in door.source_list(store.engine())
    ]


def _bundled(session: Session) -> list[Source]:
    """Every bundled table: it is never asked again, and is as old as its newest figure."""
    metrics, ends = read.metrics_by_source(session), read.newest_periods(session)
    return [
        Source(
            origin=one.url,
            receipt=None,
            source=one.source,
            title=one.title,
            metrics=metrics.get(one.source, []),
            state="bundled",
            licence=one.licence,
            licence_url=one.licence_url,
            citation=one.citation,
            cadence_hours=None,
            last_success=None,
            newest=ends[one.source] - timedelta(days=1) if one.source in ends else None,
            next_due=None,
            held_back=0,
            message="",
        )
        for one in load_catalog().origins.values()
    ]


def _systems(asked: Asked) -> Page[System]:
    rows, onward = cut(list(load_catalog().systems.values()), asked)
    told = [
        System(
            origin=LICENCE,
            receipt=None,
            system=one.slug,
            name=one.name,
            role=one.role,
            serves=list(one.serves),
            part_of=one.part_of,
            successor=one.successor,
        )
        for one in rows
    ]
    return Page[System](rows=told, next=onward)


def _metrics(asked: Asked) -> Page[Metric]:
    rows, onward = cut(list(load_catalog().metrics.values()), asked)
    names = ("title", "unit", "kind", "roll_up", "means", "not_means")
    told = [
        Metric(
            origin=LICENCE,
            receipt=None,
            metric=one.slug,
            sources=list(one.sources),
            **{name: getattr(one, name) for name in names},
        )
        for one in rows
    ]
    return Page[Metric](rows=told, next=onward)


def _jobs(session: Session, asked: JobsAsked) -> Page[Job]:
    most = offset_of(asked.cursor) + asked.limit + 1
    rows, onward = cut(read.jobs(session, states=tuple(asked.state), kind=asked.kind, limit=most), asked)
    names = [name for name in Job.model_fields if name not in ("origin", "receipt")]
    told = [
        Job(origin="the queue of this Framescope", receipt=None, **{name: getattr(row, name) for name in names})
        for row in rows
    ]
    return Page[Job](rows=told, next=onward)
