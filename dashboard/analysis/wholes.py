"""Shares of everything that was counted: of all papers, of all questions; pure.

Where a whole site grows or empties, a framework's own count says nothing of the framework: its share of the same
source, counted the same way and read together, does.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard.analysis.shares import SAME_DAY, SAME_WEEK
from dashboard.analysis.tidy import STOCKS, drawn

ALL = "all"


def whole_for(counted: pd.DataFrame, ways: pd.Series, wholes: pd.DataFrame, *, own: bool = False) -> pd.DataFrame:
    """The rows of ``wholes`` that ``counted`` (one source, one way of counting a system) is a part of; may be empty.

    ``ways`` are the definitions by which that source counts any part. Where one of them names a whole too (NeurIPS,
    cs.LG), only a whole of the same name will do; else (all questions) it is the primary one. With ``own`` the whole is
    each system's own, counted the same way.
    """
    told = wholes[wholes["source"].isin(counted["source"].unique())]
    if own:
        return told[told["system"].isin(counted["system"]) & told["definition"].isin(counted["definition"])]
    found = told[told["system"] == ALL]
    if found["definition"].isin(ways).any():
        return found[found["definition"].isin(counted["definition"].unique())]
    return found[found["primary"]]


def of_all(ready: pd.DataFrame, wholes: pd.DataFrame, kind: str, today: date, *, own: bool = False) -> pd.DataFrame:
    """Each value as a percentage of the whole of its period; none where the whole is not known, or is nought.

    A period that is not over has one only where both were read on the same day, a finished one within the same week
    where both are stocks.
    """
    made, _ = drawn(wholes, kind, today)
    key = ["system", "definition", "start", "end"] if own else ["start", "end"]
    kept = made[made["value"].notna() & (made["value"] > 0)].drop_duplicates(key, keep="last")
    joined = ready.merge(kept[[*key, "value", "as_of"]], on=key, how="left", suffixes=("", "_whole"))
    days = (joined["as_of"] - joined["as_of_whole"]).dt.days.abs()
    apart = joined["status"].eq("partial") & (days > SAME_DAY)
    if kind in STOCKS:
        apart |= days > SAME_WEEK
    joined["value"] = (joined["value"] / joined["value_whole"] * 100).where(~apart)
    return joined.drop(columns=["value_whole", "as_of_whole"]).assign(held=float("nan"))
