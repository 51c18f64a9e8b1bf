"""Lines laid over one another by age: the time since each system first came out, as a milestone dates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from catalog.models import Milestone
from dashboard.analysis.milestones import UNSURE

BEGIN = pd.Timestamp(2000, 1, 1)
"""The day that age nought is drawn at; the axis names years of age, so nobody reads it."""
_KINDS = ("release", "announcement")


@dataclass(frozen=True, slots=True)
class Birth:
    """The day a system's age is counted from, and the milestone that says so."""

    day: date
    what: str
    url: str


def births(milestones: Iterable[Milestone], systems: Sequence[str]) -> dict[str, Birth]:
    """The first release or announcement known of each system; none where no sure one is in the catalogue."""
    found: dict[str, Birth] = {}
    for entry in sorted(milestones, key=lambda one: one.date.first):
        sure = entry.kind in _KINDS and not any(mark in entry.note for mark in UNSURE)
        if entry.system in systems and sure:
            found.setdefault(str(entry.system), Birth(entry.date.first, entry.title, entry.url))
    return {slug: found[slug] for slug in systems if slug in found}


def aged(ready: pd.DataFrame, born: Mapping[str, Birth]) -> pd.DataFrame:
    """The same values, each drawn at `BEGIN` plus its system's age; systems of unknown age are left out.

    So are values dated before the birth. ``start`` and ``end`` stay what they were: breaks and gaps cut as before.
    """
    kept = ready[ready["system"].isin(born)]
    days = pd.to_datetime(kept["system"].map({slug: one.day for slug, one in born.items()}))
    made = kept.assign(at=BEGIN + (kept["at"] - days))
    return made[made["at"] >= BEGIN]
