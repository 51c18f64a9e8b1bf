"""Reading what tells whether a system lives: dated releases, repositories, commits, and when each source was read."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from db.models import Cursor, Observed, PackageRelease, Receipt, Series
from db.read.charted import charted
from db.read.series import SeriesRow

ARCHIVED, AGE = "archived", "days_since_push"
ASKED = "asked "


class DatedRelease(NamedTuple):
    """One version with a date, as one source lists it; ``url`` is what the receipt was asked under."""

    system: str
    source: str
    package: str
    version: str
    released: date
    early: bool
    receipt: int | None
    url: str | None


class LastSaid(NamedTuple):
    """The newest value of a series about a repository: ``metric`` is archived, days_since_push or commits.

    ``start`` and ``end`` bound the period (half open) the value is of.
    """

    system: str
    source: str
    repository: str
    headline: bool
    metric: str
    start: date
    end: date
    value: float
    receipt: int | None
    url: str | None


class BoardEvidence(NamedTuple):
    """All that a board of systems is made of; ``asked`` has the day each package was last asked for on the index.

    ``read_on`` has the UTC day of the newest receipt of each source.
    """

    releases: list[DatedRelease]
    repositories: list[LastSaid]
    downloads: list[SeriesRow]
    asked: dict[str, date]
    read_on: dict[str, date]


def board_evidence(session: Session) -> BoardEvidence:
    """Everything stored that tells how systems stand; some thousand rows."""
    days = session.execute(select(Receipt.source, func.max(Receipt.fetched_at)).group_by(Receipt.source))
    return BoardEvidence(
        releases=dated_releases(session),
        repositories=_repositories(session),
        downloads=charted(session, metric="downloads"),
        asked=_asked(session),
        read_on={source: at.date() for source, at in days if at is not None},
    )


def dated_releases(session: Session) -> list[DatedRelease]:
    """Every version with a date that was not withdrawn, oldest first."""
    query = (
        select(
            PackageRelease.system,
            PackageRelease.source,
            PackageRelease.package,
            PackageRelease.version,
            PackageRelease.released_at,
            PackageRelease.prerelease,
            PackageRelease.receipt_id,
            Receipt.url,
        )
        .outerjoin(Receipt, Receipt.id == PackageRelease.receipt_id)
        .where(PackageRelease.released_at.is_not(None), PackageRelease.yanked.is_(False))
        .order_by(PackageRelease.released_at, PackageRelease.id)
    )
    return [DatedRelease(*row[:4], row[4].date(), *row[5:]) for row in session.execute(query) if row[4] is not None]


def _asked(session: Session) -> dict[str, date]:
    """The day each package was last asked for, by the name its cursor has."""
    query = select(Cursor.key, Cursor.value).where(Cursor.source == "package_index", Cursor.key.startswith(ASKED))
    return {key.removeprefix(ASKED): date.fromisoformat(value) for key, value in session.execute(query)}


def _repositories(session: Session) -> list[LastSaid]:
    """Whether each repository is closed, when it was last pushed to, and the last month with a commit."""
    states = _newest([ARCHIVED, AGE], positive=False)
    commits = _newest(["commits"], positive=True)
    return [LastSaid(*row) for query in (states, commits) for row in session.execute(query)]


def _newest(metrics: list[str], *, positive: bool) -> Select[*tuple[Any, ...]]:
    """The newest observation with a value (above nought, where asked for) of each series of the metrics."""
    kept: list[ColumnElement[bool]] = [
        Series.metric.in_(metrics),
        Observed.value.is_not(None),
        Series.granularity.in_(("day", "month")),
    ]
    kept += [Observed.value > 0] if positive else []
    newest = (
        select(Observed.series_id, func.max(Observed.period_start).label("start"))
        .join(Series, Series.id == Observed.series_id)
        .where(*kept)
        .group_by(Observed.series_id)
        .subquery()
    )
    columns = (Series.system, Series.source, Series.definition, Series.is_primary, Series.metric)
    return (
        select(*columns, Observed.period_start, Observed.period_end, Observed.value, Observed.receipt_id, Receipt.url)
        .join(newest, newest.c.series_id == Series.id)
        .join(Observed, (Observed.series_id == Series.id) & (Observed.period_start == newest.c.start))
        .outerjoin(Receipt, Receipt.id == Observed.receipt_id)
        .order_by(Series.system, Series.is_primary.desc(), Series.source, Series.definition)
    )
