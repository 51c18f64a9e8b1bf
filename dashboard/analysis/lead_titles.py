"""The finding of a view of values or shares: who leads in what is drawn, since when, or why nobody can be said to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard import format as fmt
from dashboard.analysis import finding
from dashboard.analysis.leads import Lead, pair_lead
from dashboard.analysis.modes import Choice
from dashboard.analysis.shares import PAIR, narrowing, pair_shares, unlike
from dashboard.analysis.tidy import day_of
from language.lists import clauses, colon
from language.words import _, filled

UNLIKE = ("stated",)
COLLECTED = ("history.reported",)


def _drawn_months(ready: pd.DataFrame, choice: Choice) -> tuple[pd.DataFrame, tuple[date, date] | None]:
    """What is drawn of a frame and, where figures before or after are left out, its first and last day."""
    within = choice.spans(ready)
    inside = within[within["value"].notna()]
    if inside.empty or len(inside) == ready["value"].notna().sum():
        return ready, None
    return within, (day_of(inside["at"].min()), day_of(inside["last"].max()))


def named(choice: Choice, definition: str = "") -> str:
    """The metric with what narrows it: the definition, and the mean that is drawn instead of its values."""
    mean = _("mean of {n} periods", n=choice.smooth) if choice.smooth else ""
    return finding.narrowed(_(choice.metric.title), clauses(filter(None, (definition, mean))))


def title(
    ready: pd.DataFrame, choice: Choice, names: dict[str, str], today: date, source: str, breaks: Sequence[date]
) -> str:
    """Who leads in the months that are drawn; they are named where others are left out."""
    drawn_of, months = _drawn_months(ready, choice)
    if months is None:
        return _lead_title(drawn_of, choice, names, today, source, breaks)
    first, last = (fmt.month(day) for day in months)
    said = _lead_title(drawn_of, choice, names, min(today, choice.end.date()), source, breaks, (first, last))
    if first in said and last in said:
        return said
    return _("{first} to {last}: {finding}", first=first, last=last, finding=said)


def _lead_title(
    ready: pd.DataFrame,
    choice: Choice,
    names: dict[str, str],
    today: date,
    source: str,
    breaks: Sequence[date],
    months: tuple[str, str] = ("", ""),
) -> str:
    have = {str(system) for system in ready[ready["value"].notna()]["system"].unique()}
    metric = _(choice.metric.title)
    if not have:
        return _(
            "{metric}: no {n} whole periods in a row without a break, so no mean is drawn",
            metric=metric,
            n=choice.smooth,
        )
    if not_comparable(ready, choice, source):
        return _("{metric}: figures counted in different ways, not to be compared", metric=metric)
    pair = _pair(have, choice)
    if pair is None:
        shown = next(s for s in choice.systems if s in have)
        return colon(names.get(shown, shown), finding.lowered(named(choice)))
    name = named(choice, narrowing(ready, pair))
    found: Lead | None = pair_lead(ready, pair_shares(ready, choice.metric.kind, pair), pair, breaks)
    if found is None:
        return colon(name, _why_no_lead(ready, pair, {"first": names[pair[0]], "second": names[pair[1]]}))
    whole = found.throughout and (fmt.month(found.since), fmt.month(found.at)) == months
    if whole and found.periods >= finding.MANY:
        ordered = pair if found.leader == pair[0] else pair[::-1]
        told = {"leader": names[ordered[0]], "other": names[ordered[1]], "metric": finding.lowered(name)}
        text = _("{leader} was ahead of {other} in {metric} in every period from {first} to {last}")
        return filled(text, first=months[0], last=months[1], **told)
    return finding.title(name, found, names, pair, today)


def not_comparable(ready: pd.DataFrame, choice: Choice, source: str) -> bool:
    """Whether figures of the chosen systems were counted in different ways, so that none is held against another."""
    if choice.metric.slug in UNLIKE or unlike(ready, choice.systems):
        return True
    pair = _pair({str(system) for system in ready[ready["value"].notna()]["system"].unique()}, choice)
    return source in COLLECTED and pair is not None and not narrowing(ready, pair)


def _pair(have: set[str], choice: Choice) -> tuple[str, str] | None:
    """The two systems whose lead is told: the usual pair, else the first two that have figures."""
    shown = [s for s in choice.systems if s in have]
    return PAIR if set(PAIR) <= have else (shown[0], shown[1]) if len(shown) > 1 else None


def _why_no_lead(ready: pd.DataFrame, pair: tuple[str, str], both: dict[str, str]) -> str:
    known = ready[ready["system"].isin(pair) & ready["value"].notna()]
    common = set.intersection(*(set(known.loc[known["system"] == one, "at"]) for one in pair))
    running = set(known.loc[known["status"] == "partial", "at"])
    if common and common <= running:
        return _("no period of both {first} and {second} is whole yet", **both)
    return _("nobody counted {first} and {second} in the same period", **both)
