"""From rows of the store to the frame that every chart and finding is made of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pandas as pd

from language.words import _

COLUMNS = (
    "system",
    "source",
    "definition",
    "granularity",
    "start",
    "end",
    "value",
    "unit",
    "status",
    "collected_at",
    "primary",
    "held",
    "doubt",
    "left_out",
    "as_of",
)
STOCKS = ("cumulative", "count_now")
_HOLE_DAYS = {"window": 15, "week": 1, "month": 1, "quarter": 1, "year": 1}


class Row(Protocol):
    """What of a stored row is needed here; `db.read.SeriesRow` has it."""

    @property
    def system(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def definition(self) -> str: ...  # noqa: D102
    @property
    def granularity(self) -> str: ...  # noqa: D102
    @property
    def period_start(self) -> date: ...  # noqa: D102
    @property
    def period_end(self) -> date: ...  # noqa: D102
    @property
    def value(self) -> float | None: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def collected_at(self) -> object: ...  # noqa: D102
    @property
    def primary(self) -> bool: ...  # noqa: D102
    @property
    def doubt(self) -> str | None: ...  # noqa: D102
    @property
    def seen(self) -> str | None: ...  # noqa: D102
    @property
    def left_out(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def last_seen(self) -> date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Unit:
    """What the values of a frame are counted in; ``a_day`` if windows were brought to a mean day."""

    text: str
    a_day: bool = False

    def __str__(self) -> str:
        return _("{unit} a day", unit=_(self.text)) if self.a_day else _(self.text)


def each_row(found: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples, whose fields pandas cannot type."""
    yield from found.itertuples()


def day_of(when: Any) -> date:
    """A timestamp of a frame as a day."""
    made: date = pd.Timestamp(when).date()
    return made


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Stored rows as a frame with `COLUMNS`; ``start`` and exclusive ``end`` are days, a missing value is NaN.

    A value in doubt stands in ``held`` and not in ``value``, so that nothing that is computed from values can use it;
    ``doubt`` says why. ``left_out`` names the days in doubt that a longer period was rolled up without. ``as_of`` is
    the day a value stands for where its period is not over or it is a stock: the last one rolled up, or the day of
    collection; NaT where neither is known.
    """
    made = pd.DataFrame(
        [
            (
                r.system,
                r.source,
                r.definition,
                r.granularity,
                r.period_start,
                r.period_end,
                None if r.doubt else r.value,
                r.unit,
                r.status,
                r.collected_at,
                r.primary,
                r.value if r.doubt else None,
                (r.seen or r.doubt) if r.doubt else "",
                "; ".join(r.left_out),
                r.last_seen or (r.period_start if r.granularity == "day" else r.collected_at),
            )
            for r in rows
        ],
        columns=list(COLUMNS),
    )
    for name in ("start", "end"):
        made[name] = pd.to_datetime(made[name])
    for name in ("value", "held"):
        made[name] = made[name].astype(float)
    made["as_of"] = pd.to_datetime(made["as_of"], utc=True).dt.tz_localize(None).dt.normalize()
    made["primary"] = made["primary"].astype(bool)
    return made


def drawn(found: pd.DataFrame, kind: str, today: date) -> tuple[pd.DataFrame, Unit]:
    """One source's frame made ready: one granularity, windows as a mean day, ``at``, where a value is drawn, ``last``.

    A stock stands at the last day of its period, a count in the middle of it; either is dated by ``last``, the last day
    of its period that is over. Per-day means are needed where the
    windows that were counted differ in length: 30 days, 22 days, a month.
    """
    kept = one_granularity(found).sort_values(["system", "start", "end"]).reset_index(drop=True)
    unit = Unit(str(kept["unit"].iloc[0]) if len(kept) else "")
    if kind == "per_period" and (kept["granularity"] == "window").any():
        for name in ("value", "held"):
            kept[name] = kept[name] / (kept["end"] - kept["start"]).dt.days
        unit = Unit(unit.text, a_day=True)
    last_day = kept["end"] - pd.Timedelta(days=1)
    kept["last"] = last_day.where(last_day <= pd.Timestamp(today), pd.Timestamp(today))
    if kind in STOCKS:
        kept["at"] = kept["last"]
    else:
        kept["at"] = (kept["start"] + (last_day - kept["start"]) / 2).dt.normalize()
    return kept, unit


def one_granularity(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the granularity that most systems share, of several the one with most values: never years among months."""
    if found["granularity"].nunique() < 2:
        return found
    by = found[found["value"].notna()].groupby("granularity")["system"]
    systems, sizes = by.nunique().to_dict(), by.size().to_dict()
    ranked = sorted(systems, key=lambda name: (systems[name], sizes[name]))
    return found[found["granularity"] == ranked[-1]] if ranked else found


def preferred(found: pd.DataFrame, ordered: Sequence[str], systems: Sequence[str]) -> str | None:
    """The source a chart shows: the first of the preferred ones that has values of most of the systems."""
    have = found[found["value"].notna() & found["system"].isin(systems)]
    counts = {str(name): int(many) for name, many in have.groupby("source")["system"].nunique().items()}
    if not counts:
        return None
    best = max(counts.values())
    rank = {name: index for index, name in enumerate(ordered)}
    return min(
        (name for name, many in counts.items() if many == best), key=lambda name: (rank.get(name, len(rank)), name)
    )


def shared_definitions(found: pd.DataFrame) -> list[str]:
    """Definitions that two systems or more are counted by (conferences, groups asked), most values first."""
    by = found[found["value"].notna()].groupby("definition")["system"]
    systems, sizes = by.nunique().to_dict(), by.size().to_dict()
    shared = [str(name) for name, many in systems.items() if many > 1]
    return sorted(shared, key=lambda name: (-sizes[name], name))


def segments(one: pd.DataFrame, breaks: Sequence[date]) -> list[pd.DataFrame]:
    """One system's rows cut where a line must not run: at a break, a missing value, a hole, another way of counting."""
    pieces: list[list[int]] = [[]]
    previous = None
    for row in each_row(one):
        if previous is not None and _cut(previous, row, breaks):
            pieces.append([])
        if pd.notna(row.value):
            pieces[-1].append(row.Index)
        elif pieces[-1]:
            pieces.append([])
        previous = row
    return [one.loc[piece] for piece in pieces if piece]


def crosses(first: pd.Timestamp, last: pd.Timestamp, breaks: Sequence[date]) -> bool:
    """Whether a break lies between two periods, given by their starts; a start on the day is on the far side."""
    return any(first < pd.Timestamp(when) <= last for when in breaks)


def _cut(before: Any, after: Any, breaks: Sequence[date]) -> bool:
    hole = _HOLE_DAYS.get(after.granularity)
    if before.definition != after.definition:
        return True
    if hole is not None and (after.start - before.end).days >= hole:
        return True
    return crosses(before.start, after.start, breaks)
