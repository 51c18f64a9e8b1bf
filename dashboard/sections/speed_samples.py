"""The raw samples of one result, round by round and process by process."""

from typing import Any

import streamlit as st

from dashboard import measured
from dashboard.analysis.speed_points import Point
from dashboard.charts.samples import SYMBOLS
from dashboard.sections import figure, speed_controls, speed_figures
from language.words import _


def shown(results: list[dict[str, Any]], of: Point) -> None:
    """Draw the samples of the variant that is chosen; ``of`` names run, workload and size."""
    st.markdown(f"**{_('Raw samples')}**")
    names = {row["variant"]: int(row["result"]) for row in results}
    chosen = speed_controls.one_of("samples", _("Variant"), {name: name for name in names}, next(iter(names)))
    found = measured.samples(names[chosen])
    if not found or not any(found.get(name) for name in SYMBOLS):
        st.markdown(_("No samples are kept of this one: it was not measured to the end, or they were given up since."))
        return
    figure.draw(speed_figures.of_samples(found, of._replace(variant=chosen)))
