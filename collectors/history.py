"""Loads the catalogue and the bundled figures into the store, each table with its receipt; safe to repeat."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from catalog import history
from catalog.history import HistoryRelease, HistoryRow
from catalog.load import Catalog, load_catalog
from catalog.models import Origin
from collectors.answered import Counts
from db import read, write
from db.engine import Engine, Session, reading, writing
from db.receipts import ReceiptStore
from db.records import Observation, ReceiptRecord, Release, Written

BUNDLED = "bundled"
CATALOG = "catalog"
HISTORY = "history"
_CURSOR = "sha256"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load changed; ``origins`` are those whose tables were read, the others being unchanged."""

    new: int
    revised: int
    origins: tuple[str, ...]


def load_bundled(engine: Engine, receipts: ReceiptStore, catalog: Catalog | None = None) -> LoadReport:
    """Write the catalogue, then every origin whose table differs from the one last loaded.

    One transaction an origin, with its cursor: an interrupted load is finished by the next one. Raises `CatalogError`
    and the store's errors.
    """
    catalog = catalog or load_catalog()
    load_catalog_into(engine, catalog)
    written, read_now = Written(), []
    for origin in catalog.origins.values():
        counts = _load_origin(engine, receipts, origin)
        if counts is not None:
            written += counts
            read_now.append(origin.source)
    return LoadReport(written.new, written.revised, tuple(read_now))


def load_catalog_into(engine: Engine, catalog: Catalog) -> None:
    """Write the catalogue under a run of its own, unless nothing in it changed."""
    entries = [*catalog.systems.values(), *catalog.metrics.values(), *catalog.breaks]
    digest = hashlib.sha256("\n".join(entry.model_dump_json() for entry in entries).encode()).hexdigest()
    with reading(engine) as session:
        if read.cursor(session, CATALOG, _CURSOR) == digest:
            return
    with writing(engine) as session:
        run = write.start_run(session, kind=CATALOG, source=CATALOG)
        write.catalog(session, run, catalog)
        write.set_cursor(session, run, CATALOG, _CURSOR, digest)
        message = f"{len(catalog.systems)} systems, {len(catalog.metrics)} metrics, {len(catalog.breaks)} breaks"
        write.finish_run(session, run, status="ok", message=message)


def _load_origin(engine: Engine, receipts: ReceiptStore, origin: Origin) -> Written | None:
    """Load one table; None if this very table is loaded already."""
    body = receipts.put(_bundle(origin.slug))
    with reading(engine) as session:
        if read.cursor(session, origin.source, _CURSOR) == body.sha256:
            return None
    rows = history.read_origin(origin.slug), history.read_releases(origin.slug)
    started = datetime.now(UTC)
    with writing(engine) as session:
        run = write.start_run(session, kind=HISTORY, source=origin.source, started=started)
        known = read.latest_receipt(session, origin.source, origin.url)
        receipt = (
            known.receipt
            if known is not None and known.sha256 == body.sha256
            else write.add_receipt(session, run, origin.source, _receipt(origin, body.sha256, body.size))
        )
        counts = write_table(session, BundledTable(origin, run, started, receipt, body.sha256), *rows)
        write.finish_run(
            session,
            run,
            status="ok",
            message=f"{counts.observations.total:,} values and {counts.releases.total:,} versions of {origin.title}",
            receipts=1,
            observations=counts.observations.total,
            new=counts.observations.new + counts.releases.new,
            revised=counts.observations.revised + counts.releases.revised,
        )
    return counts.observations


@dataclass(frozen=True, slots=True)
class BundledTable:
    """The tables of an origin as one run loads them; its rows bear the time the run began."""

    origin: Origin
    run: int
    started: datetime
    receipt: int
    sha256: str


def write_table(
    session: Session, table: BundledTable, rows: Iterable[HistoryRow], versions: Iterable[HistoryRelease]
) -> Counts:
    """Write the rows of a bundled table and that it was loaded: one definition, for `init` and for a replay."""
    about = session, table.run, table.origin.source
    observations = write.observations(*about, _observations(rows), table.receipt, told=table.started)
    releases = write.releases(*about, _releases(versions), table.receipt)
    write.set_cursor(*about, _CURSOR, table.sha256)
    write.read_receipts(session, [table.receipt])
    return Counts(observations, releases)


def read_bundle(origin: Origin, body: bytes) -> tuple[Iterator[HistoryRow], tuple[HistoryRelease, ...]]:
    """The rows of the tables that a receipt holds, of whichever version of them. Raises `CatalogError`."""
    table, versions = history.split_bundle(body)
    name = f"history/{origin.slug}.csv"
    listed = history.parse_releases(versions, f"{name} (versions)") if versions else ()
    return history.parse_rows(origin.layout, table, name), tuple(listed)


def _bundle(slug: str) -> bytes:
    """The bytes of all tables of an origin, one after another: what its receipt holds."""
    return history.origin_bytes(slug) + history.release_bytes(slug)


def _receipt(origin: Origin, sha256: str, size: int) -> ReceiptRecord:
    """A receipt dated by the day the figures were taken from their origin, at noon UTC."""
    return ReceiptRecord(
        url=origin.url,
        method=BUNDLED,
        status=200,
        fetched_at=datetime.combine(origin.retrieved.last, time(12), UTC),
        sha256=sha256,
        size=size,
        content_type="text/csv",
        request={"citation": origin.citation, "licence": origin.licence},
    )


def _observations(rows: Iterable[HistoryRow]) -> Iterator[Observation]:
    for row in rows:
        yield Observation(
            metric=row.metric,
            system=row.system,
            period_start=row.period_start,
            period_end=row.period_end,
            value=row.value,
            status=row.status,  # type: ignore[arg-type]  # the catalogue's reader admits the four statuses only
            granularity=row.granularity,  # type: ignore[arg-type]  # likewise
            definition=row.definition,
            primary=row.primary,
        )


def _releases(versions: Iterable[HistoryRelease]) -> Iterator[Release]:
    for row in versions:
        yield Release(
            system=row.system,
            package=row.package,
            version=row.version,
            released_at=datetime.combine(row.released, time(), UTC),
        )
