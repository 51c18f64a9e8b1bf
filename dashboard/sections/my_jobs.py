"""My jobs: what this visitor asked for from the site, how it went, and ending it."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.data import LIVE
from dashboard.sections.speed_columns import headed
from dashboard.text import plain
from db.errors import StoreError
from db.read import JobRow
from language.words import N_, _

NAMES = {
    jobs.BENCHMARK: N_("measurement"),
    jobs.PROBES: N_("probes"),
    jobs.TASKS: N_("programs"),
    jobs.COLLECTION: N_("collection"),
}
PAGES = {jobs.BENCHMARK: "speed", jobs.PROBES: "capabilities", jobs.TASKS: "code", jobs.COLLECTION: "data"}
FAILED = "my-jobs.failed"


def shown() -> None:
    """Draw the jobs of this visitor, newest first, each that is not over with its button; nothing without any.

    Nothing for who is at the machine, either: every job is his.
    """
    refused()
    stands = visiting.standing()
    found = [] if stands.operator else visiting.own_jobs(stands)
    if not found:
        return
    live = [job for job in found if job.state in LIVE]
    title = _("My jobs: {live} not over, {over} over", live=len(live), over=len(found) - len(live))
    with st.expander(title, key="my-jobs"):
        frame = pd.DataFrame([_row(job) for job in found])
        st.dataframe(
            frame,
            hide_index=True,
            column_config=headed(frame.columns, {"job": st.column_config.LinkColumn(display_text=r"job=(\d+)")}),
            alt=_("The jobs that you asked for, with their state and what they took"),
        )
        row = st.container(horizontal=True, gap="small", key="my-jobs-live")
        for job in live:
            row.button(_("Cancel job {job}", job=job.job), key=f"mine-{job.job}", on_click=end, args=(job.job,))


def refused() -> None:
    """Say why a job was not ended, once."""
    if said := st.session_state.pop(FAILED, ""):
        st.error(plain(of_run(said)))


def end(number: int) -> None:
    """End a job, if it is this visitor's; what the door says otherwise is told."""
    try:
        jobs.cancel(data.engine(), number, by=visiting.visitor())
    except StoreError as error:
        st.session_state[FAILED] = str(error)


def _row(job: JobRow) -> dict[str, str]:
    took = (job.finished - job.started).total_seconds() if job.finished and job.started else None
    return {
        "job": f"/{PAGES.get(job.kind, '')}?job={job.job}",
        "what": _(NAMES.get(job.kind, job.kind)),
        "state": of_run(job.state),
        "asked for": fmt.ago(job.requested, datetime.now(UTC)),
        "took": fmt.duration(took) if took is not None else fmt.UNKNOWN,
        "expected": fmt.duration(job.expected_s) if job.expected_s is not None else fmt.UNKNOWN,
        "says": of_run(job.message),
    }
