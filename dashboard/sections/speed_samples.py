"""The raw samples of one result, round by round and process by process."""

from typing import Any

import streamlit as st

from dashboard import measured
from dashboard.charts.look import CONFIG
from dashboard.charts.samples import SYMBOLS, samples_chart
from dashboard.sections.frame import theme


def shown(results: list[dict[str, Any]]) -> None:
    """Draw the samples of the variant that is chosen."""
    with st.expander("Raw samples"):
        names = {row["result"]: row["variant"] for row in results}
        key = "results.samples"
        if st.session_state.get(key) not in names:
            st.session_state[key] = next(iter(names))
        chosen = st.selectbox("Variant", list(names), format_func=names.__getitem__, key=key)
        found = measured.samples(int(chosen)) if chosen is not None else None
        if not found or not any(found.get(name) for name in SYMBOLS):
            st.markdown("No samples are kept of this one: it was not measured to the end, or they were given up since.")
            return
        st.plotly_chart(
            samples_chart(found, names[chosen], theme()),
            theme=None,
            config=CONFIG,
            key="speed-sample-chart",
            alt="Time of every round",
        )
        st.caption("Seconds a call, round by round; variants take turns within a round, in an order drawn by lot.")
