"""What a database says, in one canonical order and without the numbers of its rows, so that two can be compared."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Cursor,
    Doubt,
    Metric,
    Observed,
    PackageRelease,
    PublishedFile,
    Receipt,
    Revision,
    RollUp,
    Run,
    Series,
    SeriesBreak,
    System,
)
from db.read.kept import rests_on_receipts

CATALOG = "catalog"


class Entry(NamedTuple):
    """One thing a database says: of which kind, its key within that kind, and what is said."""

    section: str
    key: tuple[str, ...]
    said: tuple[Any, ...]


def content(session: Session) -> Iterator[Entry]:
    """Everything that figures are: sorted by section and key, whatever order the rows were written in.

    Content is: the catalogue; cursors; runs that figures rest on, with times, outcomes and counts; receipts with all
    they say; releases and their files; series; observations, their roll-ups and their revisions, each with its receipt,
    run and time; doubts and what was decided of them. Not content: numbers of rows (a run stands for itself by its
    source and start, a receipt by its time, hash and address), whether a body was pruned since, measurements with their
    runs and jobs, when the catalogue was loaded.
    """
    runs = _runs(session)
    yield from _catalogue(session)
    yield from _sorted("cursor", _cursors(session, runs))
    yield from _receipts(session, runs)
    yield from _sorted("release", _releases(session, runs))
    yield from _run_entries(session)
    yield from _of_series(session, runs)


def _runs(session: Session) -> dict[int, str]:
    found = session.execute(select(Run.id, Run.source, Run.started))
    return {number: f"{source} {started.isoformat()}" for number, source, started in found}


def _sorted(section: str, rows: Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> Iterator[Entry]:
    """As entries in order; keys that are not unique get a number."""
    seen: Counter[tuple[str, ...]] = Counter()
    entries = []
    for key, said in rows:
        texts = tuple(map(str, key))
        seen[texts] += 1
        entries.append(Entry(section, (*texts, f"{seen[texts]:06}"), said))
    yield from sorted(entries, key=lambda entry: entry.key)


def _catalogue(session: Session) -> Iterator[Entry]:
    for name, table in (("break", SeriesBreak), ("metric", Metric), ("system", System)):
        found = session.execute(select(table.slug, table.data))
        yield from _sorted(f"catalogue {name}", (((slug,), (data,)) for slug, data in found))


def _cursors(session: Session, runs: dict[int, str]) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    found = session.execute(select(Cursor.source, Cursor.key, Cursor.value, Cursor.run_id))
    return (((source, key), (value, runs.get(run))) for source, key, value, run in found if source != CATALOG)


def _of_series(session: Session, runs: dict[int, str]) -> Iterator[Entry]:
    names = (Series.metric, Series.system, Series.source, Series.granularity, Series.definition)
    found = session.execute(select(Series.id, *names, Series.unit, Series.roll_up, Series.is_primary)).all()
    for number, *rest in sorted(found, key=lambda row: tuple(row[1:6])):
        key = tuple(map(str, rest[:5]))
        yield Entry("series", key, tuple(rest[5:]))
        yield from _observations(session, number, key, runs)
        yield from _revisions(session, number, key, runs)
        yield from _roll_ups(session, number, key)
        yield from _doubts(session, number, key, runs)


def _observations(session: Session, series: int, key: tuple[str, ...], runs: dict[int, str]) -> Iterator[Entry]:
    query = (
        select(
            *(Observed.period_start, Observed.period_end, Observed.value, Observed.status, Observed.collected_at),
            *(Observed.run_id, Receipt.fetched_at, Receipt.sha256, Receipt.url),
        )
        .outerjoin(Receipt, Receipt.id == Observed.receipt_id)
        .where(Observed.series_id == series)
        .order_by(Observed.period_start, Observed.period_end)
    )
    for start, end, value, status, at, run, *receipt in session.execute(query):
        yield Entry("series", (*key, "observation", str(start), str(end)), (value, status, at, runs[run], *receipt))


def _revisions(session: Session, series: int, key: tuple[str, ...], runs: dict[int, str]) -> Iterator[Entry]:
    query = (
        select(
            *(Revision.period_start, Revision.period_end, Revision.value, Revision.status, Revision.collected_at),
            *(Revision.run_id, Revision.replaced_by_run, Revision.replaced_at),
            *(Receipt.fetched_at, Receipt.sha256, Receipt.url),
        )
        .outerjoin(Receipt, Receipt.id == Revision.receipt_id)
        .where(Revision.series_id == series)
        .order_by(Revision.id)
    )
    rows = (
        ((*key, "revision", start, end), (value, status, at, runs[run], runs[by], *rest))
        for start, end, value, status, at, run, by, *rest in session.execute(query)
    )
    yield from _sorted("series", rows)


def _roll_ups(session: Session, series: int, key: tuple[str, ...]) -> Iterator[Entry]:
    query = (
        select(
            *(RollUp.granularity, RollUp.period_start, RollUp.period_end),
            *(RollUp.value, RollUp.status, RollUp.days, RollUp.last_seen),
        )
        .where(RollUp.series_id == series)
        .order_by(RollUp.granularity, RollUp.period_start)
    )
    for granularity, start, end, *said in session.execute(query):
        yield Entry("series", (*key, "roll-up", granularity, str(start), str(end)), tuple(said))


def _doubts(session: Session, series: int, key: tuple[str, ...], runs: dict[int, str]) -> Iterator[Entry]:
    query = select(
        *(Doubt.period_start, Doubt.period_end, Doubt.value, Doubt.rule, Doubt.run_id, Doubt.settled_by_run),
        *(Doubt.seen, Doubt.state, Doubt.opened_at, Doubt.settled_at, Doubt.why),
    ).where(Doubt.series_id == series)
    rows = (
        ((*key, "doubt", start, end, value, rule), (runs[run], by and runs[by], *said))
        for start, end, value, rule, run, by, *said in session.execute(query)
    )
    yield from _sorted("series", rows)


def _receipts(session: Session, runs: dict[int, str]) -> Iterator[Entry]:
    for (source,) in sorted(session.execute(select(Receipt.source).distinct())):
        columns = (Receipt.fetched_at, Receipt.url, Receipt.run_id, Receipt.method, Receipt.status, Receipt.sha256)
        more = (Receipt.size, Receipt.content_type, Receipt.etag, Receipt.last_modified, Receipt.request, Receipt.part)
        found = session.execute(select(*columns, *more).where(Receipt.source == source).order_by(Receipt.id))
        rows = (((source, fetched_at.isoformat(), url), (runs[run], *said)) for fetched_at, url, run, *said in found)
        yield from _sorted("receipt", rows)


def _releases(session: Session, runs: dict[int, str]) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    files: dict[int, list[tuple[Any, ...]]] = {}
    columns = [column for column in PublishedFile.__table__.columns if column.name not in ("id", "release_id")]
    for release, *said in session.execute(select(PublishedFile.release_id, *columns)):
        files.setdefault(release, []).append(tuple(said))
    key = (PackageRelease.source, PackageRelease.package, PackageRelease.version)
    told = (PackageRelease.system, PackageRelease.released_at, PackageRelease.yanked, PackageRelease.yanked_reason)
    query = select(
        *(PackageRelease.id, PackageRelease.run_id, *key, *told, PackageRelease.prerelease),
        *(Receipt.fetched_at, Receipt.sha256, Receipt.url),
    ).outerjoin(Receipt, Receipt.id == PackageRelease.receipt_id)
    for number, run, source, package, version, *said in session.execute(query):
        yield (source, package, version), (runs[run], *said, tuple(sorted(files.get(number, ()), key=repr)))


def _run_entries(session: Session) -> Iterator[Entry]:
    columns = (Run.kind, Run.status, Run.finished, Run.message, Run.program, Run.parameters)
    counts = (Run.requests, Run.receipts, Run.observations, Run.new, Run.revised)
    query = select(Run.source, Run.started, *columns, *counts).where(rests_on_receipts()).order_by(Run.id)
    found = session.execute(query)
    yield from _sorted("run", (((source, started.isoformat()), tuple(said)) for source, started, *said in found))
