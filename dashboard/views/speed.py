"""Speed: which is faster for my work, here?"""

import streamlit as st

from dashboard import data, measured
from dashboard.analysis.finding import speed_answer
from dashboard.analysis.shares import PAIR
from dashboard.analysis.speed import machines, verdicts
from dashboard.sections import (
    linked,
    overview_speed,
    speed_controls,
    speed_devices,
    speed_form,
    speed_job,
    speed_results,
    speed_run,
)
from dashboard.sections.frame import guarded
from dashboard.text import plain
from language.words import _

with guarded(*speed_controls.ASKS, *speed_form.ASKS, "job"):
    names = {slug: system.name for slug, system in data.catalog().systems.items()}
    pair = overview_speed.head_to_head(measured.ratios())
    answer = speed_answer(verdicts(pair), names, PAIR, machines(pair))
    said = linked.sentence(linked.after_aside(answer, linked.every_workload()))
    st.title(said or plain(speed_results.open_question(measured.heads(), pair)), anchor=False)
    st.caption(
        _(
            "Ratios of latencies (single calls, each with its wait; not throughput) on the machine that is named "
            "beside them. A ratio travels between machines better than a time."
        )
    )
    speed_run.form(first=not measured.heads())
    speed_job.progress()
    speed_results.shown()
    speed_devices.shown()
    speed_results.made_by()
