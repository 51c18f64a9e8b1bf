"""The finding of a view that is neither of values nor of shares: who grew most, who was ahead at the same age."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from dashboard import format as fmt
from dashboard.analysis.ages import BEGIN
from dashboard.analysis.finding import lowered
from dashboard.analysis.tidy import day_of
from language.words import N_, _, _n

NEAR_DAYS = 100
_YEAR_DAYS = 365.25
_ALONE = {
    "growth_year": N_("In the year to {month} the growth in {metric} is known of {name} alone: {grown}"),
    "growth_half": N_("In the half year to {month} the growth in {metric} is known of {name} alone: {grown}"),
}
_UNKNOWN = {
    "growth_year": N_("No growth over a year can be computed in {metric}"),
    "growth_half": N_("No growth over half a year can be computed in {metric}"),
}
_GREW = {
    "growth_year": (
        N_("{leader} grew fastest in {metric} in the year to {month}: {grown}"),
        N_("Nobody grew in {metric} in the year to {month}; {leader} lost least: {grown}"),
    ),
    "growth_half": (
        N_("{leader} grew fastest in {metric} in the half year to {month}: {grown}"),
        N_("Nobody grew in {metric} in the half year to {month}; {leader} lost least: {grown}"),
    ),
}


def title(frame: pd.DataFrame, mode: str, metric: str, names: Mapping[str, str], suffix: str = "") -> str:
    """The finding of a drawn frame in a mode; empty where the mode has none of its own, or nothing can be said."""
    have = frame[frame["value"].notna()]
    if have.empty:
        return _(_UNKNOWN[mode], metric=lowered(metric)) if mode in _UNKNOWN else ""
    if mode in _GREW:
        return _growth(have, mode, metric, names) if frame["system"].nunique() > 1 else ""
    if mode == "index":
        return _index(have, metric, names)
    return _age(have, metric, names, suffix) if mode == "age" else ""


def _growth(have: pd.DataFrame, mode: str, metric: str, names: Mapping[str, str]) -> str:
    """Of the newest period that has any growth; one system alone in it is the fastest of nobody."""
    newest = have[have["at"] == have["at"].max()].sort_values("value", ascending=False)
    first = newest.iloc[0]
    who, grown = names.get(str(first["system"]), str(first["system"])), float(first["value"])
    said = {"metric": lowered(metric), "month": fmt.month(day_of(first["last"])), "grown": f"{grown:+.1f}{fmt.NBSP}%"}
    if len(newest) == 1:
        return _(_ALONE[mode], name=who, **said)
    return _(_GREW[mode][grown < 0], leader=who, **said)


def _index(have: pd.DataFrame, metric: str, names: Mapping[str, str]) -> str:
    """Over the last stretch that all lines share, which begins where the last of them was set to 100."""
    starts: list[date] = []
    ends: dict[str, tuple[float, date]] = {}
    for system, one in have.groupby("system"):
        at_100 = one[(one["value"] - 100).abs() < 1e-9]
        starts.append(day_of((at_100["at"].iloc[-1:] if len(at_100) else one["at"].iloc[:1]).max()))
        ends[str(system)] = float(one["value"].iloc[-1]), day_of(one["last"].iloc[-1])
    if len(set(starts)) != 1 or len(ends) < 2:
        return ""
    leader = max(ends, key=lambda system: ends[system][0])
    said = N_("From {first} to {last} {leader} grew most in {metric}: from 100 to {value}")
    if ends[leader][0] <= 100:
        said = N_("From {first} to {last} nobody grew in {metric}; {leader} lost least: from 100 to {value}")
    return _(
        said,
        first=fmt.month(starts[0]),
        last=fmt.month(ends[leader][1]),
        leader=names.get(leader, leader),
        metric=lowered(metric),
        value=fmt.number(ends[leader][0]),
    )


def _age(have: pd.DataFrame, metric: str, names: Mapping[str, str], suffix: str) -> str:
    """At the whole years of age that all systems have reached."""
    oldest = have.groupby("system")["at"].max()
    years = int((oldest.min() - BEGIN).days / _YEAR_DAYS)
    day = BEGIN + pd.Timedelta(days=round(years * _YEAR_DAYS))
    found: dict[str, float] = {}
    for system, one in have.groupby("system"):
        off = (one["at"] - day).abs()
        if off.min().days <= NEAR_DAYS:
            found[str(system)] = float(one["value"].iloc[int(off.to_numpy().argmin())])
    if years < 1 or len(found) < 2 or len(found) < len(oldest):
        return ""
    ordered = sorted(found, key=lambda system: -found[system])
    first, second = ((names.get(s, s), fmt.number(found[s]) + suffix) for s in ordered[:2])
    return _n(
        "One year after it came out {leader} was ahead in {metric}: {value}, {other} then {least}",
        "{years} years after it came out {leader} was ahead in {metric}: {value}, {other} then {least}",
        years,
        years=years,
        leader=first[0],
        value=first[1],
        other=second[0],
        least=second[1],
        metric=lowered(metric),
    )
