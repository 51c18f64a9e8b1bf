"""Running the programs from the page: the button, who may press it, and the progress of what runs."""

import uuid
from collections.abc import Mapping
from typing import Any

import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard.sections import job_line, my_jobs, who_may
from dashboard.text import code, plain
from db.errors import StoreError
from language.words import N_, _

KEY = "code.key"


def button(task: Mapping[str, Any], systems: tuple[str, ...]) -> None:
    """Draw the button that queues the chosen programs, or why this visitor may not."""
    if not who_may.gate():
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="code-run")
    live = data.measuring(jobs.TASKS)
    pressed = row.button(_("Run these"), type="primary", disabled=bool(live), key="code.run")
    told = _("One after another, each in a process of its own. Or {command}", command=code(command(task, systems)))
    row.caption(told, width="stretch")
    if pressed:
        _request(str(task["task"]), systems)


def command(task: Mapping[str, Any], systems: tuple[str, ...]) -> str:
    """The command line that runs the same."""
    asked = [f"--system {name}" for name in systems]  # untranslated: typed
    return " ".join(["framescope tasks", str(task["task"]), *asked])


def progress() -> None:
    """Draw the jobs that run or wait, whoever asked for them, and how the job of the address bar ended."""
    job_line.progress(PROGRAMS)
    my_jobs.shown()


def _request(task: str, systems: tuple[str, ...]) -> None:
    key = st.session_state.setdefault(KEY, uuid.uuid4().hex)
    try:
        number = jobs.request_tasks(
            data.engine(), tasks=[task], systems=systems, requested_by=visiting.visitor(), key=key
        )
    except (StoreError, ValueError) as error:
        st.error(_("Nothing was started. {why}", why=plain(error)))
        return
    del st.session_state[KEY]  # the next press is another job
    st.query_params["job"] = str(number)
    st.rerun()


PROGRAMS = job_line.Followed(jobs.TASKS, N_("job of programs"), N_("jobs of programs"))
