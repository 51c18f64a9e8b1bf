"""Which of the catalogue's breaks concern what is shown, in order and numbered."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.models import Break


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


def numbered(found: Iterable[Cut], drawn: Callable[[date], bool]) -> list[Cut]:
    """Those whose day is drawn, numbered from 1: a figure that begins later has no break ② without a ①."""
    return [replace(cut, index=number) for number, cut in enumerate((c for c in found if drawn(c.when)), 1)]


def in_force(found: Iterable[Cut], start: date, end: date) -> list[Cut]:
    """Those that began before the end of a period (exclusive) and, where they have an end, last into it."""
    return [cut for cut in found if cut.when < end and (cut.until is None or cut.until >= start)]


def severing(found: Iterable[Cut], system: str | None = None) -> tuple[date, ...]:
    """The days at which lines are cut: of one system, or of any."""
    return tuple(sorted({c.when for c in found if c.severs and (system is None or system in c.systems)}))


def _applies(entry: Break, metric: str, system: str, source: str, definitions: Sequence[str]) -> bool:
    if not definitions:
        return entry.applies_to(metric, system, source)
    return any(entry.applies_to(metric, system, source, name) for name in definitions)
