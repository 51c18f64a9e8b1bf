"""The adoption page's first tab: one figure a metric, in the way of looking at it that was chosen."""

from __future__ import annotations

import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard.analysis.against import view_against
from dashboard.analysis.ages import births
from dashboard.analysis.explore import Choice, View, view
from dashboard.sections import adoption_chart, adoption_controls, figure
from dashboard.sections.frame import embedded, empty
from dashboard.text import plain
from language.words import _


def draw(head: st.delta_generator.DeltaGenerator, asked: adoption_controls.Asked, catalog: Catalog) -> None:
    """Draw every metric asked for; the first one's finding is the title of the page."""
    for number, choice in enumerate(asked.choices):
        shown = seen(choice, catalog)
        if number == 0 and not embedded():
            head.title(plain(_(choice.metric.title) if shown is None else shown.title), anchor=False)
        if shown is None:
            if number:
                st.subheader(plain(_(choice.metric.title)), anchor=False)
            empty(*adoption_controls.nothing(choice))
        elif not shown.frame[["value", "held"]].notna().to_numpy().any():
            why = _("No figure lies within the months chosen, or none that this view can be made of.")
            empty(_("Nothing to draw"), why)
        else:
            figure.draw(adoption_chart.figure(shown, choice, catalog, asked.flags, headed=number > 0))


def seen(choice: Choice, catalog: Catalog) -> View | None:
    """The view of a choice; None where nothing is stored of it."""
    found = data.observed(choice.metric.slug, choice.systems or ("",), primary_only=False)
    names = {slug: system.name for slug, system in catalog.systems.items()}
    if choice.mode == "sources":
        return view_against(found, choice, catalog.breaks, names, data.today())
    whole, born = adoption_controls.wholes(choice.metric), births(catalog.milestones, choice.systems)
    return view(found, choice, catalog.breaks, names, data.today(), whole, born)
