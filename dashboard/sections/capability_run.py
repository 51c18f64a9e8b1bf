"""Asking for probes from the page, and following the job that runs them."""

import uuid
from datetime import UTC, datetime

import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard import format as fmt
from dashboard.data import LIVE
from dashboard.sections import capability_controls as controls
from dashboard.sections import speed_job
from dashboard.sections.frame import guarded_part
from dashboard.sections.speed_run import TOKEN, may_run
from dashboard.text import plain
from db.errors import StoreError
from db.read import JobRow, ProbeRow

ASKED, FAILED = "capabilities.asked", "capabilities.failed"


def everything(*, first: bool) -> None:
    """Draw the button that runs all probes, or why this visitor has none."""
    allowed, why = may_run()
    if not allowed:
        box = st.expander("Run the probes again", icon=":material/lock:", on_change="rerun", key="capability-lock")
        if box.open:
            box.info(plain(why))
            box.text_input("Run token", type="password", key=TOKEN)
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="capability-run")
    row.button(
        "Run all probes" if first else "Run all again",
        type="primary" if first else "secondary",
        disabled=bool(data.measuring(jobs.PROBES)),
        on_click=_request,
        key="capabilities.all",
    )
    row.caption("About ten minutes on two processors; it can be cancelled, and answers are kept as they come.")


def again(cell: ProbeRow) -> None:
    """Draw the button that runs one cell's probe again, for all modes of its system."""
    if not may_run()[0]:
        return
    known = {str(entry["capability"]) for entry in jobs.capability_list()}
    st.button(
        "Run this again",
        disabled=cell.capability not in known or bool(data.measuring(jobs.PROBES)),
        on_click=_request,
        args=(cell.capability, cell.system, cell.device),
        key="capabilities.again",
        width="stretch",
    )


def _request(capability: str = "", system: str = "", device: str = "cpu") -> None:
    try:
        number = jobs.request_probes(
            data.engine(),
            capabilities=[capability] if capability else [],
            systems=[system] if system else [],
            device=device,
            requested_by="site",
            key=st.session_state.setdefault(ASKED, uuid.uuid4().hex),
        )
    except (StoreError, ValueError) as error:
        st.session_state[FAILED] = str(error)
        return
    del st.session_state[ASKED]  # the next press is another job
    controls.keep("job", str(number))


def progress() -> None:
    """Draw the job of probes that runs or waits, whoever asked for it, or how the one of the address bar ended."""
    if said := st.session_state.pop(FAILED, ""):
        st.error(f"Nothing was started. {plain(said)}")
    live = data.measuring(jobs.PROBES)
    if live:
        _live(live[0].job)
    else:
        _asked(st.query_params.get("job", ""))
    _watch_for_others([found.job for found in live], data.newest_job(jobs.PROBES))


def _asked(asked: str) -> None:
    found = data.job(int(asked)) if asked.isdecimal() and len(asked) <= 12 else None
    if found is not None and found.kind == jobs.PROBES and found.state not in LIVE:
        speed_job.ended(found)
    elif asked and (found is None or found.kind != jobs.PROBES):
        st.warning(f"There is no job of probes {plain(asked[:40])} in this database.", icon=":material/link_off:")


@st.fragment(run_every=3)
def _watch_for_others(drawn: list[int], newest: tuple[int, bool]) -> None:
    """Draw the page anew when probes were started, or ended, elsewhere; costs two short queries."""
    with guarded_part():
        if [found.job for found in data.measuring(jobs.PROBES)] != drawn or data.newest_job(jobs.PROBES) != newest:
            st.rerun()


@st.fragment(run_every=1)
def _live(number: int) -> None:
    with guarded_part():
        found = data.job(number)
        if found is None or found.state not in LIVE:
            if "job" not in st.query_params:
                controls.keep("job", str(number))  # so that the page says how it ended
            st.rerun()
            return
        watched = data.job_watch(number)
        with st.container(border=True, key=f"job-live-{number}"):
            bar, button = st.columns((5, 1), vertical_alignment="center")
            bar.progress(min(max(found.progress, 0.0), 1.0), text=_words(found))
            stopping = watched is not None and watched.cancel_requested
            if may_run()[0] and button.button(
                "Stopping" if stopping else "Cancel", key=f"cancel-{number}", width="stretch", disabled=stopping
            ):
                jobs.cancel(data.engine(), number)
            if speed_job.unclaimed(found):
                st.warning("No worker has taken this job yet, or it measures first:", icon=":material/hourglass:")
                st.code("framescope worker", language=None)


def _words(found: JobRow) -> str:
    if found.state == "queued":
        return f"Job {found.job}: queued {fmt.ago(found.requested, datetime.now(UTC))}"
    return f"Job {found.job}: {plain(found.message or 'running')}"
