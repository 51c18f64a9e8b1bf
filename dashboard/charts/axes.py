"""How far the axes of a line chart go, what stands along them, and where its lines end."""

import math

import pandas as pd
import plotly.graph_objects as go

from dashboard.analysis.ages import BEGIN
from language.words import _


def extent(ready: pd.DataFrame, log: bool) -> tuple[float, float]:
    """From where to where the axis of values goes."""
    values = ready["value"].dropna()
    if values.empty:
        return (1.0, 10.0) if log else (0.0, 1.0)
    if log:
        low, high = float(values[values > 0].min()), float(values.max())
        return low / 1.4, high * 1.6
    return min(0.0, float(values.min())), (float(values.max()) * 1.1) or 1.0


def age_axis(figure: go.Figure, end: pd.Timestamp) -> None:
    """Name the years of age along the axis instead of the dates that stand for them."""
    years = int((end - BEGIN).days / 365.25)
    marks = range(0, years + 1, max(1, years // 6))
    figure.update_xaxes(
        tickvals=[BEGIN + pd.Timedelta(days=round(365.25 * year)) for year in marks],
        ticktext=[str(year) for year in marks],
        title={"text": _("years since it came out"), "standoff": 6, "font": {"size": 12}},
    )
    figure.update_layout(hovermode="closest")


def end_heights(ready: pd.DataFrame, log: bool, values: tuple[float, float]) -> list[tuple[float, str]]:
    """How high each line ends, from 0 to 1 of the axis, with its system."""
    low, high = (math.log10(v) for v in values) if log else values
    span = (high - low) or 1.0
    ends: list[tuple[float, str]] = []
    for system, one in ready[ready["value"].notna()].groupby("system"):
        last = float(one["value"].iloc[-1])
        ends.append((((math.log10(last) if log else last) - low) / span, str(system)))
    return ends
