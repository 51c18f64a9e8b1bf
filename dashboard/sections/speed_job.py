"""Measurements in progress, read anew every second; one that is named in the address bar is told to its end."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.speed_progress import COLUMNS, line, rows, silence
from dashboard.data import LIVE
from dashboard.sections.frame import guarded_part
from dashboard.sections.speed_run import may_run
from dashboard.text import plain
from db.read import JobRow

PATIENCE_S = 10
SHOWN = 3
ROW_PX, HEAD_PX = 30, 38


def progress() -> None:
    """Draw the measurements that run or wait, whoever asked for them, and the job of the address bar."""
    asked = st.query_params.get("job")
    live = data.measuring()
    shown = [found for at, found in enumerate(live) if at < SHOWN or str(found.job) == asked]
    for found in shown:
        _live(found.job)
    if len(shown) < len(live):
        st.caption(f"{fmt.count(len(live) - len(shown), 'more measurement')} queued.")
    if asked is not None and asked not in [str(found.job) for found in shown]:
        _asked(asked)
    _watch_for_others([found.job for found in live], data.newest_job())


@st.fragment(run_every=3)
def _watch_for_others(drawn: list[int], newest: tuple[int, bool]) -> None:
    """Draw the page anew when a measurement was started, or ended, elsewhere; costs two short queries."""
    with guarded_part():
        if [found.job for found in data.measuring()] != drawn or data.newest_job() != newest:
            st.rerun()


@st.fragment(run_every=2)
def notice(*, first: bool) -> None:
    """Draw one line that says what is being measured and leads to it; drawn while something is."""
    with guarded_part():
        live = data.measuring()
        if not live:
            st.rerun()
            return
        st.page_link(
            "views/speed.py", label=notice_words(live[0], datetime.now(UTC), first=first), icon=":material/timer:"
        )


def notice_words(found: JobRow, now: datetime, *, first: bool) -> str:
    """One line on a measurement in progress, in Markdown."""
    what = "A first measurement is" if first else "A measurement is"
    if found.state == "queued":
        return f"{what} queued, asked for {fmt.ago(found.requested, now)}. Follow it on the page Speed"
    done = f"{min(max(found.progress, 0.0), 1.0) * 100:.0f}{fmt.NBSP}%"
    return f"{what} running: {done}, {plain(found.message or 'starting')}. Follow it on the page Speed"


def _asked(asked: str) -> None:
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
        ended(found)


@st.fragment(run_every=1)
def _live(number: int) -> None:
    with guarded_part():
        found = data.job(number)
        if found is None or found.state not in LIVE:
            if "job" not in st.query_params:
                st.query_params["job"] = str(number)  # so that the page says how it ended
            st.rerun()
            return
        watched = data.job_watch(number)
        detail = (watched.detail if watched else None) or {}
        with st.container(border=True, key=f"job-live-{number}"):
            bar, button = st.columns((5, 1), vertical_alignment="center")
            bar.progress(min(max(found.progress, 0.0), 1.0), text=_words(found, detail))
            stopping = watched is not None and watched.cancel_requested
            if may_run()[0] and button.button(
                "Stopping" if stopping else "Cancel", key=f"cancel-{number}", width="stretch", disabled=stopping
            ):
                jobs.cancel(data.engine(), number)
            _parts(detail)
            if watched and (silent := _silence(found, watched.lease_until)):
                st.warning(plain(silent), icon=":material/heart_broken:")
                st.code("framescope worker", language=None)
            if unclaimed(found):
                st.warning(
                    "No worker has taken this job yet. It stays queued until one runs:", icon=":material/hourglass:"
                )
                st.code("framescope worker", language=None)


def _silence(found: JobRow, lease_until: datetime | None) -> str:
    return silence(lease_until, datetime.now(UTC), own=found.by_its_asker)


def _parts(detail: Mapping[str, Any]) -> None:
    """A row a variant, in a table whose height does not change while the run goes on."""
    found = rows(detail)
    if not found:
        return
    st.dataframe(
        pd.DataFrame(found, columns=list(COLUMNS)),
        hide_index=True,
        height=ROW_PX * len(found) + HEAD_PX,
        row_height=ROW_PX,
        alt="What every variant does now, its rounds, its last time and its ratio so far",
    )


def _words(found: JobRow, detail: Mapping[str, Any]) -> str:
    if found.state == "queued":
        return f"Job {found.job}: queued {fmt.ago(found.requested, datetime.now(UTC))}"
    return f"Job {found.job}: {plain(line(detail) or found.message or 'running')}"


def unclaimed(found: JobRow) -> bool:
    """Whether a job waits for longer than a worker that is alive would let it."""
    return found.state == "queued" and (datetime.now(UTC) - found.requested).total_seconds() > PATIENCE_S


def ended(found: JobRow) -> None:
    """Say how a job ended."""
    took = (found.finished - found.started).total_seconds() if found.finished and found.started else None
    time = f" after {took:.0f} s" if took is not None else ""
    says = plain(found.message)
    if found.state == "done":
        st.success(f"Job {found.job} is done{time}. {says}", icon=":material/check:")
    elif found.state == "cancelled":
        st.info(f"Job {found.job} was cancelled{time}. {says}", icon=":material/block:")
    else:
        st.error(f"Job {found.job} failed{time}. {says} Earlier results are untouched; press Run to try again.")
