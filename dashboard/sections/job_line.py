"""A job from its queue to its end, one part for every page that starts jobs: its line, what it says, how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed_progress import silence
from dashboard.data import LIVE
from dashboard.sections import my_jobs
from dashboard.sections.above import hints
from dashboard.sections.frame import guarded_part
from dashboard.text import plain
from db.read import JobRow
from language.words import _, filled

PATIENCE_S = 10
SHOWN = 3


def _keep(number: str) -> None:
    st.query_params["job"] = number


def _says(found: JobRow, detail: Mapping[str, Any]) -> str:  # noqa: ARG001  # what only some kinds of job have
    return of_run(found.message)


def _nothing(detail: Mapping[str, Any]) -> None:
    """Jobs of most kinds tell of no parts."""


@dataclass(frozen=True)
class Followed:
    """The jobs that a page follows.

    kind: of the jobs, as `collectors.jobs` names it.
    noun, nouns: what one of them is, in words, and what several are.
    says: what a running one does now; parts: draws what it tells of its parts, beneath its line.
    keep: puts a job's number into the address bar.
    """

    kind: str
    noun: str
    nouns: str
    says: Callable[[JobRow, Mapping[str, Any]], str] = _says
    parts: Callable[[Mapping[str, Any]], None] = _nothing
    keep: Callable[[str], None] = _keep


def progress(followed: Followed) -> None:
    """Draw the jobs that run or wait, whoever asked for them, and how the job of the address bar ended."""
    live = data.measuring(followed.kind)
    _keep_what_ended([found.job for found in live], followed)
    asked = st.query_params.get("job")
    shown = [found for at, found in enumerate(live) if at < SHOWN or str(found.job) == asked]
    for found in shown:
        _live(found.job, followed)
    if len(shown) < len(live):
        more = len(live) - len(shown)
        noun = followed.noun if more == 1 else followed.nouns
        st.caption(_("{n} more {noun} queued.", n=fmt.words(more), noun=_(noun)))
    if asked and asked not in [str(found.job) for found in shown]:
        _asked(asked, followed)
    _watch_for_others([found.job for found in live], data.newest_job(followed.kind), followed)


def _keep_what_ended(live: list[int], followed: Followed) -> None:
    """Put a job that was shown and is no longer live into the address bar, so that the page says how it ended.

    Whichever part or click draws the page anew first: the job's own line may not be the one that notices.
    """
    key = f"job-line-{followed.kind}"
    over = [number for number in st.session_state.get(key, ()) if number not in live]
    if over and "job" not in st.query_params:
        followed.keep(str(over[0]))
    st.session_state[key] = live


def ended(found: JobRow) -> None:
    """Say how a job ended."""
    took = (found.finished - found.started).total_seconds() if found.finished and found.started else None
    said = {"job": found.job, "says": plain(of_run(found.message))}
    if took is not None:
        said |= {"n": f"{took:.0f}"}
    if found.state == "done":
        words = _("Job {job} is done. {says}") if took is None else _("Job {job} is done after {n} s. {says}")
        st.success(filled(words, **said), icon=":material/check:")
    elif found.state == "cancelled":
        words = (
            _("Job {job} was cancelled. {says}") if took is None else _("Job {job} was cancelled after {n} s. {says}")
        )
        st.info(filled(words, **said), icon=":material/block:")
    else:
        words = _("Job {job} failed after {n} s. {says} Earlier results are untouched; press Run to try again.")
        if took is None:
            words = _("Job {job} failed. {says} Earlier results are untouched; press Run to try again.")
        st.error(filled(words, **said))


def unclaimed(found: JobRow) -> bool:
    """Whether a job waits for longer than a worker that is alive and free would let it."""
    return found.state == "queued" and (datetime.now(UTC) - found.requested).total_seconds() > PATIENCE_S


def _asked(asked: str, followed: Followed) -> None:
    if not asked.isdecimal() or len(asked) > 12:
        hints([_("There is no job {job}. A job has a number.", job=asked[:40])])
        return
    found = data.job(int(asked))
    if found is None or found.kind != followed.kind:
        said = _("There is no job {job} of this page in this database. The results below are not lost.", job=int(asked))
        hints([said])
    elif found.state in LIVE:
        _live(found.job, followed)
    else:
        ended(found)


@st.fragment(run_every=3)
def _watch_for_others(drawn: list[int], newest: tuple[int, bool], followed: Followed) -> None:
    """Draw the page anew when a job was started, or ended, elsewhere; costs two short queries."""
    with guarded_part():
        if [found.job for found in data.measuring(followed.kind)] != drawn or data.newest_job(followed.kind) != newest:
            st.rerun()


@st.fragment(run_every=1)
def _live(number: int, followed: Followed) -> None:
    with guarded_part():
        found = data.job(number)
        if found is None or found.state not in LIVE:
            st.rerun()
            return
        watched = data.job_watch(number)
        detail = (watched.detail if watched else None) or {}
        with st.container(border=True, key=f"job-live-{number}"):
            _line(found, _words(found, detail, followed), stopping=watched is not None and watched.cancel_requested)
            followed.parts(detail)
            if watched and (silent := silence(watched.lease_until, datetime.now(UTC), own=found.by_its_asker)):
                _without_worker(plain(silent), ":material/heart_broken:")
            if unclaimed(found):
                _without_worker(
                    _("No worker has taken this job yet, or each is at another. It stays queued until one is free:"),
                    ":material/hourglass:",
                )


def _line(found: JobRow, words: str, *, stopping: bool) -> None:
    """The bar, and the button that ends the job for those who may."""
    my_jobs.refused()
    bar, button = st.columns((5, 1), vertical_alignment="center")
    bar.progress(min(max(found.progress, 0.0), 1.0), text=words)
    if jobs.may_cancel(visiting.standing(), found.asker):
        button.button(
            _("Stopping") if stopping else _("Cancel"),
            key=f"cancel-{found.job}",
            width="stretch",
            disabled=stopping,
            on_click=my_jobs.end,
            args=(found.job,),
        )


def _words(found: JobRow, detail: Mapping[str, Any], followed: Followed) -> str:
    if found.state == "queued":
        return _("Job {job}: queued {ago}", job=found.job, ago=fmt.ago(found.requested, datetime.now(UTC)))
    return _("Job {job}: {says}", job=found.job, says=plain(followed.says(found, detail) or _("running")))


def _without_worker(says: str, icon: str) -> None:
    st.warning(says, icon=icon)
    st.code("framescope worker", language=None)
