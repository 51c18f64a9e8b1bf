"""What the adoption page shows for a choice of metric, systems and view: a frame, its unit, its breaks, its finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from catalog.models import Break, Metric
from dashboard import format as fmt
from dashboard.analysis import finding, mode_titles
from dashboard.analysis.ages import Birth
from dashboard.analysis.cuts import Cut, cuts, severing
from dashboard.analysis.leads import Lead, pair_lead
from dashboard.analysis.modes import Choice, Mode, in_mode
from dashboard.analysis.shares import PAIR, each_by_its_own, narrowing, pair_shares, unlike
from dashboard.analysis.tidy import day_of, drawn, each_row, preferred, shared_definitions
from dashboard.analysis.wholes import ALL, whole_for
from language.lists import colon
from language.words import _, filled

__all__ = ["Choice", "Held", "Mode", "View", "defined", "definitions_of", "sources_of", "view"]
UNLIKE = ("stated",)
COLLECTED = ("history.reported",)


@dataclass(frozen=True)
class Held:
    """A figure that no share, growth or lead is made of: whose, of which period, and why in words."""

    system: str
    start: date
    last: date
    value: float | None
    why: str


@dataclass(frozen=True)
class View:
    """What is drawn for a choice; ``missing`` are the chosen systems that this source has nothing of.

    ``counted`` is the title of the metric with the definition that narrows it, where all lines have the same; ``held``
    are the figures in doubt, newest first; ``born`` says where ages begin, ``sources`` who is held against whom;
    ``newest`` is the newest day any figure is of, whatever is drawn of them; ``apart``: they are counted in different
    ways, so that no share is made of them; ``whole`` are the rows it is a share of.
    """

    frame: pd.DataFrame
    unit: str
    suffix: str
    source: str
    definitions: tuple[str, ...]
    cuts: tuple[Cut, ...]
    title: str
    base: date | None
    missing: tuple[str, ...]
    counted: str
    held: tuple[Held, ...] = ()
    born: Mapping[str, Birth] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    newest: date | None = None
    apart: bool = False
    whole: pd.DataFrame | None = None

    @property
    def told_by(self) -> tuple[str, ...]:
        """Every source whose figures are drawn, the first one first."""
        return self.sources or (self.source,)


def sources_of(found: pd.DataFrame, metric: Metric, systems: Sequence[str]) -> list[str]:
    """The sources that have values of any of the systems, the preferred one first."""
    have = found[found["value"].notna() & found["system"].isin(systems)]
    best = preferred(found, metric.sources, systems)
    rank = {name: index for index, name in enumerate(metric.sources)}
    names = sorted({str(s) for s in have["source"].unique()}, key=lambda name: (rank.get(name, len(rank)), name))
    return ([best] if best else []) + [name for name in names if name != best]


def view(
    found: pd.DataFrame,
    choice: Choice,
    breaks: Sequence[Break],
    names: dict[str, str],
    today: date,
    wholes: pd.DataFrame | None = None,
    born: Mapping[str, Birth] | None = None,
) -> View | None:
    """Make the view of one source; None where it has nothing of the chosen systems.

    ``wholes`` are the rows of what the metric is a share of (`Metric.share_of`), for the mode ``of_all``; ``born`` are
    the days that ages are counted from, for the mode ``age``.
    """
    offered = sources_of(found, choice.metric, choice.systems)
    if not offered:
        return None
    source = choice.source if choice.source in offered else offered[0]
    one = defined(found[(found["source"] == source) & found["system"].isin(choice.systems)], choice.definition)
    ready, unit = drawn(one, choice.metric.kind, today)
    if ready["value"].notna().sum() == 0:
        return None
    definitions = tuple(str(d) for d in ready["definition"].unique())
    concerned = (*choice.systems, ALL) if choice.mode == "of_all" else choice.systems
    first = ready["start"].min().date()
    marks = tuple(cuts(breaks, choice.metric.slug, concerned, source, first, today, definitions))
    have = {str(s) for s in ready[ready["value"].notna()]["system"].unique()}
    ways = found[found["source"] == source]["definition"]
    whole = (
        whole_for(one, ways, wholes, own=choice.metric.share_of_own)
        if choice.mode == "of_all" and wholes is not None
        else ready.iloc[:0]
    )
    shown = in_mode(ready, choice, marks, str(unit), whole, today, born or {})
    apart = not_comparable(ready, choice, source)
    if apart and choice.mode == "share":
        shown = replace(shown, frame=shown.frame.assign(value=float("nan")))
    return View(
        frame=choice.spans(shown.frame),
        unit=shown.unit,
        suffix=shown.suffix,
        source=source,
        definitions=definitions,
        cuts=marks,
        title=_own_title(shown.frame, choice, names, shown.suffix)
        or _title(ready, choice, names, today, source, severing(marks)),
        counted=finding.narrowed(
            _(choice.metric.title), narrowing(ready, choice.systems) or each_by_its_own(ready, choice.systems)
        ),
        base=shown.base,
        missing=tuple(s for s in choice.systems if s not in have),
        held=_held(choice.spans(ready)),
        born={slug: one for slug, one in (born or {}).items() if slug in have} if choice.mode == "age" else {},
        newest=newest_day(ready),
        apart=apart,
        whole=whole,
    )


def newest_day(frame: pd.DataFrame) -> date | None:
    """The newest day that any figure is of; a period that is not over reaches no further than it was read."""
    have = frame[frame["value"].notna()]
    return day_of(have[["last", "as_of"]].min(axis=1).max()) if len(have) else None


def _held(ready: pd.DataFrame) -> tuple[Held, ...]:
    found = [
        Held(row.system, day_of(row.start), day_of(row.last), None if row.left_out else float(row.held), why)
        for row in each_row(ready[ready["held"].notna() | (ready["left_out"] != "")])
        if (why := row.left_out or row.doubt)
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.system), reverse=True))


def definitions_of(found: pd.DataFrame, source: str, systems: Sequence[str]) -> list[str]:
    """The ways of counting that systems share within a source, where there is more than one."""
    shared = shared_definitions(found[(found["source"] == source) & found["system"].isin(systems)])
    return shared if len(shared) > 1 else []


def defined(one: pd.DataFrame, definition: str) -> pd.DataFrame:
    """The rows counted in one way: the one asked for, else the one that a chart shows first."""
    if definition and (one["definition"] == definition).any():
        return one[one["definition"] == definition]
    return one[one["primary"]] if one["primary"].any() else one


def _own_title(frame: pd.DataFrame, choice: Choice, names: dict[str, str], suffix: str) -> str:
    """What a view of growth, an index or ages finds; empty where figures are not to be compared, or it is another."""
    shown = choice.spans(frame)
    if choice.metric.slug in UNLIKE or unlike(shown, choice.systems):
        return ""
    return mode_titles.title(shown, choice.mode, _(choice.metric.title), names, suffix)


def _drawn_months(ready: pd.DataFrame, choice: Choice) -> tuple[pd.DataFrame, tuple[date, date] | None]:
    """What is drawn of a frame and, where figures before or after are left out, its first and last day."""
    within = choice.spans(ready)
    inside = within[within["value"].notna()]
    if inside.empty or len(inside) == ready["value"].notna().sum():
        return ready, None
    return within, (day_of(inside["at"].min()), day_of(inside["last"].max()))


def _title(
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
    if not_comparable(ready, choice, source):
        return _("{metric}: figures counted in different ways, not to be compared", metric=metric)
    pair = _pair(have, choice)
    if pair is None:
        shown = next(s for s in choice.systems if s in have)
        return colon(names.get(shown, shown), finding.lowered(metric))
    name = finding.narrowed(metric, narrowing(ready, pair))
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
