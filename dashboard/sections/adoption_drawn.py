"""Which breaks and milestones the adoption page's chart draws: those alone are numbered and explained below it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from dashboard import data
from dashboard.analysis.cuts import Cut, numbered
from dashboard.analysis.explore import Choice, View
from dashboard.charts.lines import days


def until(choice: Choice) -> date | None:
    """The day up to which the axis goes though there are no figures yet; None where it ends with them."""
    today = data.today()
    return today if choice.end.date() >= today and choice.mode != "age" else None


def on_axis(view: View, choice: Choice) -> Callable[[date], bool]:
    """Whether a day lies on the chart's axis of days; an index, say, begins long after its first figures."""
    begin, end = days(view.frame, until(choice))
    return lambda day: begin <= pd.Timestamp(day) <= end


def cuts(view: View, choice: Choice) -> list[Cut]:
    """The breaks that a rule is drawn for, numbered from 1; by age those within the lines that they concern."""
    if choice.mode == "age":
        return [cut for cut in view.cuts if _within(view, cut)]
    return numbered(view.cuts, on_axis(view, choice))


def _within(view: View, cut: Cut) -> bool:
    """Whether a line that a break concerns has figures before and after it."""
    have = view.frame[view.frame["value"].notna() & view.frame["system"].isin(cut.systems)]
    starts, when = have.groupby("system")["start"], pd.Timestamp(cut.when)
    return bool(((starts.min() < when) & (starts.max() >= when)).any())
