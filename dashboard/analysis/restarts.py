"""Where the line of an index begins again at 100, since what was counted before a break is not compared."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from dashboard.analysis.cuts import Cut, severing
from dashboard.analysis.tidy import segments

_SAME = 1e-9


class Restart(NamedTuple):
    """A line that is 100 again: whose, at which day, and the day of the break before it."""

    system: str
    at: pd.Timestamp
    cut: date


def restarts(frame: pd.DataFrame, cuts: Sequence[Cut]) -> list[Restart]:
    """Where the stretches of an index (`shares.indexed`, `shares.indexed_at`) begin at 100 after a break, by day.

    The stretch that holds the month chosen as base does not: it runs on to 100 there.
    """
    found: list[Restart] = []
    for system, one in frame.groupby("system", sort=False):
        days = severing(cuts, str(system))
        for before, piece in pairwise(segments(one, days)):
            last, first = before["start"].iloc[-1], piece.iloc[0]
            between = [day for day in days if last < pd.Timestamp(day) <= first["start"]]
            if between and abs(first["value"] - 100) < _SAME:
                found.append(Restart(str(system), first["at"], between[-1]))
    return sorted(found, key=lambda one: (one.at, one.system))
