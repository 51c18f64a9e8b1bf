"""The adoption page's first tab: one figure a metric, in the way of looking at it that was chosen."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import streamlit as st

from catalog.load import Catalog
from dashboard import data
from dashboard.analysis.against import view_against
from dashboard.analysis.ages import births
from dashboard.analysis.explore import Choice, View, view
from dashboard.kept import kept
from dashboard.sections import adoption_chart, adoption_controls, figure
from dashboard.sections.frame import embedded, empty, theme
from dashboard.text import plain
from language.words import _

KEPT = 64
"""Choices whose view and figure are kept for all visitors, until a run writes: a figure costs ten times the page."""


def draw(head: st.delta_generator.DeltaGenerator, asked: adoption_controls.Asked, catalog: Catalog) -> None:
    """Draw every metric asked for; the first one's finding is the title of the page."""
    for number, choice in enumerate(asked.choices):
        shown = seen(choice, catalog)
        if number == 0 and not embedded():
            head.title(plain(_(choice.metric.title) if shown is None else shown.title), anchor=False)
        if shown is None:
            if number:
                st.header(plain(_(choice.metric.title)), anchor=False)
            empty(*adoption_controls.nothing(choice))
        elif shown.apart and choice.mode == "share":
            why = _("They are counted in different ways, so none is a part of their sum. The view Absolute has each.")
            empty(_("No share is made of these"), why)
        elif not _has_points(_known(choice), shown):
            why = _("No figure lies within the months chosen, or none that this view can be made of.")
            empty(_("Nothing to draw"), why)
        else:
            figure.draw(drawn(shown, choice, catalog, asked.flags, headed=number > 0))


def seen(choice: Choice, catalog: Catalog) -> View | None:
    """The view of a choice; None where nothing is stored of it. It is shared between visitors: nobody changes it."""
    return _seen(_known(choice), choice, catalog)


def drawn(view: View, choice: Choice, catalog: Catalog, with_flags: bool, *, headed: bool) -> figure.Figure:
    """The figure of a view of a choice, with its signature; shared as the view is."""
    return _drawn((*_known(choice), theme(), with_flags, headed), view, choice, catalog)


def _known(choice: Choice) -> tuple[Any, ...]:
    """What a view depends on: the store, the language, the day and the choice."""
    asked = (getattr(choice, one.name) for one in fields(choice) if one.name != "metric")
    return (data.worded(), data.today(), choice.metric.slug, *asked)


@kept(KEPT)
def _has_points(_known: tuple[Any, ...], view: View) -> bool:
    return bool(view.frame[["value", "held"]].notna().to_numpy().any())


@kept(KEPT)
def _drawn(known: tuple[Any, ...], view: View, choice: Choice, catalog: Catalog) -> figure.Figure:
    *_, with_flags, headed = known
    return figure.written_out(adoption_chart.figure(view, choice, catalog, with_flags, headed=headed))


@kept(KEPT)
def _seen(_known: tuple[Any, ...], choice: Choice, catalog: Catalog) -> View | None:
    found = data.observed(choice.metric.slug, choice.systems or ("",), primary_only=False)
    names = {slug: system.name for slug, system in catalog.systems.items()}
    if choice.mode == "sources":
        return view_against(found, choice, catalog.breaks, names, data.today())
    whole, born = adoption_controls.wholes(choice.metric), births(catalog.milestones, choice.systems)
    return view(found, choice, catalog.breaks, names, data.today(), whole, born)
