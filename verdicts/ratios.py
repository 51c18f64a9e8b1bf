"""A comparison of two variants as the rules of claims and the site read it: time of one over time of the other."""

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

CLOSE, APART, HOT = "too close to call", "not comparable", "hot"  # untranslated: keys of the store
WIDEST = 1_000
"""How many times the lower end of an interval its upper one may be; one that is wider tells nothing."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Time of ``variant`` over time of ``baseline``: 2 is twice as slow; ``low`` and ``high`` bound 95 %.

    ``preset`` and ``device`` are empty where the run did not say them, and ``cache`` is then ``hot``; ``imported`` is a
    run of another machine.
    """

    workload: str
    size: str
    baseline: str
    variant: str
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str
    why: str
    floor: float | None
    run: int
    measured_at: datetime | None
    machine: dict[str, Any]
    preset: str = ""
    device: str = ""
    imported: bool = False
    cache: str = HOT

    @property
    def drawable(self) -> bool:
        """Whether there is a point to draw: a ratio above nought that a verdict stands on."""
        return known(self.ratio) and (self.ratio or 0) > 0 and self.verdict != APART

    @property
    def wide(self) -> bool:
        """Whether its interval is too wide to tell anything."""
        return wide(self.low, self.high)


def read(row: dict[str, Any]) -> Ratio:
    """A comparison of the store as a `Ratio`."""
    return Ratio(
        workload=row["workload"],
        size=row["size"],
        baseline=row["baseline"],
        variant=row["variant"],
        ratio=row.get("ratio"),
        low=row.get("low"),
        high=row.get("high"),
        verdict=row["verdict"],
        why=row.get("why") or "",
        floor=row.get("floor"),
        run=row["run"],
        measured_at=row.get("measured_at"),
        machine=row.get("machine") or {},
        preset=row.get("preset") or "",
        device=row.get("device") or "",
        imported=bool(row.get("imported")),
        cache=row.get("cache") or HOT,
    )


def turned(found: Ratio) -> Ratio:
    """The same comparison with baseline and variant exchanged."""
    ratio, low, high = (
        1 / v if v is not None and known(v) and v > 0 else None for v in (found.ratio, found.high, found.low)
    )
    return replace(
        found,
        baseline=found.variant,
        variant=found.baseline,
        ratio=ratio,
        low=low,
        high=high,
        verdict={"faster": "slower", "slower": "faster"}.get(found.verdict, found.verdict),
    )


def wide(low: float | None, high: float | None) -> bool:
    """Whether an interval of ratios or times is over `WIDEST` times wide, as one of two unlike processes is."""
    return low is not None and high is not None and high > max(low, 0.0) * WIDEST


def known(value: float | None) -> bool:
    """Whether there is a number: None, NaN and infinities are none."""
    return value is not None and math.isfinite(value)
