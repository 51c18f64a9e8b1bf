"""Every signal's share on one axis, with the span in which the lead changed hands on the rule at one half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.crossings import Crossing
from dashboard.analysis.tidy import each_row
from dashboard.charts import ticks
from dashboard.charts.labels import letters, spread, wrapped
from dashboard.charts.lines import point_name
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import PALETTES, SIGNALS, Theme, colour
from dashboard.text import label
from language.lists import clauses, colon
from language.words import _

HEIGHT, ROW = 380, 36
NAME_PX, NAME_LETTERS = 15, 18
TOP, BOTTOM = 54, 34
"""Above the highest name there is room for Plotly's camera, which stands at the right edge."""
NARROW_PX, MONTHS_PX, ASIDE_PX = 196, 5.2, 10
"""How wide the axis is at 390 px, how wide a letter of a bar's months is, and how far beside the bar they stand."""
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
FIRST_YEAR, MOST_YEARS = 2015, 6
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
    newest: date | None = None
    """The day that its newest figure is dated by, where it is known: a period that was never finished reaches it."""


def signals_chart(
    lines: Sequence[Line], names: Mapping[str, str], first: str, today: date, theme: Theme, counted: str = ""
) -> go.Figure:
    """The shares of system ``first`` in percent, and below them a row a signal with the days of its crossing.

    Each bar goes from the first to the last plausible day. A signal has a dash and a sign of its own beside its
    colour; the sign stands at the line's end and before its name, which says when a line ended that is not of today.
    """
    figure = go.Figure()
    palette, rows = PALETTES[theme], [line for line in lines if line.crossing is not None]
    whole = HEIGHT + ROW * len(rows) + 28 + TOP + BOTTOM
    floor = (ROW * len(rows) + 24) / (whole - TOP - BOTTOM)
    for number, line in enumerate(lines):
        _add_line(figure, line, number, theme)
    for number, line in enumerate(rows):
        _add_crossing(figure, line, len(rows) - 1 - number, today, theme)
    dressed(figure, theme, height=whole, subtitle=counted)
    figure.update_layout(hovermode="closest", margin={"l": 44, "r": 118, "t": TOP, "b": BOTTOM})
    begin = date(FIRST_YEAR, 1, 1)
    figure.update_xaxes(range=[begin, today], showgrid=False, anchor="y2", ticks="outside", tickcolor=palette.grid)
    figure.update_xaxes(**ticks.of_time(begin, today, MOST_YEARS))
    figure.update_yaxes(range=[-2, 102], ticksuffix=" %", domain=[floor, 1], tickvals=[0, 25, 50, 75, 100])
    hidden = {"range": [-0.7, max(len(rows), 1) - 0.3], "domain": [0, max(floor - 0.06, 0.01)], "visible": False}
    figure.update_layout(yaxis2={"fixedrange": True, "anchor": "x", **hidden})
    figure.add_hline(y=50, line={"color": palette.rule, "width": 1, "dash": "dot"}, layer="below")
    _add_ends(figure, lines, today, floor, theme)
    upper = _("{system}'s share of the two", system=names.get(first, first))
    figure.add_annotation(
        **note(upper, theme, x=0, xref="paper", y=1.0, yref="paper", xanchor="left", yanchor="bottom")
    )
    return figure


def _hue(line: Line, number: int, theme: Theme) -> str:
    return colour(line.system, theme) if line.system else SIGNALS[number % len(SIGNALS)][theme == "dark"]


def _add_line(figure: go.Figure, line: Line, number: int, theme: Theme) -> None:
    cuts = [pd.Timestamp(day) for day in line.breaks]
    xs: list[object] = []
    ys: list[float | None] = []
    texts: list[str] = []
    names: list[str] = []
    hue, shown = _hue(line, number, theme), 1 if len(line.shares) <= 24 else 0
    previous = None
    for row in each_row(line.shares):
        if previous is not None and (row.hole or any(previous < cut <= row.start for cut in cuts)):
            xs, ys, texts, names = [*xs, row.at], [*ys, None], [*texts, ""], [*names, ""]
        xs.append(row.at)
        ys.append(float(row.share) * 100)
        texts.append(label(colon(line.name, clauses((fmt.percent(float(row.share)), fmt.month(row.at))))))
        names.append(point_name(line.metric, row))
        previous = row.start
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            text=texts,
            mode="lines+markers",
            connectgaps=False,
            line={"color": hue, "width": 2, "dash": DASHES[number % len(DASHES)]},
            marker={"size": 5, "color": hue, "opacity": shown},
            unselected={"marker": {"opacity": shown}},
            customdata=names,
            hovertemplate="%{text}<extra></extra>",
            name=label(line.name),
            meta={"signal": line.metric, "part": "share"},
        )
    )


def _add_crossing(figure: go.Figure, line: Line, height: int, today: date, theme: Theme) -> None:
    found = line.crossing
    if found is None:
        return
    hue = PALETTES[theme].undecided if found.changed else colour(found.leader, theme)
    said = label(
        colon(line.name, _("between {before} and {month}", before=fmt.day(found.first), month=fmt.day(found.last)))
    )
    first, last = fmt.month(found.first), fmt.month(found.last)
    months = label(first if first == last else f"{first}–{last}")
    at, place = _beside(found, months, today)
    figure.add_trace(
        go.Scatter(
            x=[found.first, found.last],
            y=[height, height],
            yaxis="y2",
            mode="lines+markers+text",
            line={"color": hue, "width": 5},
            marker={"symbol": "line-ns-open", "size": 13, "color": hue, "line": {"width": 2}},
            text=["", months] if at else [months, ""],
            textposition=place,
            textfont={"size": 10, "color": PALETTES[theme].muted},
            cliponaxis=False,
            hovertext=[said, said],
            hovertemplate="%{hovertext}<extra></extra>",
            customdata=_around(line, found),
            name=label(line.name),
            meta={"signal": line.metric, "part": "crossing"},
        )
    )
    words = _("{signal}, at a break", signal=line.name) if found.changed else line.name
    where = {"x": 1.008, "y": height, "yref": "y2"}
    figure.add_annotation(_narrow(_wrapped(words), PALETTES[theme].muted, theme, **where))


def _beside(found: Crossing, months: str, today: date) -> tuple[int, str]:
    """At which end of a bar its months stand, and where: on the side with more room, above it where both lack room."""
    begin = date(FIRST_YEAR, 1, 1)
    before, after = ((day / (today - begin)) * NARROW_PX for day in (found.first - begin, today - found.last))
    if max(before, after) >= MONTHS_PX * letters(months) + ASIDE_PX:
        return (0, "middle left") if before > after else (1, "middle right")  # untranslated: places
    return (1, "top left") if before > after else (0, "top right")  # untranslated: places


def _around(line: Line, found: Crossing) -> list[str]:
    """The names of the two points that a bar lies between."""
    rows = list(each_row(line.shares))
    first = next((row for row in rows if row.last.date() == found.first), None)
    last = next((row for row in rows if row.at.date() == found.last), None)
    return ["" if row is None else point_name(line.metric, row) for row in (first, last)]


def _add_ends(figure: go.Figure, lines: Sequence[Line], today: date, floor: float, theme: Theme) -> None:
    """Each line's sign at its end, and beside the chart its sign and name, those of several lines further apart."""
    ends = sorted((float(line.shares["share"].iloc[-1]), number) for number, line in enumerate(lines))
    words = [_wrapped(_named(lines[number], number, today)) for _end, number in ends]
    apart = [(NAME_PX * (len(one) + len(before)) / 2 + 4) / HEIGHT for before, one in pairwise([words[0], *words])]
    for height, (_end, number), said in zip(spread([end for end, _number in ends], apart), ends, words, strict=True):
        where = {"x": 1.008, "y": floor + height * (1 - floor), "yref": "paper"}
        line = lines[number]
        figure.add_annotation(_narrow(said, _hue(line, number, theme), theme, **where))
        if not line.system:
            _add_sign(figure, line, number, theme)


def _add_sign(figure: go.Figure, line: Line, number: int, theme: Theme) -> None:
    last = line.shares.iloc[-1]
    figure.add_trace(
        go.Scatter(
            x=[last["at"]],
            y=[float(last["share"]) * 100],
            mode="markers",
            marker={"symbol": SIGNS[number % len(SIGNS)][0], "size": 9, "color": _hue(line, number, theme)},
            unselected=UNDIMMED,
            hoverinfo="skip",
            name=label(line.name),
            meta={"signal": line.metric, "part": "end"},
        )
    )


def _named(line: Line, number: int, today: date) -> str:
    """A line's name with its sign, and the month in which it ended where that is over a year ago."""
    sign = "" if line.system else f"{SIGNS[number % len(SIGNS)][1]}\u00a0"
    last = line.newest or line.shares["last"].iloc[-1].date()
    if fmt.months_between(last, today) <= ENDED_MONTHS:
        return f"{sign}{line.name}"
    return sign + _("{signal}, until {month}", signal=line.name, month=fmt.month(last))


def _wrapped(words: str) -> list[str]:
    return wrapped(words, NAME_LETTERS) or [""]


def _narrow(lines: Sequence[str], hue: str, theme: Theme, **where: Any) -> dict[str, Any]:
    """A name beside the chart in a few short lines, so that it fits on a phone."""
    where |= {"xref": "paper", "xanchor": "left", "yanchor": "middle"}
    return note("", theme, size=11, color=hue, align="left", **where) | {"text": "<br>".join(map(label, lines))}
