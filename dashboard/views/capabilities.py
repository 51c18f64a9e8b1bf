"""Capabilities: can it do X, in which mode, in which version?"""

import streamlit as st

from dashboard import data, probed
from dashboard.analysis.capabilities import matrix, narrowed
from dashboard.sections import (
    capability_answer,
    capability_changes,
    capability_controls,
    capability_evidence,
    capability_matrix,
    capability_run,
    made,
)
from dashboard.sections.above import hints
from dashboard.sections.frame import empty, guarded
from dashboard.text import plain
from language.words import _

with guarded(*capability_controls.ASKS):
    names = {slug: system.name for slug, system in data.catalog().systems.items()}
    known, probes = probed.known(), probed.columns()
    everything = [one.column for one in probes]
    if not probes:
        st.title(plain(_(capability_answer.QUESTION)), anchor=False)
        capability_run.everything(first=True)
        capability_run.progress()
        empty(
            _("Nothing has been probed here yet"),
            _("Run all probes above; it takes about ten minutes. From the command line the same is:"),
            "framescope probe",
        )
    else:
        drawn = capability_controls.drawn(probes)
        whole = matrix(probed.rows(drawn), drawn, known)
        capability_answer.head(whole, probes, names, data.today())
        capability_run.everything(first=False)
        capability_run.progress()
        asked = capability_controls.choose(whole, everything, names)
        hints(asked.messages)
        if asked.show == "changes":
            titles = {str(entry["capability"]): str(entry["title"]) for entry in known}
            capability_changes.shown(everything, titles, names)
        else:
            capability_matrix.shown(narrowed(whole, asked.chosen), names)
            capability_evidence.asked(whole, names, known)
        capability_controls.link()
    made.how(
        _(
            "Each probe is a short program for one framework and mode, run in a process of its own with a time limit; "
            "a cell holds its code, what it printed and the version. *error* and *not run* say nothing of the "
            "framework. This runs them all again:"
        ),
        ["framescope probe"],
    )
