"""The data page's runs: what was executed lately, and how it ended."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.sections import data_words
from language.words import N_, _

SIGNS = {
    "ok": N_("✓ ok"),
    "partial": N_("◐ partial"),
    "running": N_("… running"),
    "failed": N_("✕ failed"),
    "unavailable": N_("✕ unavailable"),
    "skipped": N_("– skipped"),
}


def recent() -> None:
    """Draw the newest runs."""
    st.header(_("Recent runs"), anchor="runs")
    now, catalog = datetime.now(UTC), data.catalog()
    rows = [
        {
            _("run"): run.run,
            _("outcome"): _(SIGNS.get(run.status, run.status)),
            _("kind"): data_words.run_kind(run.kind),
            _("source"): data_words.run_source(catalog, run.source),
            _("started"): fmt.ago(run.started, now),
            _("took"): fmt.duration((run.finished - run.started).total_seconds()) if run.finished else fmt.UNKNOWN,
            _("requests"): run.requests,
            _("new"): run.new,
            _("revised"): run.revised,
            _("message"): of_run(run.message or ""),
        }
        for run in data.runs()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=320, alt=_("The newest runs with their outcome"))
    st.caption(_("New and revised count rows. A failed run writes no figures and never a nought."))
