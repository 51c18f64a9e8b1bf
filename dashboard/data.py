"""What the pages read: the store's read door behind caches that are bounded and follow the newest run."""

import time
from collections.abc import Hashable, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.load import Catalog, load_catalog
from collectors import jobs
from collectors.settings import PREFIX
from dashboard.analysis.tidy import frame
from dashboard.kept import HOUR, kept, surroundings
from db import read
from db.engine import default_url, open_database, reading
from db.revision import must_fit
from language.words import current

STAMP_S = 1.0
"""How long a run of a page takes the store to be as it was when the run first asked, in seconds."""
_stamped: ContextVar[tuple[float, str, str] | None] = ContextVar("stamped", default=None)
LIVE = ("queued", "running")


class _Switch(BaseSettings):
    """The one setting of collecting the site shows; a mistake in another must not take the figures away."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")
    offline: bool = False


def today() -> date:
    """Today in UTC, as the store counts days."""
    return datetime.now(UTC).date()


def offline() -> bool:
    """Whether ``FRAMESCOPE_OFFLINE`` switches collecting off, read as the collectors read it.

    A value that is neither yes nor no counts as set: the collectors refuse to start with it.
    """
    return _offline(surroundings())


@kept(4)
def _offline(_surroundings: Hashable) -> bool:
    try:
        return _Switch().offline
    except ValidationError:
        return True


def catalog() -> Catalog:
    """The packaged catalogue."""
    return load_catalog()


def engine() -> Any:
    """The engine of the database in use; raises the store's errors, which say what to do."""
    return _engine(default_url())


def begin() -> None:
    """Let the run of a page that begins ask once how the store is; what it reads, it reads of that state."""
    _stamped.set((0.0, "", ""))


def stamp() -> str:
    """What changes whenever a run begins, ends or writes: the key of every cached read.

    Raises the store's errors: a database may be gone, or upgraded by a newer program, under a page that is open.
    """
    url, asked = default_url(), _stamped.get()
    if asked is not None and asked[1] == url and time.monotonic() - asked[0] < STAMP_S:
        return asked[2]
    with reading(engine()) as session:
        must_fit(session)
        known = f"{url} {';'.join(':'.join(map(str, run)) for run in read.newest_runs(session))}"
    if asked is not None:
        _stamped.set((time.monotonic(), url, known))
    return known


def worded() -> str:
    """`stamp` with the language that is read: the key of what is kept with its words."""
    return f"{stamp()} {current()}"


def speed_stamp() -> str:
    """What changes whenever a benchmark begins, ends or writes a result: the key of every cached read of speed."""
    with reading(engine()) as session:
        newest = read.bench_newest(session)
        ends = read.runs(session, kind=jobs.BENCHMARK, limit=8)
    state = ";".join(f"{run.run}:{run.status}:{run.finished}" for run in ends)
    return f"{default_url()} {newest} {state}"


def observed(metric: str, systems: Sequence[str] = (), *, primary_only: bool = True) -> pd.DataFrame:
    """One metric for a chart, daily series as months; the columns of `analysis.tidy.COLUMNS`. Yours to change."""
    return _observed(stamp(), metric, tuple(sorted(systems)), primary_only).copy(deep=False)


def series() -> pd.DataFrame:
    """Every series with its extent; the columns of `db.read.SeriesSummary`. Yours to change."""
    return _series(stamp()).copy(deep=False)


def stored_metrics() -> frozenset[str]:
    """The metrics that any series is stored of."""
    return _stored_metrics(stamp())


def doubts() -> list[read.DoubtRow]:
    """Every doubt, newest first."""
    return _doubts(stamp())


def raw(metric: str, system: str, source: str) -> list[read.SeriesRow]:
    """The rows of one series as stored; not cached, since it is read for a download alone."""
    with reading(engine()) as session:
        return list(read.observations(session, metrics=[metric], systems=[system], sources=[source]))


def measuring(kind: str = jobs.BENCHMARK) -> list[read.JobRow]:
    """The jobs of a kind that are running or queued, in the order they get their turn; never cached."""
    with reading(engine()) as session:
        found = read.jobs(session, states=LIVE, kind=kind)
    return sorted(found, key=lambda job: (job.state == "queued", job.requested, job.job))


def runs(limit: int = 30) -> list[read.RunRow]:
    """The newest runs; never cached."""
    with reading(engine()) as session:
        return read.runs(session, limit=limit)


def job(number: int) -> read.JobRow | None:
    """One job as it is now; never cached."""
    with reading(engine()) as session:
        return read.job(session, number)


def job_watch(number: int) -> read.JobWatch | None:
    """What a running job says of its parts, and its lease, as they are now; never cached."""
    with reading(engine()) as session:
        return read.job_watch(session, number)


def newest_job(kind: str = jobs.BENCHMARK) -> tuple[int, bool]:
    """The newest job of a kind and whether it has ended; (0, True) where there is none; never cached."""
    with reading(engine()) as session:
        found = read.jobs(session, kind=kind, limit=1)
    return (found[0].job, found[0].state not in LIVE) if found else (0, True)


def receipt(number: int) -> read.ReceiptRow | None:
    """One receipt."""
    with reading(engine()) as session:
        return read.receipt(session, number)


def sources() -> list[dict[str, Any]]:
    """Every source that can be collected, with its state and cost."""
    return _sources(stamp(), datetime.now(UTC).strftime("%Y-%m-%d %H"))


def workloads() -> list[dict[str, Any]]:
    """What can be measured."""
    return _workloads()


def variants() -> list[str]:
    """The variants that can be measured here."""
    return [str(row["variant"]) for row in variant_rows() if row["available"]]


def variant_rows(device: str = "cpu") -> list[dict[str, Any]]:
    """Every variant and whether it can be measured here or on a node, or why not; looked up here every ten minutes."""
    return jobs.offered_variants(_variants(device), nodes(), device)


def devices() -> list[dict[str, Any]]:
    """What a measurement may ask for, and why a GPU cannot be; this machine is looked at every ten minutes."""
    return jobs.offered_devices(_devices(), nodes())


def every_device() -> list[dict[str, Any]]:
    """Each device of this machine and of the nodes that workers reach, with what is measured on it now."""
    return jobs.busy_here(engine(), _devices()) + jobs.node_devices(nodes())


def nodes() -> list[read.NodeRow]:
    """The nodes that workers reach; never cached."""
    return jobs.node_list(engine())


def cost(
    workloads: tuple[str, ...], variants: tuple[str, ...], size: str | None, device: str, seconds: float, processes: int
) -> dict[str, Any]:
    """What a measurement costs, and why it cannot run, as `collectors.cost.Cost` has it; half a minute old at most."""
    return _cost(f"{speed_stamp()} {current()}", workloads, variants, size, device, seconds, processes)


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(url: str) -> Any:
    return open_database(url)


@st.cache_resource(max_entries=64, ttl=HOUR, show_spinner=False)
def _observed(stamped: str, metric: str, systems: tuple[str, ...], primary_only: bool) -> pd.DataFrame:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        return frame(read.charted(session, metric=metric, systems=systems, primary_only=primary_only))


@st.cache_resource(max_entries=4, ttl=HOUR, show_spinner=False)
def _series(stamped: str) -> pd.DataFrame:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        return pd.DataFrame(read.series_list(session), columns=list(read.SeriesSummary._fields))


@kept(4)
def _stored_metrics(stamped: str) -> frozenset[str]:
    return frozenset(_series(stamped)["metric"])


@st.cache_data(max_entries=4, ttl=HOUR, show_spinner=False)
def _doubts(stamped: str) -> list[read.DoubtRow]:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        return read.doubts(session)


@st.cache_data(max_entries=4, ttl=HOUR, show_spinner=False)
def _sources(stamped: str, hour: str) -> list[dict[str, Any]]:  # noqa: ARG001  # a key of the cache
    return jobs.source_list(engine())


@st.cache_data(max_entries=1, ttl=HOUR, show_spinner=False)
def _workloads() -> list[dict[str, Any]]:
    return jobs.workload_list()


@st.cache_data(max_entries=4, ttl=600, show_spinner=False)
def _variants(device: str) -> list[dict[str, Any]]:
    return jobs.variant_list(device=device)


@st.cache_data(max_entries=1, ttl=600, show_spinner=False)
def _devices() -> list[dict[str, Any]]:
    return jobs.device_list()


@st.cache_data(max_entries=64, ttl=30, show_spinner=False)
def _cost(stamped: str, *asked: Any) -> dict[str, Any]:  # noqa: ARG001  # a key of the cache
    return jobs.bench_cost(engine(), *asked)
