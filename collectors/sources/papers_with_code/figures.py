"""Turns counted links into observations: month by month, with the denominators beside them; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from collectors.errors import SkipItem
from collectors.periods import following_month
from collectors.source import Parsed
from collectors.sources.papers_with_code.dating import FIRST, LAST, SAID
from collectors.sources.papers_with_code.dump import NO_FRAMEWORK, Links
from db.records import Observation, Status

EVERY, OFFICIAL = "linked repositories", "official repositories"
FRAMED, OFFICIAL_FRAMED = f"{EVERY} with a framework", f"{OFFICIAL} with a framework"
TORCH = "torch"
TORCH_EVERY, TORCH_OFFICIAL = (f"{what} labelled torch: Lua Torch, or PyTorch misread" for what in (EVERY, OFFICIAL))
OF_FRAMED, OF_ALL = "percent of linked repositories with a framework", "percent of all linked repositories"
UNDATED = "linked repositories that cannot be dated"
ALL, OTHER = "all", "other"
_NAMED = 5
Series = tuple[str, str]  # system, definition


def figures(links: Links, labels: Mapping[str, str]) -> Parsed:
    """The observations of a dump; ``labels`` gives the system of a label. Raises `SkipItem` where none can be dated."""
    if not links.dated:
        raise SkipItem(f"None of the dump's {links.read:,} links can be dated")
    newest = max(month for _, month, _ in links.dated)
    counts = _by_series(links, labels)
    observations = [row for series, found in counts.items() for row in _months(series, found, newest)]
    observations += [row for series in counts for row in _shares(series, counts, newest)]
    observations.append(_undated(links))
    return Parsed(tuple(observations), notes=tuple(_notes(links, labels)))


def _by_series(links: Links, labels: Mapping[str, str]) -> dict[Series, Counter[date]]:
    counts: dict[Series, Counter[date]] = {}
    for (label, month, official), number in links.dated.items():
        of = [(labels.get(label, OTHER), TORCH_EVERY if label == TORCH else EVERY)] if label != NO_FRAMEWORK else []
        of += [(ALL, EVERY), *([] if label == NO_FRAMEWORK else [(ALL, FRAMED)])]
        if official:
            of += [(system, _OFFICIAL_OF[definition]) for system, definition in of]
        for series in of:
            counts.setdefault(series, Counter())[month] += number
    return dict(sorted(counts.items()))


_OFFICIAL_OF = {EVERY: OFFICIAL, FRAMED: OFFICIAL_FRAMED, TORCH_EVERY: TORCH_OFFICIAL}


def _months(series: Series, found: Counter[date], newest: date) -> Iterator[Observation]:
    """From a series' first month to the dump's newest, a month without a link being a zero of a whole list."""
    for month in _calendar(min(found), newest):
        yield _row("implementations", series, month, float(found[month]), _status(month, newest))
    if newest == LAST:
        yield _row("implementations", series, following_month(LAST), None, "unavailable")


def _shares(series: Series, counts: Mapping[Series, Counter[date]], newest: date) -> Iterator[Observation]:
    system, definition = series
    if system == ALL or definition not in (EVERY, TORCH_EVERY):
        return
    for name, whole in ((OF_FRAMED, counts[ALL, FRAMED]), (OF_ALL, counts[ALL, EVERY])):
        said = name if definition == EVERY else f"{name}, labelled torch: Lua Torch, or PyTorch misread"
        for month in _calendar(min(counts[series]), newest):
            if whole[month]:
                value = 100 * counts[series][month] / whole[month]
                yield _row("implementations_share", (system, said), month, value, _status(month, newest))


def _calendar(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = following_month(first)


def _status(month: date, newest: date) -> Status:
    return "partial" if month == newest else "ok"


def _row(metric: str, series: Series, month: date, value: float | None, status: Status) -> Observation:
    system, definition = series
    return Observation(
        metric=metric,
        system=system,
        period_start=month,
        period_end=following_month(month),
        value=value,
        status=status,
        granularity="month",
        definition=definition,
        primary=definition in (EVERY, OF_FRAMED),
    )


def _undated(links: Links) -> Observation:
    return Observation(
        metric="implementations",
        system=ALL,
        period_start=FIRST,
        period_end=following_month(LAST),
        value=float(links.undatable.total()),
        granularity="window",
        definition=UNDATED,
        primary=False,
    )


def _notes(links: Links, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"{links.dated.total():,} of {links.read:,} links dated"
    if links.undatable:
        why = ", ".join(f"{number:,} {SAID[reason]}" for reason, number in sorted(links.undatable.items()))
        yield f"{links.undatable.total():,} cannot be dated: {why}"
    if links.repeated:
        yield f"{links.repeated:,} listed twice and counted once"
    if links.malformed:
        yield f"{links.malformed:,} of an unknown form and not counted"
    strange: Counter[str] = Counter()
    for (label, _, _), number in links.dated.items():
        if label not in labels and label != NO_FRAMEWORK:
            strange[label] += number
    if strange:
        most = ", ".join(f"{label!r} {number:,}" for label, number in strange.most_common(_NAMED))
        yield f"{strange.total():,} counted as other, their labels being unknown to the catalogue: {most}"
