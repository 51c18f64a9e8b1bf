"""Which of the catalogue's breaks concern what is shown, in order and numbered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import Break
from dashboard.analysis.parts import Part


@dataclass(frozen=True, slots=True)
class Cut:
    """One break as a chart numbers it; ``systems`` are those of the shown ones that it concerns."""

    index: int
    when: date
    until: date | None
    what: str
    effect: str
    url: str
    severs: bool
    systems: tuple[str, ...]

    @property
    def shown_date(self) -> date:
        """The day the mark stands at."""
        return self.when


@dataclass(frozen=True, slots=True)
class Standing:
    """A break that holds in a period, and the systems of a point whose figures it concerns."""

    entry: Break
    systems: tuple[str, ...]


def cuts(
    breaks: Iterable[Break],
    metric: str,
    systems: Sequence[str],
    source: str,
    first: date,
    last: date,
    definitions: Sequence[str] = (),
) -> list[Cut]:
    """The breaks of one source's metric within ``[first, last]`` that concern any of the systems, by date from 1."""
    found = []
    for entry in breaks:
        concerned = tuple(name for name in systems if _applies(entry, metric, name, source, definitions))
        if concerned and first < entry.date.first <= last:
            found.append((entry, concerned))
    found.sort(key=lambda pair: (pair[0].date.first, pair[0].slug))
    return [
        Cut(
            number,
            entry.date.first,
            entry.until.last if entry.until else None,
            entry.what,
            entry.effect,
            entry.url,
            entry.cuts,
            concerned,
        )
        for number, (entry, concerned) in enumerate(found, 1)
    ]


def in_force(breaks: Iterable[Break], parts: Iterable[Part], start: date, end: date) -> list[Standing]:
    """What held in a period (``end`` is exclusive) for the series that a point was made of, by date.

    It began before the period was over and, where it has an end, lasts into it: what came later or was over by then
    says nothing of the period, and what concerns other series says nothing of the point. A change of what a run counts
    (its window, or one whose citation goes by the day of the run) holds for whole periods, from their first day on.
    """
    every, found = tuple(dict.fromkeys(parts)), []
    for entry in breaks:
        over = entry.until is not None and entry.until.last < start
        who = [one.system for one in every if entry.applies_to(one.metric, one.system, one.source, one.definition)]
        of_runs = entry.kind == "window" or entry.cited_date is not None
        begun = entry.date.first <= start if of_runs else entry.date.first < end
        if who and begun and not over:
            found.append(Standing(entry, tuple(dict.fromkeys(who))))
    return sorted(found, key=lambda one: (one.entry.date.first, one.entry.slug))


def severing(found: Iterable[Cut], system: str | None = None) -> tuple[date, ...]:
    """The days at which lines are cut: of one system, or of any."""
    return tuple(sorted({c.when for c in found if c.severs and (system is None or system in c.systems)}))


def _applies(entry: Break, metric: str, system: str, source: str, definitions: Sequence[str]) -> bool:
    if not definitions:
        return entry.applies_to(metric, system, source)
    return any(entry.applies_to(metric, system, source, name) for name in definitions)
