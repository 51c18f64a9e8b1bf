"""Source against source: what several of them say of the same thing, side by side and as a ratio."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from catalog.models import Break
from dashboard import format as fmt
from dashboard.analysis.cuts import Cut, cuts
from dashboard.analysis.explore import Choice, View, defined, newest_day, sources_of
from dashboard.analysis.finding import lowered
from dashboard.analysis.parts import JOINT
from dashboard.analysis.tidy import STOCKS, drawn
from language.words import _, filled

MOST = 4
CLOSE = 0.05
"""Sources that differ by no more are said to agree."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """What one source says over what another says of a system, in the middle of so many common periods."""

    system: str
    over: str
    under: str
    middle: float
    periods: int


def line_of(system: str, source: str) -> str:
    """The name of a line: a system as one source tells it."""
    return f"{system}{JOINT}{source}"


def told_by(
    found: pd.DataFrame, kind: str, sources: Sequence[str], systems: Sequence[str], today: date
) -> pd.DataFrame:
    """The frames of at most `MOST` sources under one another, each as it stands, ``system`` as `line_of` names it.

    Counts of periods of several lengths are brought to a mean day, since only those can be held against one another.
    """
    made = []
    for source in sources[:MOST]:
        rows = defined(found[(found["source"] == source) & found["system"].isin(systems)], "")
        ready, _ = drawn(rows, kind, today)
        made.append(ready.assign(system=[line_of(str(name), source) for name in ready["system"]]))
    both = pd.concat(made, ignore_index=True) if made else found.iloc[:0]
    return _a_day(both) if kind not in STOCKS and both["granularity"].nunique() > 1 else both


def unit_of(told: pd.DataFrame, kind: str) -> str:
    """What the lines are counted in."""
    unit = str(told["unit"].iloc[0]) if len(told) else ""
    many = kind == "per_period" and (told["granularity"].nunique() > 1 or (told["granularity"] == "window").any())
    return _("{unit} a day", unit=_(unit)) if many else _(unit)


def ratios(told: pd.DataFrame, sources: Sequence[str], systems: Sequence[str]) -> list[Ratio]:
    """For each system, every later source over the first one it shares complete periods with; the median of them."""
    have = told[told["value"].notna() & (told["value"] > 0) & (told["status"] == "ok")]
    months = have.assign(month=have["at"].dt.to_period("M")).groupby(["system", "month"])["value"].mean()
    made = []
    for system in systems:
        lines = {s: months[name] for s in sources if (name := line_of(system, s)) in months.index.get_level_values(0)}
        for under, base in list(lines.items())[:1]:
            for over, line in list(lines.items())[1:]:
                common = (line / base).dropna()
                if len(common):
                    made.append(Ratio(system, over, under, float(common.median()), len(common)))
    return made


def view_against(
    found: pd.DataFrame, choice: Choice, breaks: Sequence[Break], names: Mapping[str, str], today: date
) -> View | None:
    """The view of a metric as every source tells it; None where not two of them have the chosen systems."""
    sources = sources_of(found, choice.metric, choice.systems)[:MOST]
    if len(sources) < 2:
        return None
    told = told_by(found, choice.metric.kind, sources, choice.systems, today)
    have = {str(name).partition(JOINT)[0] for name in told[told["value"].notna()]["system"]}
    return View(
        frame=choice.spans(told),
        unit=unit_of(told, choice.metric.kind),
        suffix=" %" if choice.metric.unit_short == "%" else "",
        source=sources[0],
        definitions=tuple(str(name) for name in told["definition"].unique()),
        cuts=_cuts(told, choice, breaks, sources, today),
        title=_title(choice, ratios(told, sources, choice.systems), names, len(sources)),
        counted=_(choice.metric.title),
        base=None,
        missing=tuple(slug for slug in choice.systems if slug not in have),
        sources=tuple(sources),
        newest=newest_day(told),
    )


def _cuts(
    told: pd.DataFrame, choice: Choice, breaks: Sequence[Break], sources: Sequence[str], today: date
) -> tuple[Cut, ...]:
    """The breaks of every source, numbered together; each concerns the lines of its own source alone."""
    made: list[Cut] = []
    for source in sources:
        rows = told[told["source"] == source]
        ways = tuple(str(name) for name in rows["definition"].unique())
        first = rows["start"].min().date()
        of_source = cuts(breaks, choice.metric.slug, choice.systems, source, first, today, ways)
        made += [replace(one, systems=tuple(line_of(slug, source) for slug in one.systems)) for one in of_source]
    made.sort(key=lambda one: (one.when, one.systems))
    return tuple(replace(one, index=number) for number, one in enumerate(made, 1))


def _title(choice: Choice, found: Sequence[Ratio], names: Mapping[str, str], many: int) -> str:
    words = lowered(_(choice.metric.title))
    if not found:
        said = _("{n} sources of {metric} have no whole period of one system in common")
        return filled(said, n=fmt.words(many).capitalize(), metric=words)
    middles = [one.middle for one in found]
    off = max(abs(middle - 1) for middle in middles)
    if off <= CLOSE:
        said = _("{n} sources of {metric} agree to within {percent} %")
        about = f"{max(0.1, math.ceil(round(1_000 * off, 6)) / 10):g}"
        return filled(said, n=fmt.words(many).capitalize(), metric=words, percent=about)
    low, high = fmt.digits(min(middles), 2), fmt.digits(max(middles), 2)
    alone = len({one.system for one in found}) == 1
    told = {
        "n": fmt.words(many).capitalize(),
        "metric": words,
        "times": low if low == high else _("{first} to {last}", first=low, last=high),
        "who": names.get(found[0].system, found[0].system) if alone else _("the same systems"),
    }
    if many == 2:
        return _("{n} sources of {metric}: the second says {times} times what the first does of {who}", **told)
    return _("{n} sources of {metric}: the others say {times} times what the first does of {who}", **told)


def _a_day(told: pd.DataFrame) -> pd.DataFrame:
    """Periods of known length as their mean day; windows are that already."""
    days = (told["end"] - told["start"]).dt.days.where(told["granularity"] != "window", 1)
    return told.assign(value=told["value"] / days, held=told["held"] / days)
