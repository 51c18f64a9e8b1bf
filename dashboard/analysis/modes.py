"""The ways to look at one metric: its values, shares, an index, growth, aligned by age, source against source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from catalog.models import Metric
from dashboard import format as fmt
from dashboard.analysis.ages import Birth, aged
from dashboard.analysis.cuts import Cut, severing
from dashboard.analysis.growth import SPANS, grown, smoothed
from dashboard.analysis.shares import all_shares, common_start, indexed, indexed_at
from dashboard.analysis.wholes import of_all
from language.words import _

Mode = Literal["absolute", "share", "of_all", "index", "growth_year", "growth_half", "age", "sources"]
LEVELS = ("absolute", "index", "age", "sources")
"""The modes whose values can stand on a logarithmic axis: neither percentages nor growth."""


@dataclass(frozen=True)
class Choice:
    """What a visitor asked to see; ``source`` and ``definition`` may be empty for the preferred ones.

    ``base`` is the month at which an index is 100, None for the first day that all have a value; ``smooth`` how many
    periods a trailing mean takes together, 0 for none; the months are the first and the last one that are drawn.
    """

    metric: Metric
    systems: tuple[str, ...]
    mode: Mode = "absolute"
    log: bool = False
    first_year: int = 2012
    last_year: int = 2026
    source: str = ""
    definition: str = ""
    first_month: int = 1
    last_month: int = 12
    base: date | None = None
    smooth: int = 0

    @property
    def begin(self) -> pd.Timestamp:
        """The first day that is drawn."""
        return pd.Timestamp(self.first_year, self.first_month, 1)

    @property
    def end(self) -> pd.Timestamp:
        """The last day that is drawn."""
        return pd.Timestamp(self.last_year, self.last_month, 1) + pd.offsets.MonthEnd(0)

    def spans(self, found: pd.DataFrame) -> pd.DataFrame:
        """The rows that are drawn within the months chosen; by age all are, since its axis has no months."""
        return found if self.mode == "age" else found[(found["at"] >= self.begin) & (found["at"] <= self.end)]

    def inside(self, day: date) -> bool:
        """Whether a day lies within the months chosen; by age every day does."""
        return self.mode == "age" or self.begin.date() <= day <= self.end.date()


@dataclass(frozen=True)
class Shown:
    """A frame made ready for one mode, what it is counted in, and the day at which an index is 100."""

    frame: pd.DataFrame
    unit: str
    suffix: str = ""
    base: date | None = None


def averaged(ready: pd.DataFrame, choice: Choice, marks: Sequence[Cut]) -> pd.DataFrame:
    """A ready frame as it is drawn: the trailing means, where they were asked for, instead of the values."""
    if not choice.smooth:
        return ready
    return smoothed(ready, choice.smooth, _severed(ready, marks)).assign(held=float("nan"))


def in_mode(
    ready: pd.DataFrame,
    choice: Choice,
    marks: Sequence[Cut],
    unit: str,
    whole: pd.DataFrame,
    today: date,
    born: Mapping[str, Birth],
) -> Shown:
    """What is drawn of a ready frame (`tidy.drawn`, and `averaged`) for a choice."""
    severed = _severed(ready, marks)
    if choice.smooth:
        unit = _("{unit}, mean of {n} periods up to each", unit=unit, n=choice.smooth)
    derived = ready.assign(held=float("nan"))
    if choice.mode == "share":
        said = _("percent of {unit} of the systems shown", unit=unit)
        if _percent(choice):
            said = _("percent of the sum of the systems shown, each counted in {unit}", unit=unit)
        return Shown(all_shares(derived, choice.systems), said, " %")
    if choice.mode == "of_all" and len(whole):
        return _of_all(ready, choice, unit, whole, today)
    if choice.mode == "index":
        return _index(derived, choice, severed)
    if months := SPANS.get(choice.mode):
        said = _("growth in percent over a year") if months == 12 else _("growth in percent over half a year")
        return Shown(grown(derived, choice.metric.kind, months, severed), said, " %")
    if choice.mode == "age":
        return Shown(aged(ready, born), _("{unit}, by years since it came out", unit=unit), _percent(choice))
    return Shown(ready, unit, _percent(choice))


def _severed(ready: pd.DataFrame, marks: Sequence[Cut]) -> dict[str, Sequence[date]]:
    return {str(s): severing(marks, str(s)) for s in ready["system"].unique()}


def _percent(choice: Choice) -> str:
    return " %" if choice.metric.unit_short == "%" else ""


def _of_all(ready: pd.DataFrame, choice: Choice, unit: str, whole: pd.DataFrame, today: date) -> Shown:
    way = str(whole["definition"].iloc[0])
    own, kind = choice.metric.share_of_own, choice.metric.kind
    of = _("percent of all {unit} of the same system", unit=unit) if own else _("percent of all {unit}", unit=unit)
    of += "" if own or way.casefold().startswith("all ") else f" ({way})"
    return Shown(of_all(ready, whole, kind, today, own=own), of, " %")


def _index(derived: pd.DataFrame, choice: Choice, severed: Mapping[str, Sequence[date]]) -> Shown:
    if choice.base is not None:
        made = indexed_at(derived, severed, choice.base)
        return Shown(
            made,
            _(
                "index, 100 in {month} and at the start of every other stretch between breaks",
                month=fmt.month(choice.base),
            ),
            "",
            choice.base,
        )
    base = common_start(derived)
    day = base.date() if base is not None else None
    if day is None:
        return Shown(indexed(derived, severed), _("index"))
    said = _("index, 100 in {month} and again after each break", month=fmt.month(day))
    return Shown(indexed(derived, severed), said, "", day)
