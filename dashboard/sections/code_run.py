"""Running the programs from the page: the button, who may press it, and the progress of what runs."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from collectors import jobs
from dashboard import data, tasked
from dashboard import format as fmt
from dashboard.data import LIVE
from dashboard.sections.frame import guarded_part
from dashboard.sections.speed_run import TOKEN, may_run
from dashboard.text import code, plain
from db.errors import StoreError
from db.read import JobRow

KEY = "code.key"
PATIENCE_S = 10


def button(task: Mapping[str, Any], systems: tuple[str, ...]) -> None:
    """Draw the button that queues the chosen programs, or why this visitor may not."""
    allowed, why = may_run()
    if not allowed:
        st.info(plain(why), icon=":material/lock:")
        st.text_input("Run token", type="password", key=TOKEN)
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="code-run")
    live = tasked.running()
    pressed = row.button("Run these", type="primary", disabled=bool(live), key="code.run")
    row.caption(f"One after another, each in a process of its own. Or {code(command(task, systems))}", width="stretch")
    if pressed:
        _request(str(task["task"]), systems)


def command(task: Mapping[str, Any], systems: tuple[str, ...]) -> str:
    """The command line that runs the same."""
    return " ".join(["framescope tasks", str(task["task"]), *(f"--system {name}" for name in systems)])


def progress() -> None:
    """Draw the jobs that run or wait, whoever asked for them, and how the job of the address bar ended."""
    live, asked = tasked.running(), st.query_params.get("job")
    for found in live[:3]:
        _live(found.job)
    if asked and asked.isdecimal() and len(asked) <= 12 and int(asked) not in [found.job for found in live]:
        _ended(data.job(int(asked)), asked)
    _watch([found.job for found in live], tasked.newest_end())


def _request(task: str, systems: tuple[str, ...]) -> None:
    key = st.session_state.setdefault(KEY, uuid.uuid4().hex)
    try:
        number = jobs.request_tasks(data.engine(), tasks=[task], systems=systems, requested_by="site", key=key)
    except (StoreError, ValueError) as error:
        st.error(f"Nothing was started. {plain(error)}")
        return
    del st.session_state[KEY]  # the next press is another job
    st.query_params["job"] = str(number)
    st.rerun()


@st.fragment(run_every=3)
def _watch(drawn: list[int], newest: tuple[int, bool]) -> None:
    """Draw the page anew when a job was started, or ended, elsewhere."""
    with guarded_part():
        if [found.job for found in tasked.running()] != drawn or tasked.newest_end() != newest:
            st.rerun()


@st.fragment(run_every=1)
def _live(number: int) -> None:
    with guarded_part():
        found = data.job(number)
        if found is None or found.state not in LIVE:
            st.rerun()
            return
        with st.container(border=True, key=f"code-live-{number}"):
            bar, cancel = st.columns((5, 1), vertical_alignment="center")
            bar.progress(min(max(found.progress, 0.0), 1.0), text=_words(found))
            if may_run()[0] and cancel.button("Cancel", key=f"code-cancel-{number}", width="stretch"):
                jobs.cancel(data.engine(), number)
            waited = (datetime.now(UTC) - found.requested).total_seconds()
            if found.state == "queued" and waited > PATIENCE_S:
                st.warning("No worker has taken this job yet. It stays queued until one runs:")
                st.code("framescope worker", language=None)


def _words(found: JobRow) -> str:
    if found.state == "queued":
        return f"Job {found.job}: queued {fmt.ago(found.requested, datetime.now(UTC))}"
    return f"Job {found.job}: {plain(found.message or 'starting')}"


def _ended(found: JobRow | None, asked: str) -> None:
    if found is None or found.kind != jobs.TASKS:
        st.warning(f"There is no job {plain(asked)} of this page.", icon=":material/link_off:")
    elif found.state == "done":
        st.success(f"Job {found.job} is done: {plain(found.message)}.", icon=":material/check:")
    elif found.state == "cancelled":
        st.info(f"Job {found.job} was cancelled. {plain(found.message)}", icon=":material/block:")
    else:
        st.error(f"Job {found.job} failed: {plain(found.message)}. What it had until then is kept.")
