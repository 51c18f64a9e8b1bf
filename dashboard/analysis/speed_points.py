"""The name of a measured point: the run, workload, size and variant it is of, as links and charts carry it (pure)."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.analysis.speed import Ratio
from language.words import _


class Point(NamedTuple):
    """One variant of one workload in one run; over ``baseline`` where it is a ratio, of one ``round`` if a sample."""

    run: int
    workload: str
    size: str
    variant: str
    baseline: str = ""
    round: str = ""

    @property
    def name(self) -> str:
        """The point as text: ``3~lstm~small~tensorflow.function~torch.eager``."""
        return "~".join([str(self.run), *self[1:]]).rstrip("~")

    @property
    def words(self) -> str:
        """The point in words."""
        told = {name: getattr(self, name) for name in ("workload", "size", "variant", "baseline", "run")}
        if self.baseline:
            return _("{workload} {size}, {variant} over {baseline}, run {run}", **told)
        return _("{workload} {size}, {variant}, run {run}", **told)


def read(name: str) -> Point | None:
    """The point that a name stands for; None for text that is no such name."""
    run, *rest = name.split("~")
    if not run.isdecimal() or len(run) > 18 or not 3 <= len(rest) <= 5:
        return None
    return Point(int(run), *rest)


def of_ratio(row: Ratio) -> Point:
    """The point of a comparison."""
    return Point(row.run, row.workload, row.size, row.variant, row.baseline)
