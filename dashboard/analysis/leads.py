"""Who leads, since when, and how fast that changes; never across a break."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dashboard.analysis.shares import PAIR
from dashboard.analysis.tidy import crosses

LEVEL = 0.005
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Lead:
    """The state of a pair: ``leader`` is a slug, or None when they are level within half a point.

    ``since`` is the first day of the lead that has lasted until now; ``throughout`` says that the figures begin with
    it, so that nobody was overtaken. ``share`` is the first system's, from 0 to 1, on the day ``at``.
    """

    leader: str | None
    since: date
    throughout: bool
    share: float
    at: date


@dataclass(frozen=True, slots=True)
class Change:
    """How the share moved over about a year: ``points`` from -1 to 1, or None and the break that lies in between."""

    points: float | None
    breaks: tuple[date, ...] = ()
    since: date | None = None


def lead(shares: pd.DataFrame, pair: tuple[str, str] = PAIR) -> Lead | None:
    """Read the lead off a share over time (columns ``start at share``); None without a single value."""
    if shares.empty:
        return None
    last = shares.iloc[-1]
    share, at = float(last["share"]), last["at"].date()
    if abs(share - 0.5) <= LEVEL:
        return Lead(None, at, False, share, at)
    leader = pair[0] if share > 0.5 else pair[1]
    behind = shares["share"] <= 0.5 if leader == pair[0] else shares["share"] >= 0.5
    if not behind.any():
        return Lead(leader, shares["at"].iloc[0].date(), True, share, at)
    first = int(behind[behind].index[-1]) + 1
    return Lead(leader, shares["at"].loc[first].date(), False, share, at)


def last_year(shares: pd.DataFrame, breaks: Sequence[date]) -> Change:
    """The change of the share between its last value and the one a year (9 to 18 months) before it."""
    if len(shares) < 2:
        return Change(None)
    last = shares.iloc[-1]
    gap = (last["at"] - shares["at"]).dt.days
    about = shares[(gap >= 270) & (gap <= 550)]
    if about.empty:
        return Change(None)
    nearest = (gap.loc[about.index] - YEAR.days).abs().idxmin()
    first = shares.loc[nearest]
    between = tuple(when for when in breaks if crosses(first["start"], last["start"], [when]))
    if between:
        return Change(None, between, first["at"].date())
    return Change(float(last["share"] - first["share"]), (), first["at"].date())


def growth(ready: pd.DataFrame, breaks: Sequence[date]) -> float | None:
    """One system's growth over the last year as a factor less one; None where a break or a gap forbids it."""
    have = ready[ready["value"].notna() & (ready["status"] != "partial")]
    if len(have) < 2:
        return None
    last = have.iloc[-1]
    gap = (last["at"] - have["at"]).dt.days
    about = have[(gap >= 330) & (gap <= 400) & (have["value"] > 0)]
    if about.empty:
        return None
    first = about.loc[(gap.loc[about.index] - YEAR.days).abs().idxmin()]
    if crosses(first["start"], last["start"], breaks):
        return None
    return float(last["value"] / first["value"] - 1)
