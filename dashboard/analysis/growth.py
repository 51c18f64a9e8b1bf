"""Growth over a year or half a year, and trailing means; never across a break, a gap or another way of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from dashboard.analysis.tidy import STOCKS, crosses, each_row, segments

SPANS = {"growth_year": 12, "growth_half": 6}
SMOOTH = (3, 6, 12)
_NEAR_DAYS = {"day": 3, "week": 4, "month": 16, "window": 20, "quarter": 46, "year": 100}
_MONTH_DAYS = 365.25 / 12


def grown(ready: pd.DataFrame, kind: str, months: int, breaks: Mapping[str, Sequence[date]]) -> pd.DataFrame:
    """Each value against the one ``months`` earlier, in percent: 100 x (value / earlier - 1).

    The earlier one is the nearest to that day, at most about half a period off. There is no growth where it lacks or
    is nought, across a break or to another way of counting, of a lower bound, and of a count whose period is not over.
    """
    made = [_grown(one, kind, months, breaks.get(str(name), ())) for name, one in ready.groupby("system", sort=False)]
    return pd.concat(made) if made else ready


def smoothed(ready: pd.DataFrame, periods: int, breaks: Mapping[str, Sequence[date]]) -> pd.DataFrame:
    """The mean of each period and those before it, ``periods`` in all; no value before so many follow one another.

    The mean begins anew after a break or a gap. A count whose period is not over, and a lower bound, has none.
    """
    made = ready.assign(value=float("nan"))
    for name, one in ready.groupby("system", sort=False):
        sure = one.assign(value=one["value"].where(one["status"] == "ok"))
        for piece in segments(sure, breaks.get(str(name), ())):
            made.loc[piece.index, "value"] = piece["value"].rolling(periods).mean()
    return made


def _grown(one: pd.DataFrame, kind: str, months: int, breaks: Sequence[date]) -> pd.DataFrame:
    counted = ("ok", "partial") if kind in STOCKS else ("ok",)
    good = one[one["value"].notna() & one["status"].isin(counted)]
    back = pd.Timedelta(days=round(months * _MONTH_DAYS))
    values: dict[object, float] = {}
    for row in each_row(good):
        off = (good["at"] - (row.at - back)).abs()
        nearest = off.idxmin()
        before = good.loc[nearest]
        near = off.loc[nearest].days <= _NEAR_DAYS.get(row.granularity, 16)
        same = before["definition"] == row.definition and not crosses(before["start"], row.start, breaks)
        if near and same and before["value"] > 0 and before["start"] < row.start:
            values[row.Index] = (row.value / before["value"] - 1) * 100
    return one.assign(value=pd.Series(values, dtype=float).reindex(one.index))
