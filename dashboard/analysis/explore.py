"""What the adoption page shows for a choice of metric, systems and view: a frame, its unit, its breaks, its finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from catalog.models import Break, Metric
from dashboard.analysis import finding, lead_titles, mode_titles
from dashboard.analysis.ages import Birth
from dashboard.analysis.cuts import Cut, cuts, severing
from dashboard.analysis.modes import Choice, Mode, averaged, in_mode
from dashboard.analysis.shares import each_by_its_own, narrowing, unlike
from dashboard.analysis.tidy import day_of, drawn, each_row, preferred, shared_definitions
from dashboard.analysis.wholes import ALL, whole_for
from language.words import _

__all__ = ["Choice", "Held", "Mode", "View", "defined", "definitions_of", "sources_of", "view"]


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
    ``newest`` is the newest day any figure is of, whatever is drawn of them, ``until`` the last day that is drawn where
    whole periods after it are not, as a mean or growth has none of them; ``apart``: they are counted in different
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
    until: date | None = None
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
    meant = averaged(ready, choice, marks)
    shown = in_mode(meant, choice, marks, str(unit), whole, today, born or {})
    apart = lead_titles.not_comparable(ready, choice, source)
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
        or lead_titles.title(meant, choice, names, today, source, severing(marks)),
        counted=finding.narrowed(
            _(choice.metric.title), narrowing(ready, choice.systems) or each_by_its_own(ready, choice.systems)
        ),
        base=shown.base,
        missing=tuple(s for s in choice.systems if s not in have),
        held=_held(choice.spans(ready)),
        born={slug: one for slug, one in (born or {}).items() if slug in have} if choice.mode == "age" else {},
        newest=newest_day(ready),
        until=_until(meant if choice.mode == "age" else shown.frame, ready, choice),
        apart=apart,
        whole=whole,
    )


def newest_day(frame: pd.DataFrame) -> date | None:
    """The newest day that any figure is of; a period that is not over reaches no further than it was read."""
    have = frame[frame["value"].notna()]
    return day_of(have[["last", "as_of"]].min(axis=1).max()) if len(have) else None


def _until(made: pd.DataFrame, ready: pd.DataFrame, choice: Choice) -> date | None:
    last = newest_day(choice.spans(made))
    whole = newest_day(choice.spans(ready[ready["status"] == "ok"]))
    return last if last is not None and whole is not None and last < whole else None


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
    if choice.metric.slug in lead_titles.UNLIKE or unlike(shown, choice.systems):
        return ""
    return mode_titles.title(shown, choice.mode, lead_titles.named(choice), names, suffix)
