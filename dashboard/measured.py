"""What the pages read of measured speed: bounded caches over the store, by filter, run, workload or result."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from collectors import jobs
from dashboard.analysis.speed import Ratio
from dashboard.analysis.speed import read as read_ratio
from dashboard.data import engine, speed_stamp
from dashboard.kept import HOUR
from db import read
from db.engine import reading
from db.read import BenchFilter, BenchHead

MOST_RATIOS = 1_000
EVERYTHING = BenchFilter(newest=True)


class Page(NamedTuple):
    """Some rows of a list of results, and how many the list has."""

    rows: list[dict[str, Any]]
    total: int


class Detail(NamedTuple):
    """One workload and size of one run, whole: the head of the run, and its results with their documents."""

    head: dict[str, Any]
    results: list[dict[str, Any]]


def heads() -> list[BenchHead]:
    """Every finished run, the one measured last first."""
    return _heads(speed_stamp())


def known() -> list[tuple[str, str, str, str, str]]:
    """Every workload, size, variant, device and preset that was measured."""
    return _keys(speed_stamp())


def results(chosen: BenchFilter, *, limit: int = 200, offset: int = 0) -> Page:
    """The results a filter lets through, without documents."""
    return _results(speed_stamp(), chosen, limit, offset)


def all_results(chosen: BenchFilter, most: int) -> list[dict[str, Any]]:
    """All results that a filter lets through, up to so many; not cached, since they are read for a file alone."""
    with reading(engine()) as session:
        return read.bench_result_rows(session, chosen, limit=most)[0]


def comparisons(chosen: BenchFilter) -> list[Ratio]:
    """The comparisons a filter lets through, newest first, at most `MOST_RATIOS`."""
    return _comparisons(speed_stamp(), chosen)


def ratios() -> list[Ratio]:
    """The newest of each comparison."""
    return comparisons(EVERYTHING)


def detail(run: int, workload: str, size: str) -> Detail | None:
    """One workload and size of one run; None where it has no such results."""
    return _detail(speed_stamp(), run, workload, size)


def variants() -> list[str]:
    """Every variant that Framescope knows, whether or not it can be measured here."""
    return _variants()


def first_calls(results: Sequence[int]) -> dict[int, tuple[list[float], bool | None]]:
    """By result: seconds of the first call in every process, where kept, and whether it was really compiled."""
    return _first_calls(speed_stamp(), tuple(results))


def history(workload: str) -> list[dict[str, Any]]:
    """The results of a workload in all runs, newest first, each with its key and its step."""
    return _history(speed_stamp(), workload)


def document(run: int) -> dict[str, Any] | None:
    """The whole document of a run with its samples; not cached, since it is read for a file alone."""
    return jobs.run_document(engine(), run)


def repeat(run: int, workload: str = "", size: str = "") -> str:
    """The command line that measures a run again, or one workload and size of it."""
    return _repeat(speed_stamp(), run, workload, size)


def samples(result: int) -> dict[str, Any] | None:
    """The raw samples of one result."""
    return _samples(speed_stamp(), result)


@st.cache_data(max_entries=2, ttl=HOUR, show_spinner=False)
def _heads(stamped: str) -> list[BenchHead]:  # noqa: ARG001  # a key of the cache, as in all below
    with reading(engine()) as session:
        return read.bench_heads(session)


@st.cache_data(max_entries=2, ttl=HOUR, show_spinner=False)
def _keys(stamped: str) -> list[tuple[str, str, str, str, str]]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.bench_keys(session)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _results(stamped: str, chosen: BenchFilter, limit: int, offset: int) -> Page:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return Page(*read.bench_result_rows(session, chosen, limit=limit, offset=offset))


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _comparisons(stamped: str, chosen: BenchFilter) -> list[Ratio]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return [read_ratio(row) for row in read.bench_comparison_rows(session, chosen, limit=MOST_RATIOS)]


@st.cache_data(max_entries=32, ttl=HOUR, show_spinner=False)
def _detail(stamped: str, run: int, workload: str, size: str) -> Detail | None:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        head = read.bench_head(session, run)
        found = read.bench_results(session, run=run, workload=workload, size=size)
        code = _code(session, run, workload)
    if head is None or not found:
        return None
    return Detail(head | ({"code": {workload: code}} if code else {}), found[::-1])


def _code(session: Any, run: int, workload: str) -> dict[str, str]:
    """The code of a workload's sides, where the store keeps it apart from the head of its run."""
    return dict(read.bench_code(session, run, workload))


@st.cache_data(max_entries=1, ttl=HOUR, show_spinner=False)
def _variants() -> list[str]:
    return [str(entry["variant"]) for entry in jobs.variant_list()]


@st.cache_data(max_entries=8, ttl=HOUR, show_spinner=False)
def _first_calls(stamped: str, results: tuple[int, ...]) -> dict[int, tuple[list[float], bool | None]]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.bench_first_calls(session, results)


@st.cache_data(max_entries=8, ttl=HOUR, show_spinner=False)
def _history(stamped: str, workload: str) -> list[dict[str, Any]]:  # noqa: ARG001  # as above
    kept = ("result", "run", "measured_at", "imported", "workload", "size", "variant", "device", "preset")
    found = jobs.bench_history(engine(), workload=workload)
    return [{name: row[name] for name in (*kept, "status", "latency_s", "key", "step")} for row in found]


@st.cache_data(max_entries=32, ttl=HOUR, show_spinner=False)
def _repeat(stamped: str, run: int, workload: str, size: str) -> str:  # noqa: ARG001  # as above
    return jobs.repeat_of(engine(), run, workload, size)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _samples(stamped: str, result: int) -> dict[str, Any] | None:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.bench_samples(session, result)
