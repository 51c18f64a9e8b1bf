"""Asking for probes from the page, and following the job that runs them."""

import uuid
from functools import partial

import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard.sections import capability_controls as controls
from dashboard.sections import job_line, my_jobs, who_may
from dashboard.text import plain
from db.errors import StoreError
from db.read import ProbeRow
from language.words import N_, _

ASKED, FAILED = "capabilities.asked", "capabilities.failed"


def everything(*, first: bool) -> None:
    """Draw the button that runs all probes, or why this visitor has none."""
    if not who_may.gate():
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="capability-run")
    row.button(
        _("Run all probes") if first else _("Run all again"),
        type="primary" if first else "secondary",
        disabled=bool(data.measuring(jobs.PROBES)),
        on_click=_request,
        key="capabilities.all",
    )
    row.caption(_("About ten minutes on two processors; it can be cancelled, and answers are kept as they come."))


def again(cell: ProbeRow) -> None:
    """Draw the button that runs one cell's probe again, for all modes of its system."""
    if not visiting.standing().allowed:
        return
    known = {str(entry["capability"]) for entry in jobs.capability_list()}
    st.button(
        _("Run this again"),
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
            requested_by=visiting.visitor(),
            key=st.session_state.setdefault(ASKED, uuid.uuid4().hex),
        )
    except (StoreError, ValueError) as error:
        st.session_state[FAILED] = str(error)
        return
    del st.session_state[ASKED]  # the next press is another job
    controls.keep("job", str(number))


def progress() -> None:
    """Draw the jobs of probes that run or wait, whoever asked for them, or how the one of the address bar ended."""
    if said := st.session_state.pop(FAILED, ""):
        st.error(_("Nothing was started. {why}", why=plain(said)))
    job_line.progress(PROBING)
    my_jobs.shown()


PROBING = job_line.Followed(jobs.PROBES, N_("job of probes"), N_("jobs of probes"), keep=partial(controls.keep, "job"))
