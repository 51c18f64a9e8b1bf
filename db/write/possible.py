"""What no observation may say, whoever told it: the last check before a row is written."""

from collections.abc import Iterable, Mapping
from datetime import date

from db.errors import ImpossibleValue
from db.records import Observation

NET = ("stars_gained",)


def must_be_possible(rows: Iterable[Observation], kinds: Mapping[str, str], day: date) -> None:
    """Raise `ImpossibleValue` for a row that could not be true on the day it was told; ``kinds`` by metric.

    Nothing that is counted is below nought (the difference of two counts may be, `NET`); no period begins after the
    day; a count of a period is whole (``ok``) only once the period is over.
    """
    doubtful = [
        row
        for row in rows
        if row.period_start > day or row.period_end > day or (row.value is not None and row.value < 0)
    ]
    for row in doubtful:
        if wrong := _wrong(row, kinds.get(row.metric, ""), day):
            name = f"{row.metric} of {row.system}" + (f" ({row.definition})" if row.definition else "")
            raise ImpossibleValue(
                f"{name} at {row.period_start}: {wrong}. Nothing of it was written; look at its receipt."
            )


def _wrong(row: Observation, kind: str, day: date) -> str:
    if row.value is not None and row.value < 0 and row.metric not in NET:
        return f"{row.value:,.10g} is below nought"
    if row.period_start > day:
        return f"the period begins after {day}, when it was told"
    if kind == "per_period" and row.status == "ok" and row.period_end > day:
        return f"{row.value:,.10g} is called whole, but the period lasts until {row.period_end}"
    return ""
