"""What a signal looks like in a chart: its line's colour, dash and sign, and the name that stands at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from dashboard import format as fmt
from dashboard.analysis.crossings import Crossing
from dashboard.analysis.cuts import Cut
from dashboard.charts.labels import wrapped
from dashboard.charts.look import note
from dashboard.colours import SIGNALS, Theme, colour
from dashboard.text import label
from language.words import _

NAME_PX, NAME_LETTERS = 15, 18
DASHES = (
    *("solid", "dash", "dot", "dashdot", "longdash", "longdashdot"),
    *("2px,7px", "14px,3px,2px,3px,2px,3px", "8px,9px", "20px,4px", "1px,2px,9px,2px", "5px,2px,5px,8px"),
)
SIGNS: tuple[tuple[str, str], ...] = (
    *(("circle", "●"), ("square", "■"), ("diamond", "◆"), ("triangle-up", "▲"), ("triangle-down", "▼"), ("star", "★")),
    *(("circle-open", "○"), ("square-open", "□"), ("diamond-open", "◇"), ("triangle-up-open", "△")),
    *(("triangle-down-open", "▽"), ("star-open", "☆")),
)
"""What stands at the end of a line and before its name: Plotly's name of the marker, and the letter like it."""
ENDED_MONTHS = 12
"""A line whose last figure is older says in its name when it ended."""


@dataclass(frozen=True)
class Line:
    """One signal: its name, its share over time, where that is cut, and how the lead changed hands."""

    name: str
    metric: str
    shares: pd.DataFrame
    breaks: Sequence[date] = ()
    crossing: Crossing | None = None
    source: str = ""
    system: str = ""
    """Whose share it is where a line stands alone and has that system's colour."""
    place: int | None = None
    """Its place among all signals, which its colour, dash and sign go by: they stay when another has no figures."""
    cuts: Sequence[Cut] = ()
    """The breaks that are drawn, as they are numbered; ``breaks`` has the days at which it is cut."""
    newest: date | None = None
    """The day that its newest figure is dated by, where it is known: a period that was never finished reaches it."""


def place_of(line: Line, number: int) -> int:
    """Its place among all signals, or else among the lines of the chart."""
    return number if line.place is None else line.place


def hue(line: Line, place: int, theme: Theme) -> str:
    """The colour of a line: a signal's own by its place, or that of the system whose share stands alone."""
    return colour(line.system, theme) if line.system else SIGNALS[place % len(SIGNALS)][theme == "dark"]


class Name(NamedTuple):
    """What stands beside the end of a line: where that is, whose it is, and the name in short lines."""

    end: float
    number: int
    words: list[str]


def names(lines: Sequence[Line], today: date) -> list[Name]:
    """The names of all lines, the lowest first."""
    ends = sorted((float(line.shares["share"].iloc[-1]), number) for number, line in enumerate(lines))
    return [Name(end, number, in_lines(_named(lines[number], number, today))) for end, number in ends]


def tall(words: Sequence[str]) -> int:
    """How high a name is with what parts it from the next, in pixels."""
    return NAME_PX * len(words) + 4


def _named(line: Line, number: int, today: date) -> str:
    """A line's name with its sign, and the month in which it ended where that is over a year ago."""
    sign = "" if line.system else f"{SIGNS[place_of(line, number) % len(SIGNS)][1]}\u00a0"
    last = line.newest or line.shares["last"].iloc[-1].date()
    if fmt.months_between(last, today) <= ENDED_MONTHS:
        return f"{sign}{line.name}"
    return sign + _("{signal}, until {month}", signal=line.name, month=fmt.month(last))


def in_lines(words: str) -> list[str]:
    """A name in lines as short as there is room for beside the chart on a phone."""
    return wrapped(words, NAME_LETTERS) or [""]


def beside(lines: Sequence[str], hue: str, theme: Theme, **where: Any) -> dict[str, Any]:
    """A name beside the chart in a few short lines, so that it fits on a phone."""
    where |= {"xref": "paper", "xanchor": "left", "yanchor": "middle"}
    return note("", theme, size=11, color=hue, align="left", **where) | {"text": "<br>".join(map(label, lines))}
