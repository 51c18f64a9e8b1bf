"""What lies behind a point of one metric on Adoption: what the chart shows there, and which stored figures it is of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, View
from dashboard.analysis.growth import SPANS
from dashboard.analysis.parts import at_point, overlaps, parts_of
from dashboard.analysis.tidy import each_row
from dashboard.sections import receipt_panel
from language.lists import semicolons, sentences
from language.words import _


def draw(view: View, choice: Choice, names: Mapping[str, str], catalog: Catalog, point: str) -> None:
    """Draw what lies behind a point, named as `point_name` names it; ``names`` are those of the lines."""
    start, end = (date.fromisoformat(day) for day in point.split("~")[1:])
    here, slug = at_point(view.frame, start, end), choice.metric.slug
    parts = parts_of(slug, here)
    if view.whole is not None:
        parts += parts_of(choice.metric.share_of or slug, at_point(view.whole, start, end))
    receipt_panel.panel(
        receipt_panel.Asked(
            choice.metric,
            choice.systems,
            view.told_by,
            start,
            end,
            parts,
            sentences((_values(here, view, names), _made(here, view, choice))),
            overlaps(view.frame, start, end),
        ),
        catalog,
    )


def _values(here: pd.DataFrame, view: View, names: Mapping[str, str]) -> str:
    """What the chart shows at the point, of each line that has a value there."""
    shown = {row.system: row.value for row in each_row(here[here["value"].notna()])}
    told = [f"{names[line]} {fmt.number(shown[line])}{view.suffix}" for line in names if line in shown]
    return _("Drawn, in {unit}: {values}.", unit=view.unit, values=semicolons(told)) if told else ""


def _made(here: pd.DataFrame, view: View, choice: Choice) -> str:
    """How the values drawn are made of the figures listed; empty where they are these figures."""
    if choice.smooth:
        return _("Each value is made of the figures below and those of the periods before.")
    if choice.mode == "share":
        return _("Each value is the system's part in the sum of the figures below.")
    if choice.mode == "of_all":
        return _("Each value is the system's figure over the whole of the same period, listed with it.")
    if choice.mode == "index":
        return _("Each value is made of the figure below and the one that is 100.")
    if choice.mode in SPANS:
        return _("Each value is made of the figure below and the earlier one it is held against.")
    if any(view.unit == _("{unit} a day", unit=_(str(unit))) for unit in here["unit"].unique()):
        return _("Each value is the figure below over the days of its period.")
    return ""
