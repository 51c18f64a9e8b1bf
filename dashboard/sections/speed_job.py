"""A job's progress, read anew every second while it runs; the address bar names it, so a reload finds it again."""

from datetime import UTC, datetime

import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard import format as fmt
from dashboard.sections.frame import guarded_part
from dashboard.text import plain
from db.read import JobRow

LIVE = ("queued", "running")
PATIENCE_S = 10
SHOWN = "speed.finished"


def progress() -> None:
    """Draw the job of the address bar, if there is one."""
    asked = st.query_params.get("job")
    if asked is None:
        return
    if not asked.isdecimal() or len(asked) > 12:
        st.warning(f"There is no job {plain(asked[:40])}. A job has a number.", icon=":material/link_off:")
        return
    number = int(asked)
    found = data.job(number)
    if found is None:
        st.warning(
            f"There is no job {number} in this database. The results below are not lost.", icon=":material/link_off:"
        )
    elif found.state in LIVE:
        _live(number)
    else:
        _ended(found)


@st.fragment(run_every=1)
def _live(number: int) -> None:
    with guarded_part():
        found = data.job(number)
        if found is None or found.state not in LIVE:
            st.rerun()
            return
        with st.container(border=True, key="job-live"):
            bar, button = st.columns((5, 1), vertical_alignment="center")
            bar.progress(min(max(found.progress, 0.0), 1.0), text=_words(found))
            if button.button("Cancel", key=f"cancel-{number}", width="stretch"):
                jobs.cancel(data.engine(), number)
            if _unclaimed(found):
                st.warning(
                    "No worker has taken this job yet. It stays queued until one runs:", icon=":material/hourglass:"
                )
                st.code("framescope worker", language=None)


def _words(found: JobRow) -> str:
    if found.state == "queued":
        return f"Job {found.job}: queued {fmt.ago(found.requested, datetime.now(UTC))}"
    return f"Job {found.job}: {plain(found.message or 'running')}"


def _unclaimed(found: JobRow) -> bool:
    return found.state == "queued" and (datetime.now(UTC) - found.requested).total_seconds() > PATIENCE_S


def _ended(found: JobRow) -> None:
    took = (found.finished - found.started).total_seconds() if found.finished and found.started else None
    time = f" after {took:.0f} s" if took is not None else ""
    says = plain(found.message)
    if found.state == "done":
        st.success(f"Job {found.job} is done{time}. {says}", icon=":material/check:")
    elif found.state == "cancelled":
        st.info(f"Job {found.job} was cancelled{time}. {says}", icon=":material/block:")
    else:
        st.error(f"Job {found.job} failed{time}. {says} Earlier results are untouched; press Run to try again.")
