"""Shares of systems in what is counted of all of them, and lines brought to 100 at a common day."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import pandas as pd

from dashboard.analysis.tidy import STOCKS, crosses, each_row, shared_definitions
from language.lists import commas

PAIR = ("pytorch", "tensorflow")
COLUMNS = ("start", "end", "at", "last", "share", "hole")
WIDE = 2.5
SAME_DAY, SAME_WEEK = 0, 7


def pair_shares(ready: pd.DataFrame, kind: str, pair: tuple[str, str] = PAIR) -> pd.DataFrame:
    """The first system's share in both, period by period: columns `COLUMNS`, share from 0 to 1.

    Only periods that both have and that are complete count (a stock may be read before its month is over, but both in
    the same week, see `apart`); a period in which both are nought has no share. ``hole`` says that figures are missing
    ahead of a period.
    """
    usable = shared_in(ready, kind, pair)
    wide = usable.pivot_table(index=["start", "end", "at", "last"], columns="system", values="value", aggfunc="last")
    if not set(pair) <= set(wide.columns):
        return pd.DataFrame(columns=list(COLUMNS))
    wide = wide.dropna(subset=list(pair))
    total = wide[pair[0]] + wide[pair[1]]
    shares = (wide[pair[0]] / total)[total > 0]
    made = shares.rename("share").reset_index().sort_values(["at", "end"]).reset_index(drop=True)
    missing = ready[ready["value"].isna() & ready["system"].isin(pair)]["start"]
    made["hole"] = _holes(made["at"], made["start"], missing)
    return made[list(COLUMNS)]


def shared_in(ready: pd.DataFrame, kind: str, pair: tuple[str, str] = PAIR) -> pd.DataFrame:
    """The rows that a share of the pair can be made of."""
    good = ("ok", "partial") if kind in STOCKS else ("ok",)
    usable = one_definition(ready[ready["status"].isin(good) & ready["value"].notna() & ready["system"].isin(pair)])
    return usable[~apart(usable, SAME_WEEK)] if kind in STOCKS else usable


def apart(found: pd.DataFrame, days: int) -> pd.Series:
    """Whether the values of a row's period were read further apart than so many days; False where that is not known.

    A share needs its denominator of the same day: the total of one system on the first of a month and of another on
    the last are no two parts of one whole.
    """
    of_period = found[found["value"].notna()].groupby(["start", "end"])["as_of"]
    span = (of_period.max() - of_period.min()).dt.days.rename("span")
    spans = found[["start", "end"]].merge(span, left_on=["start", "end"], right_index=True, how="left")["span"]
    return (spans > days).set_axis(found.index)


def newest(ready: pd.DataFrame, systems: Sequence[str]) -> date | None:
    """The last day that figures of all these systems reach, running periods included; None where one has none.

    A period that was read before it was over reaches the day it was read, not its end.
    """
    known = ready[ready["value"].notna() & ready["system"].isin(systems)]
    have = known["last"].where(~(known["as_of"] < known["last"]), known["as_of"]).groupby(known["system"]).max()
    return have.min().date() if len(have) and set(have.index) == set(systems) else None


def narrowing(ready: pd.DataFrame, systems: Sequence[str]) -> str:
    """The one definition by which all these systems are counted, where it narrows the metric: NeurIPS; else empty."""
    kept = one_definition(ready[ready["value"].notna() & ready["system"].isin(systems)])
    names = {str(name) for name in kept["definition"]}
    name = names.pop() if len(names) == 1 else ""
    return "" if kept["system"].nunique() < 2 or name.casefold().startswith("all ") else name


def each_by_its_own(ready: pd.DataFrame, systems: Sequence[str]) -> str:
    """What each system is counted by, in their order, where every one has another: torch, tensorflow; else empty."""
    kept = ready[ready["value"].notna()]
    names = [list(kept[kept["system"] == system]["definition"].unique()) for system in systems]
    told = [str(one[0]) for one in names if len(one) == 1 and one[0]]
    had = [one for one in names if one]
    return commas(told) if len(told) == len(had) and len(set(told)) == len(told) > 1 else ""


def unlike(ready: pd.DataFrame, systems: Sequence[str]) -> bool:
    """Whether figures counted in several ways stand in one system's line, so that no line can be compared."""
    kept = ready[ready["value"].notna() & ready["system"].isin(systems)]
    return bool((kept.groupby("system")["definition"].nunique() > 1).any())


def _holes(at: pd.Series, starts: pd.Series, missing: pd.Series) -> list[bool]:
    """Where the step to a period is over `WIDE` usual ones, or a documented gap begins within it."""
    steps = at.diff()
    usual = steps.median()
    gaps = [missing.between(first, last, inclusive="right").any() for first, last in pairwise(starts)]
    return [bool(step > WIDE * usual or gap) for step, gap in zip(steps, [False, *gaps], strict=False)]


def one_definition(found: pd.DataFrame) -> pd.DataFrame:
    """Where systems are counted in the same ways, keep the commonest: figures of two populations make no share."""
    shared = shared_definitions(found)
    return found[found["definition"] == shared[0]] if shared else found


def all_shares(ready: pd.DataFrame, systems: Sequence[str]) -> pd.DataFrame:
    """Each system's share among the chosen ones, in percent; a period that lacks one of them has no share.

    Nor has one that is not over, where it was read for one of them on another day than for the others.
    """
    chosen = ready[ready["system"].isin(systems)]
    have = [name for name in systems if (chosen["system"] == name).any()]
    key = ["start", "end"]
    running = chosen["status"].eq("partial") & chosen["value"].notna()
    chosen = chosen.assign(value=chosen["value"].where(~(running & apart(chosen, SAME_DAY))))
    totals = chosen.groupby(key)["value"].sum()
    present = chosen[chosen["value"].notna()].groupby(key)["system"].nunique()
    total = totals.where(present == len(have)).where(totals > 0)
    made = chosen.merge(total.rename("total"), left_on=key, right_index=True, how="left")
    made["value"] = made["value"] / made["total"] * 100
    return made.drop(columns="total")


def indexed(ready: pd.DataFrame, breaks: Mapping[str, Sequence[date]]) -> pd.DataFrame:
    """Each line as 100 at the first day all systems have a value; after a break it starts at 100 anew.

    Growth is thereby never computed across a break.
    """
    made = [_rebased(ready, one, breaks.get(str(system), ())) for system, one in ready.groupby("system", sort=False)]
    return pd.concat(made) if made else ready


def common_start(ready: pd.DataFrame) -> pd.Timestamp | None:
    """The first day from which every system of the frame has had a value above nought."""
    have = ready[ready["value"] > 0].groupby("system")["at"].min()
    return None if have.empty else have.max()


def _rebased(ready: pd.DataFrame, one: pd.DataFrame, breaks: Sequence[date]) -> pd.DataFrame:
    start = common_start(ready)
    kept = one[one["at"] >= start].copy() if start is not None else one.copy()
    base, previous = None, None
    values: list[float | None] = []
    for row in each_row(kept):
        if previous is not None and crosses(previous, row.start, breaks):
            base = None
        if base is None and pd.notna(row.value) and row.value > 0:
            base = row.value
        values.append(row.value / base * 100 if base is not None and pd.notna(row.value) else None)
        previous = row.start
    kept["value"] = pd.Series(values, index=kept.index, dtype=float)
    return kept


def indexed_at(ready: pd.DataFrame, breaks: Mapping[str, Sequence[date]], month: date) -> pd.DataFrame:
    """Each line as 100 in a month, or in the last period before it; stretches beyond a break begin at 100 themselves.

    A line without a value above nought up to that month, in its stretch, begins at 100 too.
    """
    made = ready.assign(value=float("nan"))
    until = pd.Timestamp(month) + pd.offsets.MonthEnd(0)
    for system, one in ready.groupby("system", sort=False):
        stretch = [sum(row.start >= pd.Timestamp(b) for b in breaks.get(str(system), ())) for row in each_row(one)]
        for _, piece in one.groupby(stretch):
            good = piece[piece["value"] > 0]
            if good.empty:
                continue
            before = good[good["at"] <= until]
            reaches = len(before) and piece["at"].max() >= pd.Timestamp(month)
            base = before["value"].iloc[-1] if reaches else good["value"].iloc[0]
            made.loc[piece.index, "value"] = piece["value"] / base * 100
    return made
