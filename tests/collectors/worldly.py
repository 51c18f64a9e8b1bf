"""Collects from the world of fakes in this process: short limits and no pauses, so that much can go wrong quickly."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from collectors import collection
from collectors.body import Limits
from collectors.http import HttpClient
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Source
from collectors.sources import SOURCES, arxiv, conda_monthly, github_search, hackernews, openalex, stackexchange
from db.engine import Engine, open_database
from tests.fakes.furnished import today
from tests.fakes.github import TOKEN
from tests.fakes.loopback import FAKES, World

LIMITS: dict[str, Any] = {
    "connect_s": 1.0,
    "read_s": 0.3,
    "total_s": 0.7,
    "tries": 2,
    "backoff_s": 0.002,
    "max_wait_s": 0.02,
}
MOST_BYTES = 2_000_000
KEY = "made-up-key-of-the-tests"
NAMES = tuple(name for name, _ in FAKES)


def quick(*, patient: bool) -> tuple[Source, ...]:
    """The sources of the world; patience is for honest answers on a busy machine, the want of it for silent ones."""
    times = {"read_s": 5.0, "total_s": 20.0} if patient else {}
    limited = [(source, source.limits or Limits()) for source in SOURCES if source.name in NAMES]
    return tuple(
        replace(source, limits=replace(limits, **{**LIMITS, **times}, max_bytes=MOST_BYTES))
        for source, limits in limited
    )


def _hasty(**given: Any) -> HttpClient:
    """A client that waits a hundredth of a second wherever a source asks for a minute."""
    return HttpClient(**{**given, "sleep": lambda seconds: time.sleep(min(seconds, 0.01))})


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Let every collection be hasty, and histories begin with last year or with the month before the last."""
    last = date(today().year - 1, 1, 1)
    recent = (today().replace(day=1) - timedelta(days=32)).replace(day=1)
    patch.setattr(collection, "HttpClient", _hasty)
    patch.setattr(arxiv, "FIRST_YEAR", last.year)
    patch.setattr(hackernews, "FIRST_YEAR", last.year)
    patch.setattr(conda_monthly, "BACK", 3)
    patch.setattr(github_search, "FIRST_MONTH", recent)
    patch.setattr(openalex, "FIRST_MONTH", recent)
    patch.setattr(stackexchange, "FIRST_MONTH", recent)


@cache
def _opened(home: Path) -> Engine:
    return open_database(f"sqlite:///{home / 'framescope.db'}")


def let_go(home: Path) -> None:
    """Close the database of a home, as a collection that ends does."""
    _opened(home).dispose()


def gather(
    world: World,
    home: Path,
    sources: Sequence[str] = NAMES,
    systems: Sequence[str] | None = ("pytorch", "all"),
    *,
    patient: bool = True,
    keys: bool = False,
    token: bool = True,
    since: date | None = None,
) -> dict[str, RunReport]:
    """One run of each of these sources."""
    settings = Settings(
        home=home,
        contact="mailto:me@example.org",
        github_token=SecretStr(TOKEN) if token else None,
        huggingface_token=SecretStr(KEY) if keys else None,
        openalex_key=SecretStr(KEY) if keys else None,
        stackexchange_key=SecretStr(KEY) if keys else None,
        source_urls=world.urls(),
        source_intervals=dict.fromkeys(NAMES, 0.0),
    )
    registered = quick(patient=patient)
    reports = collect(
        sources, engine=_opened(home), settings=settings, systems=systems, since=since, registered=registered
    )
    return {report.source: report for report in reports}
