"""The data page's runs: what was executed lately, and how it ended."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt

SIGNS = {"ok": "✓ ok", "partial": "◐ partial", "running": "… running", "failed": "✕ failed",
         "unavailable": "✕ unavailable", "skipped": "– skipped"}  # fmt: skip


def recent() -> None:
    """Draw the newest runs."""
    st.header("Recent runs", anchor="runs")
    now = datetime.now(UTC)
    rows = [
        {
            "run": run.run,
            "outcome": SIGNS.get(run.status, run.status),
            "kind": run.kind,
            "source": run.source,
            "started": fmt.ago(run.started, now),
            "took": fmt.duration((run.finished - run.started).total_seconds()) if run.finished else fmt.UNKNOWN,
            "requests": run.requests,
            "new": run.new,
            "revised": run.revised,
            "message": run.message,
        }
        for run in data.runs()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=320, alt="The newest runs with their outcome")
    st.caption("New and revised count rows. A failed run writes no figures and never a nought.")
