"""Every signal's share on one axis, with the span in which the lead changed hands on the rule at one half."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.crossings import Crossing
from dashboard.analysis.tidy import each_row
from dashboard.charts.labels import spread
from dashboard.charts.lines import point_name
from dashboard.charts.look import dressed, note
from dashboard.colours import OTHERS, PALETTES, Theme, colour
from dashboard.text import label
from language.words import _

HEIGHT, ROW = 380, 30
DASHES = (
    *("solid", "dash", "dot", "dashdot", "longdash", "longdashdot"),
    *("2px,7px", "14px,3px,2px,3px,2px,3px", "8px,9px", "20px,4px", "1px,2px,9px,2px", "5px,2px,5px,8px"),
)
FIRST_YEAR = 2015


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


def signals_chart(lines: Sequence[Line], names: Mapping[str, str], first: str, today: date, theme: Theme) -> go.Figure:
    """The shares of system ``first`` in percent, and below them a row a signal with the days of its crossing.

    Each bar goes from the first to the last plausible day. A signal's colour says nothing: its name and dash do.
    """
    figure = go.Figure()
    palette, rows = PALETTES[theme], [line for line in lines if line.crossing is not None]
    whole = HEIGHT + ROW * len(rows) + 90
    floor = (ROW * len(rows) + 24) / (whole - 62)
    for number, line in enumerate(lines):
        _add_line(figure, line, number, theme)
    for number, line in enumerate(rows):
        _add_crossing(figure, line, len(rows) - 1 - number, theme)
    dressed(figure, theme, height=whole)
    figure.update_layout(hovermode="closest", margin={"l": 44, "r": 118, "t": 28, "b": 34})
    begin = date(FIRST_YEAR, 1, 1)
    figure.update_xaxes(range=[begin, today], showgrid=False, anchor="y2", ticks="outside", tickcolor=palette.grid)
    figure.update_yaxes(range=[-2, 102], ticksuffix=" %", domain=[floor, 1], tickvals=[0, 25, 50, 75, 100])
    hidden = {"range": [-0.7, max(len(rows), 1) - 0.3], "domain": [0, max(floor - 0.06, 0.01)], "visible": False}
    figure.update_layout(yaxis2={"fixedrange": True, "anchor": "x", **hidden})
    figure.add_hline(y=50, line={"color": palette.rule, "width": 1, "dash": "dot"}, layer="below")
    _add_ends(figure, lines, floor, theme)
    upper = _("{system}'s share of the two", system=names.get(first, first))
    figure.add_annotation(
        **note(upper, theme, x=0, xref="paper", y=1.0, yref="paper", xanchor="left", yanchor="bottom")
    )
    return figure


def ink(number: int, theme: Theme) -> str:
    """The muted colour of the signal in that place; frameworks keep theirs to themselves."""
    pair = OTHERS[number % len(OTHERS)]
    return pair[0] if theme == "light" else pair[1]


def _hue(line: Line, number: int, theme: Theme) -> str:
    return colour(line.system, theme) if line.system else ink(number, theme)


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
        texts.append(label(f"{line.name}: {fmt.percent(float(row.share))}, {fmt.month(row.at)}"))
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


def _add_crossing(figure: go.Figure, line: Line, height: int, theme: Theme) -> None:
    found = line.crossing
    if found is None:
        return
    hue = PALETTES[theme].undecided if found.changed else colour(found.leader, theme)
    said = label(
        f"{line.name}: " + _("between {before} and {month}", before=fmt.day(found.first), month=fmt.day(found.last))
    )
    figure.add_trace(
        go.Scatter(
            x=[found.first, found.last],
            y=[height, height],
            yaxis="y2",
            mode="lines+markers",
            line={"color": hue, "width": 5},
            marker={"symbol": "line-ns-open", "size": 13, "color": hue, "line": {"width": 2}},
            text=[said, said],
            hovertemplate="%{text}<extra></extra>",
            name=label(line.name),
            meta={"signal": line.metric, "part": "crossing"},
        )
    )
    words = f"{line.name}{', at a break' if found.changed else ''}"
    where = {"x": 1.008, "xref": "paper", "y": height, "yref": "y2", "xanchor": "left"}
    figure.add_annotation(_narrow(words, PALETTES[theme].muted, theme, **where))


def _add_ends(figure: go.Figure, lines: Sequence[Line], floor: float, theme: Theme) -> None:
    ends = sorted((float(line.shares["share"].iloc[-1]), number) for number, line in enumerate(lines))
    for height, (_end, number) in zip(spread([end for end, _number in ends], 0.06), ends, strict=True):
        where = {"x": 1.008, "xref": "paper", "y": floor + height * (1 - floor), "yref": "paper", "xanchor": "left"}
        line = lines[number]
        figure.add_annotation(_narrow(line.name, _hue(line, number, theme), theme, **where))


def _narrow(words: str, hue: str, theme: Theme, **where: Any) -> dict[str, Any]:
    """A name beside the chart in at most a few short lines, so that it fits on a phone."""
    lines = [label(line) for line in textwrap.wrap(words, 18)]
    return note("", theme, size=11, color=hue, align="left", **where) | {"text": "<br>".join(lines)}
