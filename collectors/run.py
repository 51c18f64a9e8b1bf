"""The one loop over the sources: the command line, the worker and cron all collect through it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from catalog.load import load_catalog
from collectors.collection import Collection, Order, Progress
from collectors.report import RunReport
from collectors.settings import Settings
from collectors.source import Source
from db.engine import Engine
from db.errors import UnknownName

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

    ``systems`` are slugs. With ``due_only`` those wait whose last success is younger than their cadence; a dry run
    asks nobody and writes nothing. Raises `UnknownName` before anything is asked; everything later is an outcome.
    """
    if registered is None:
        from collectors.sources import SOURCES

        registered = SOURCES
    chosen = _named("source", sources, {source.name: source for source in registered})
    tracked = _named("system", systems, load_catalog().systems)
    reports = []
    for source in chosen:
        if should_stop is not None and should_stop():
            reports.append(RunReport.without_run(source.name, "skipped", "stopped before it began"))
            continue
        order = Order(engine, settings, tracked, since, progress, should_stop)
        report = Collection(source, order).go(due_only=due_only, dry_run=dry_run)
        log.info("%s: %s: %s", report.source, report.status, report.message)
        reports.append(report)
    return reports


def _named(what: str, names: Iterable[str] | None, known: dict[str, Named]) -> list[Named]:
    if names is None:
        return list(known.values())
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in known:
            raise UnknownName(f"There is no {what} {name!r}; there is {', '.join(sorted(known))}.")
    return [known[name] for name in names]
