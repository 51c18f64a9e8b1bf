"""The tables, in SQLAlchemy's typed form; portable between SQLite and PostgreSQL."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite, which has no time zones, keeps it naive and gets it back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a naive time is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of every table: named constraints, UTC times, JSON for what varies."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime, str: Text, dict[str, Any]: JSON, int: Id}


class Run(Base):
    """One execution of a collector, a benchmark, a probe set or a load of bundled data, with its outcome."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    status: Mapped[str]
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(default="")
    program: Mapped[str]
    requests: Mapped[int] = mapped_column(default=0)
    receipts: Mapped[int] = mapped_column(default=0)
    observations: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    revised: Mapped[int] = mapped_column(default=0)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (Index(None, "source", "started"), Index(None, "kind", "started"))


class System(Base):
    """A tracked system, as the catalogue had it when it was last loaded."""

    __tablename__ = "system"
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    data: Mapped[dict[str, Any]]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))


class Metric(Base):
    """What is counted, as the catalogue had it when it was last loaded."""

    __tablename__ = "metric"
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    roll_up: Mapped[str]
    data: Mapped[dict[str, Any]]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))


class SeriesBreak(Base):
    """A date at which series of a source changed meaning; no growth is computed across one."""

    __tablename__ = "series_break"
    slug: Mapped[str] = mapped_column(primary_key=True)
    break_date: Mapped[date]
    kind: Mapped[str]
    what: Mapped[str]
    data: Mapped[dict[str, Any]]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))


class Receipt(Base):
    """A response, listed; its body lies compressed in a file named by its sha256.

    ``part`` says which answer of its item it was, from 1, where what it says was written; None where nothing was.
    ``pruned_at`` is when its body was given up, None while it is kept.
    """

    __tablename__ = "receipt"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    source: Mapped[str]
    url: Mapped[str]
    method: Mapped[str]
    status: Mapped[int]
    fetched_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    content_type: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    request: Mapped[dict[str, Any]] = mapped_column(default=dict)
    part: Mapped[int | None]
    pruned_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "source", "url", "id"), Index(None, "run_id"))


class Series(Base):
    """One metric of one system from one source, counted in one way."""

    __tablename__ = "series"
    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str]
    system: Mapped[str]
    source: Mapped[str]
    granularity: Mapped[str]
    definition: Mapped[str]
    unit: Mapped[str]
    roll_up: Mapped[str]
    is_primary: Mapped[bool]
    __table_args__ = (
        Index("uq_series_key", "metric", "system", "source", "granularity", "definition", unique=True),
        Index(None, "source"),
    )


class Observed(Base):
    """An observation: narrow, clustered by series and period, so that a chart reads one contiguous range."""

    __tablename__ = "observation"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    period_end: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    status: Mapped[str]
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    collected_at: Mapped[datetime]
    __table_args__ = {"sqlite_with_rowid": False}


class RollUp(Base):
    """A daily series by week (from Monday) or month, kept at write time by the metric's own rule."""

    __tablename__ = "roll_up"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    granularity: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    period_end: Mapped[date]
    value: Mapped[float | None]
    status: Mapped[str]
    days: Mapped[int]
    last_seen: Mapped[date]
    __table_args__ = {"sqlite_with_rowid": False}


class Revision(Base):
    """What an observation said before a later run saw another value upstream."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    value: Mapped[float | None]
    status: Mapped[str]
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    collected_at: Mapped[datetime]
    replaced_by_run: Mapped[int] = mapped_column(ForeignKey("run.id"))
    replaced_at: Mapped[datetime]
    __table_args__ = (Index(None, "series_id", "period_start"),)


class Doubt(Base):
    """A reason to doubt one value of a series; while it is open or withdrawn, that value is held back."""

    __tablename__ = "doubt"
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    value: Mapped[float]
    rule: Mapped[str]
    seen: Mapped[str]
    state: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_run: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    why: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        Index("uq_doubt_key", "series_id", "period_start", "period_end", "value", "rule", unique=True),
        Index(None, "state"),
    )


class Cursor(Base):
    """Where a source left off; written in the transaction of the observations it follows."""

    __tablename__ = "cursor"
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))


class PackageRelease(Base):
    """A version of a package, as the package index lists it."""

    __tablename__ = "package_release"
    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str]
    package: Mapped[str]
    version: Mapped[str]
    released_at: Mapped[datetime | None]
    yanked: Mapped[bool]
    yanked_reason: Mapped[str | None]
    prerelease: Mapped[bool]
    source: Mapped[str]
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    __table_args__ = (
        Index("uq_package_release_key", "source", "package", "version", unique=True),
        Index(None, "system", "released_at"),
    )


class PublishedFile(Base):
    """One wheel or source archive of a release."""

    __tablename__ = "package_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("package_release.id", ondelete="CASCADE"))
    filename: Mapped[str]
    kind: Mapped[str]
    python_tag: Mapped[str | None]
    abi_tag: Mapped[str | None]
    platform_tag: Mapped[str | None]
    size: Mapped[int | None]
    uploaded_at: Mapped[datetime | None]
    requires_python: Mapped[str | None]
    yanked: Mapped[bool]
    __table_args__ = (Index("uq_package_file_key", "release_id", "filename", unique=True),)


class Job(Base):
    """Work asked for by a page, the command line or cron; claimed by a worker with a lease.

    ``detail`` is what a running job says of its parts, for a page to draw; None before it runs and once it has ended.
    ``asker`` is whose job it is where a visitor of the site asked for it, and ``expected_s`` the seconds it was let in
    with; None for what the operator asked for, and where nobody knew.
    """

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    state: Mapped[str]
    requested: Mapped[datetime]
    requested_by: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asker: Mapped[str | None]
    asker_name: Mapped[str | None]
    expected_s: Mapped[float | None]
    __table_args__ = (Index(None, "state", "requested"), Index(None, "asker", "requested"))


class BenchRun(Base):
    """What a benchmark run measured of the machine as a whole; `measured_at` is when it ended, there where it ran."""

    __tablename__ = "bench_run"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    machine: Mapped[dict[str, Any]]
    ceilings: Mapped[dict[str, Any]]
    seconds: Mapped[float | None]
    rounds: Mapped[int | None]
    stopped_because: Mapped[str] = mapped_column(default="")
    document: Mapped[dict[str, Any]]
    measured_at: Mapped[datetime | None]


class BenchResult(Base):
    """One variant of one workload in one run; raw samples as arrays in one compressed column."""

    __tablename__ = "bench_result"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    workload: Mapped[str]
    size: Mapped[str]
    variant: Mapped[str]
    device: Mapped[str]
    preset: Mapped[str]
    status: Mapped[str]
    message: Mapped[str]
    latency_median: Mapped[float | None]
    latency_low: Mapped[float | None]
    latency_high: Mapped[float | None]
    first_call_s: Mapped[float | None]
    peak_bytes: Mapped[int | None]
    relative_error: Mapped[float | None]
    tolerance: Mapped[float | None]
    share_of_ceiling: Mapped[float | None]
    passport: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    samples: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        Index("uq_bench_result_key", "run_id", "workload", "size", "variant", "device", "preset", unique=True),
        Index(None, "workload", "variant"),
    )


class BenchComparison(Base):
    """The ratio of a variant's time to its baseline's in one run, with its 95 % interval.

    ``document`` is the comparison as the run gave it; None in rows written before that was kept.
    """

    __tablename__ = "bench_comparison"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    workload: Mapped[str]
    size: Mapped[str]
    baseline: Mapped[str]
    variant: Mapped[str]
    ratio: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    verdict: Mapped[str]
    floor: Mapped[float | None]
    why: Mapped[str]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    __table_args__ = (
        Index("uq_bench_comparison_key", "run_id", "workload", "size", "baseline", "variant", unique=True),
    )
