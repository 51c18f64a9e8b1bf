"""What the pages read of probed capabilities: bounded caches over the store, that follow the newest result."""

from typing import Any

import streamlit as st

from collectors import jobs
from dashboard.analysis.capabilities import slug
from dashboard.data import engine
from dashboard.kept import HOUR
from db import read
from db.engine import default_url, reading
from db.read import ProbeChange, ProbeColumn, ProbedColumn, ProbeRow


def stamp() -> str:
    """What changes whenever a probe writes a result: the key of every cached read here."""
    with reading(engine()) as session:
        return f"{default_url()} {read.probe_newest(session)}"


def columns() -> list[ProbedColumn]:
    """Every version of every system that was probed, the most lately probed first."""
    return _columns(stamp())


def rows(chosen: tuple[ProbeColumn, ...]) -> list[ProbeRow]:
    """The latest result of every cell of the columns."""
    return _rows(stamp(), chosen)


def evidence(result: int) -> dict[str, Any] | None:
    """One result whole, with code, figures and output; None if there is none."""
    return _evidence(stamp(), result)


def history(capability: str, system: str, mode: str) -> list[ProbeRow]:
    """Every result there ever was of a cell, in every version, oldest first."""
    return _history(stamp(), capability, system, mode)


def changes(before: ProbeColumn, after: ProbeColumn) -> list[ProbeChange]:
    """Each cell of two versions with its state in both."""
    return _changes(stamp(), before, after)


def link(ref: str) -> dict[str, str]:
    """What the address of the page Capabilities asks for to open the newest result of ``capability/system/mode``."""
    capability, system, mode = ref.split("/")
    told = history(capability, system, mode)
    if not told:
        return {"q": capability}
    newest = told[-1]
    of = ProbeColumn(newest.system, newest.version, newest.backend_version, newest.device)
    return {"cell": f"{capability}~{newest.mode}~{slug(of)}"}


def known() -> list[dict[str, Any]]:
    """What can be probed, in the order of the registry."""
    return _known()


@st.cache_data(max_entries=2, ttl=HOUR, show_spinner=False)
def _columns(stamped: str) -> list[ProbedColumn]:  # noqa: ARG001  # a key of the cache, as in all below
    with reading(engine()) as session:
        return read.probe_columns(session)


@st.cache_data(max_entries=8, ttl=HOUR, show_spinner=False)
def _rows(stamped: str, chosen: tuple[ProbeColumn, ...]) -> list[ProbeRow]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.probe_matrix(session, chosen)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _evidence(stamped: str, result: int) -> dict[str, Any] | None:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.probe_evidence(session, result)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _history(stamped: str, capability: str, system: str, mode: str) -> list[ProbeRow]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.probe_history(session, capability, system, mode)


@st.cache_data(max_entries=16, ttl=HOUR, show_spinner=False)
def _changes(stamped: str, before: ProbeColumn, after: ProbeColumn) -> list[ProbeChange]:  # noqa: ARG001  # as above
    with reading(engine()) as session:
        return read.probe_diff(session, before, after)


@st.cache_data(max_entries=1, ttl=HOUR, show_spinner=False)
def _known() -> list[dict[str, Any]]:
    return jobs.capability_list()
