"""What the page Code reads: the programs as they would run now, and what they came to."""

from typing import Any

import streamlit as st

from collectors import jobs
from dashboard.data import engine, stamp
from dashboard.kept import HOUR
from db import read
from db.engine import reading
from db.read import TaskRow


def tasks() -> list[dict[str, Any]]:
    """Every task with its programs, as `collectors.jobs.task_list` gives them."""
    return _tasks()


def results() -> dict[tuple[str, str], TaskRow]:
    """The newest result of each task and system."""
    return _results(stamp())


def results_of(run: int) -> int:
    """How many results a run has so far; never cached."""
    with reading(engine()) as session:
        return len(read.task_results(session, run=run))


@st.cache_data(max_entries=1, ttl=HOUR, show_spinner=False)
def _tasks() -> list[dict[str, Any]]:
    return jobs.task_list()


@st.cache_data(max_entries=2, ttl=HOUR, show_spinner=False)
def _results(stamped: str) -> dict[tuple[str, str], TaskRow]:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        return {(row.task, row.system): row for row in read.task_results(session)}
