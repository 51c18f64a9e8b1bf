"""Runs one source against a server on the loopback into a real store, for the tests of the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors import collection
from collectors.body import Limits
from collectors.http import HttpClient
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Source
from db import read
from db.engine import Engine, reading
from db.read import SeriesRow

TRIES = 2


def _hasty(*, limits: Limits, **rest: Any) -> HttpClient:
    """A client with the source's own bounds on sizes, and short ones on times and tries."""
    return HttpClient(limits=replace(limits, tries=TRIES, max_wait_s=0.05, total_s=20), **rest)


@dataclass(frozen=True)
class Running:
    """One source, where it is asked, and the store it is written to; pauses between tries are short."""

    source: Source
    url: str | None
    home: Path
    engine: Engine
    patch: pytest.MonkeyPatch

    def __call__(self, *systems: str, since: date | None = None, dry_run: bool = False) -> RunReport:
        self.patch.setattr(collection, "HttpClient", _hasty)
        name = self.source.name
        settings = Settings(
            home=self.home,
            source_urls={name: self.url} if self.url else {},
            source_intervals={name: 0.0},
        )
        (report,) = collect(
            [name],
            engine=self.engine,
            settings=settings,
            systems=systems or None,
            since=since,
            dry_run=dry_run,
            registered=[self.source],
        )
        return report

    def rows(self, *systems: str) -> Sequence[SeriesRow]:
        """What the store holds of this source."""
        with reading(self.engine) as session:
            return list(read.observations(session, sources=[self.source.name], systems=systems))

    def values(self, definition: str) -> dict[date, tuple[float | None, str]]:
        """Value and status by the first day of the period, of one definition."""
        return {row.period_start: (row.value, row.status) for row in self.rows() if row.definition == definition}

    def revised(self) -> list[tuple[str, date, float | None, str]]:
        """What was replaced: definition, day, earlier value and status."""
        with reading(self.engine) as session:
            found = read.revisions(session, source=self.source.name)
        return [(row.definition, row.period_start, row.value, row.status) for row in found]
