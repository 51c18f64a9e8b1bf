"""My jobs: what this visitor asked for from the site, how it went, and ending it."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard import format as fmt
from dashboard.data import LIVE
from dashboard.text import plain
from db.errors import StoreError
from db.read import JobRow

NAMES = {jobs.BENCHMARK: "measurement", jobs.PROBES: "probes", jobs.TASKS: "programs", jobs.COLLECTION: "collection"}
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
    with st.expander(f"My jobs: {len(live)} not over, {len(found) - len(live)} over", key="my-jobs"):
        st.dataframe(
            pd.DataFrame([_row(job) for job in found]),
            hide_index=True,
            column_config={"job": st.column_config.LinkColumn(display_text=r"job=(\d+)")},
            alt="The jobs that you asked for, with their state and what they took",
        )
        row = st.container(horizontal=True, gap="small", key="my-jobs-live")
        for job in live:
            row.button(f"Cancel job {job.job}", key=f"mine-{job.job}", on_click=end, args=(job.job,))


def refused() -> None:
    """Say why a job was not ended, once."""
    if said := st.session_state.pop(FAILED, ""):
        st.error(plain(said))


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
        "what": NAMES.get(job.kind, job.kind),
        "state": job.state,
        "asked for": fmt.ago(job.requested, datetime.now(UTC)),
        "took": fmt.duration(took) if took is not None else fmt.UNKNOWN,
        "expected": fmt.duration(job.expected_s) if job.expected_s is not None else fmt.UNKNOWN,
        "says": job.message,
    }
