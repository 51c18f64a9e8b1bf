"""The one loop over the sources: the command line, the worker and cron all collect through it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from filelock import FileLock, Timeout

from catalog.load import load_catalog
from collectors import about
from collectors.collection import COLLECTION, Collection, Order, Progress
from collectors.report import RunReport
from collectors.settings import Settings
from collectors.source import Source
from db import read
from db.engine import Engine, reading
from db.errors import StoreError, UnknownName
from verdicts.ledger import record_after

log = logging.getLogger(__name__)
Named = TypeVar("Named")


def collect(
    sources: Iterable[str] | None,
    *,
    engine: Engine,
    settings: Settings,
    systems: Iterable[str] | None = None,
    since: date | None = None,
    due_only: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    registered: Sequence[Source] | None = None,
) -> list[RunReport]:
    """Run the named sources (all where None), one after the other, and give a report of each.

    ``systems`` are slugs. With ``due_only`` those wait whose last success is younger than their cadence, and two such
    collections never overlap: the second skips all. A dry run asks nobody and writes nothing. Raises `UnknownName`
    before anything is asked; everything later is an outcome.
    """
    if registered is None:
        from collectors.sources import SOURCES

        registered = SOURCES
    chosen = _named("source", sources, {source.name: source for source in registered})
    tracked = _named("system", systems, load_catalog().systems)
    order = Order(engine, settings, tracked, since, progress, should_stop)
    try:
        with _alone(settings, due_only and not dry_run):
            reports = list(_each(chosen, order, due_only=due_only, dry_run=dry_run))
    except Timeout:
        message = "another collection of what is due is going on"
        return [RunReport.without_run(source.name, "skipped", message) for source in chosen]
    if not dry_run and any(report.observations for report in reports):
        _record_verdicts(engine)
    return reports


def _record_verdicts(engine: Engine) -> None:
    """Keep what the new figures make of the claims, as part of the last run of this collection."""
    try:
        with reading(engine) as session:
            newest = read.runs(session, kind=COLLECTION, limit=1)
    except StoreError as error:
        log.warning("the figures were kept, but not what they make of the claims: %s", error)
        return
    if newest:
        record_after(engine, newest[0].run)


def _each(chosen: Sequence[Source], order: Order, *, due_only: bool, dry_run: bool) -> Iterator[RunReport]:
    watched = order.progress is not None and not dry_run
    ahead = [Collection(source, order).forecast(due_only=due_only) if watched else 0.0 for source in chosen]
    for place, source in enumerate(chosen, 1):
        if order.should_stop is not None and order.should_stop():
            yield RunReport.without_run(source.name, "skipped", "stopped before it began")
            continue
        with about.at(source=source.name):
            collection = Collection(source, replace(order, after_s=sum(ahead[place:])))
            report = collection.go(due_only=due_only, dry_run=dry_run)
            log.info("%s: %s: %s", report.source, report.status, report.message)
        yield report


@contextmanager
def _alone(settings: Settings, wanted: bool) -> Iterator[None]:
    """Hold the one lock of what is due, which ends with its process. Raises `filelock.Timeout` if another has it."""
    if not wanted:
        yield
        return
    directory = settings.directory / "locks"
    lock = FileLock(directory / "due.lock", timeout=0)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise
    except OSError as error:  # each source says so in its own report
        log.warning("%s cannot be locked: %s", directory, error.strerror)
    try:
        yield
    finally:
        lock.release()


def _named(what: str, names: Iterable[str] | None, known: dict[str, Named]) -> list[Named]:
    if names is None:
        return list(known.values())
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UnknownName(f"There is no {what} {name!r}.{hint} There is {', '.join(sorted(known))}.")
    return [known[name] for name in names]
