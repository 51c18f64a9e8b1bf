"""Who leads, since when, and how fast that changes; never across a break."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from dashboard.analysis.shares import PAIR, newest
from dashboard.analysis.tidy import crosses

LEVEL = 0.005
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Lead:
    """The state of a pair: ``leader`` is a slug, or None when they are level within half a point.

    ``since`` is the first day of the lead that has lasted until now; ``throughout`` says that the figures begin with
    it, so that nobody was overtaken. ``share`` is the first system's, from 0 to 1, in the last of ``periods`` whole
    ones, whose last day is ``at``; ``ends`` is the last day of all figures, with a period that was never finished.
    ``before`` is the last day known before the lead began where months lie between (see `unseen`), so that ``since``
    is only when it was first seen. ``changed`` says that what is counted changed just there (a break), so that nobody
    can be said to have passed anybody.
    """

    leader: str | None
    since: date
    throughout: bool
    share: float
    at: date
    periods: int = 1
    before: date | None = None
    ends: date | None = None
    changed: bool = False

    @property
    def newest(self) -> date:
        """The day that the newest figure is dated by."""
        return self.ends or self.at


@dataclass(frozen=True, slots=True)
class Change:
    """How the share moved over about a year: ``points`` from -1 to 1, or None and the break that lies in between."""

    points: float | None
    breaks: tuple[date, ...] = ()
    since: date | None = None


def lead(shares: pd.DataFrame, pair: tuple[str, str] = PAIR, breaks: Sequence[date] = ()) -> Lead | None:
    """Read the lead off a share over time (as `shares.pair_shares` makes it) with its breaks; None without a value."""
    if shares.empty:
        return None
    last, many = shares.iloc[-1], len(shares)
    share, at = float(last["share"]), last["last"].date()
    if abs(share - 0.5) <= LEVEL:
        return Lead(None, at, False, share, at, many)
    leader = pair[0] if share > 0.5 else pair[1]
    behind = shares["share"] <= 0.5 if leader == pair[0] else shares["share"] >= 0.5
    if not behind.any():
        return Lead(leader, _began(shares.iloc[0]), True, share, at, many)
    first = int(behind[behind].index[-1]) + 1
    known, seen = shares["last"].loc[first - 1].date(), shares["at"].loc[first].date()
    before = known if shares["hole"].loc[first] or unseen(known, seen) else None
    changed = crosses(shares["start"].loc[first - 1], shares["start"].loc[first], breaks)
    return Lead(leader, seen, False, share, at, many, before, changed=changed)


def unseen(before: date, since: date) -> bool:
    """Whether a whole month or more without a figure lies between two days: what came about then has no one month."""
    return (since.year - before.year) * 12 + since.month - before.month > 1


def pair_lead(
    ready: pd.DataFrame, shares: pd.DataFrame, pair: tuple[str, str] = PAIR, breaks: Sequence[date] = ()
) -> Lead | None:
    """The lead of a pair with the day its figures end, which a running or never finished period may put off."""
    found = lead(shares, pair, breaks)
    return replace(found, ends=newest(ready, pair)) if found else None


def _began(first: pd.Series) -> date:
    """When a lead that was always there was first counted: from the start of a count, on the day of a stock."""
    began = pd.Timestamp(first["at"] if first["at"] == first["last"] else first["start"])
    return began.date()


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
