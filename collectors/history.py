"""Loads the catalogue and the bundled figures into the store, each table with its receipt; safe to repeat."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from catalog import history
from catalog.load import Catalog, load_catalog
from catalog.models import Origin
from db import read, write
from db.engine import Engine, reading, writing
from db.receipts import ReceiptStore
from db.records import Observation, ReceiptRecord, Release, Written

BUNDLED = "bundled"
CATALOG = "catalog"
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
    _load_catalog(engine, catalog)
    written, read_now = Written(), []
    for origin in catalog.origins.values():
        counts = _load_origin(engine, receipts, origin)
        if counts is not None:
            written += counts
            read_now.append(origin.source)
    return LoadReport(written.new, written.revised, tuple(read_now))


def _load_catalog(engine: Engine, catalog: Catalog) -> None:
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
    with writing(engine) as session:
        run = write.start_run(session, kind="history", source=origin.source)
        known = read.latest_receipt(session, origin.source, origin.url)
        receipt = (
            known.receipt
            if known is not None and known.sha256 == body.sha256
            else write.add_receipt(session, run, origin.source, _receipt(origin, body.sha256, body.size))
        )
        counts = write.observations(session, run, origin.source, _observations(origin), receipt)
        releases = write.releases(session, run, origin.source, _releases(origin), receipt)
        write.set_cursor(session, run, origin.source, _CURSOR, body.sha256)
        write.finish_run(
            session,
            run,
            status="ok",
            message=f"{counts.total:,} values and {releases.total:,} versions of {origin.title}",
            receipts=1,
            observations=counts.total,
            new=counts.new + releases.new,
            revised=counts.revised + releases.revised,
        )
    return counts


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


def _observations(origin: Origin) -> Iterator[Observation]:
    for row in history.read_origin(origin.slug):
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


def _releases(origin: Origin) -> Iterator[Release]:
    for row in history.read_releases(origin.slug):
        yield Release(
            system=row.system,
            package=row.package,
            version=row.version,
            released_at=datetime.combine(row.released, time(), UTC),
        )
