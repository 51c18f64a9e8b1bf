"""Measurements in progress: what is special to them on a job's line, and the notice that leads to them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.run_words import told
from dashboard.analysis.speed_progress import COLUMNS, line, rows
from dashboard.sections import job_line, my_jobs
from dashboard.sections.frame import guarded_part
from dashboard.sections.speed_columns import headed
from dashboard.text import plain
from db.read import JobRow
from language.words import N_, _, filled

ROW_PX, HEAD_PX = 30, 38


def progress() -> None:
    """Draw the measurements that run or wait, whoever asked for them, and the job of the address bar."""
    job_line.progress(MEASUREMENTS)
    my_jobs.shown()


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
    if found.state == "queued":
        said = _("A measurement is queued, asked for {ago}. Follow it on the page Speed")
        if first:
            said = _("A first measurement is queued, asked for {ago}. Follow it on the page Speed")
        return filled(said, ago=fmt.ago(found.requested, now))
    done = f"{min(max(found.progress, 0.0), 1.0) * 100:.0f}{fmt.NBSP}%"
    said = _("A measurement is running: {done}, {says}. Follow it on the page Speed")
    if first:
        said = _("A first measurement is running: {done}, {says}. Follow it on the page Speed")
    return filled(said, done=done, says=plain(told(found.message) or _("starting")))


def _parts(detail: Mapping[str, Any]) -> None:
    """A row a variant, in a table whose height does not change while the run goes on."""
    found = rows(detail)
    if not found:
        return
    st.dataframe(
        pd.DataFrame(found, columns=list(COLUMNS)),
        hide_index=True,
        column_config=headed(COLUMNS),
        height=ROW_PX * len(found) + HEAD_PX,
        row_height=ROW_PX,
        alt=_("What every variant does now, its rounds, its last time and its ratio so far"),
    )


def _says(found: JobRow, detail: Mapping[str, Any]) -> str:
    return line(detail) or told(found.message)


MEASUREMENTS = job_line.Followed(jobs.BENCHMARK, N_("measurement"), N_("measurements"), _says, _parts)
