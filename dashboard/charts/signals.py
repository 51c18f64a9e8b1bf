"""Every signal's share on one axis, with the span in which the lead changed hands on the rule at one half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.crossings import Crossing
from dashboard.analysis.tidy import each_row
from dashboard.charts import signal_lines as own
from dashboard.charts import ticks
from dashboard.charts.labels import letters, spread
from dashboard.charts.lines import point_name
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.charts.signal_breaks import add_breaks
from dashboard.charts.signal_lines import DASHES, SIGNS, Line
from dashboard.colours import PALETTES, Theme, colour
from dashboard.text import label
from language.lists import clauses, colon
from language.words import _

HEIGHT, ROW = 296, 34
"""Of the lines, at least, so that they and their axis stand on the first screen of a small laptop; and of a bar."""
TOP, AXIS, BOTTOM = 54, 40, 12
"""Above the highest name there is room for Plotly's camera, which stands at the right edge; the axis lies between the
lines and the bars, both of which it is for."""
NARROW_PX, MONTHS_PX, ASIDE_PX = 196, 5.2, 10
"""How wide the axis is at 390 px, how wide a letter of a bar's months is, and how far beside the bar they stand."""
NUMBERS = 34
"""How high the numbers of rules reach above the lines, on two heights; what is said there stands above them."""
FIRST_YEAR, MOST_YEARS = 2015, 6


def signals_chart(
    lines: Sequence[Line], names: Mapping[str, str], first: str, today: date, theme: Theme, counted: str = ""
) -> go.Figure:
    """The shares of system ``first`` in percent, and below them a row a signal with the days of its crossing.

    Each bar goes from the first to the last plausible day. A signal has a dash and a sign of its own beside its
    colour; the sign stands at the line's end and before its name, which says when a line ended that is not of today.
    """
    figure = go.Figure()
    palette, rows = PALETTES[theme], [line for line in lines if line.crossing is not None]
    named = own.names(lines, today)
    height = max(HEIGHT, sum(own.tall(one.words) for one in named))
    bars = ROW * len(rows)
    inner = height + AXIS + bars
    floor = (AXIS + bars) / inner
    for number, line in enumerate(lines):
        _add_line(figure, line, own.place_of(line, number), theme)
    for number, line in enumerate(lines):
        hue = own.hue(line, own.place_of(line, number), theme)
        add_breaks(figure, line, hue, (date(FIRST_YEAR, 1, 1), today), theme)
    for number, line in enumerate(rows):
        _add_crossing(figure, line, len(rows) - 1 - number, today, theme)
    dressed(figure, theme, height=TOP + inner + BOTTOM, subtitle=counted)
    figure.update_layout(hovermode="closest", margin={"l": 44, "r": 118, "t": TOP, "b": BOTTOM})
    begin = date(FIRST_YEAR, 1, 1)
    figure.update_xaxes(range=[begin, today], anchor="y", ticks="outside", tickcolor=palette.grid)
    figure.update_xaxes(**ticks.of_time(begin, today, MOST_YEARS))
    marks = [0, 25, 50, 75, 100]
    figure.update_yaxes(range=[-2, 102], domain=[floor, 1], tickvals=marks, ticktext=[f"{mark} %" for mark in marks])
    hidden = {"range": [-0.5, max(len(rows), 1) - 0.5], "domain": [0, max(bars / inner, 0.01)], "visible": False}
    figure.update_layout(yaxis2={"fixedrange": True, "anchor": "x", **hidden})
    figure.add_hline(y=50, line={"color": palette.rule, "width": 1, "dash": "dot"}, layer="below")
    _add_ends(figure, lines, named, (floor, height), theme)
    upper = _("{system}'s share of the two", system=names.get(first, first))
    figure.add_annotation(
        **note(
            upper,
            theme,
            x=0,
            xref="paper",
            y=1.0,
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            yshift=NUMBERS if any(line.system and line.cuts for line in lines) else 0,
        )
    )
    return figure


def _add_line(figure: go.Figure, line: Line, place: int, theme: Theme) -> None:
    cuts = [pd.Timestamp(day) for day in line.breaks]
    xs: list[object] = []
    ys: list[float | None] = []
    texts: list[str] = []
    names: list[str] = []
    hue, shown = own.hue(line, place, theme), 1 if len(line.shares) <= 24 else 0
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
            line={"color": hue, "width": 2, "dash": DASHES[place % len(DASHES)]},
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
    figure.add_annotation(own.beside(own.in_lines(words), PALETTES[theme].muted, theme, **where))


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


def _add_ends(
    figure: go.Figure, lines: Sequence[Line], named: Sequence[own.Name], room: tuple[float, float], theme: Theme
) -> None:
    """Each line's sign at its end, and beside the chart its sign and name, those of several lines further apart.

    ``room`` is where the lines begin, as a part of the chart, and how high they are.
    """
    floor, px = room
    apart = [(own.tall(one.words) + own.tall(before.words)) / 2 / px for before, one in pairwise([named[0], *named])]
    for height, one in zip(spread([one.end for one in named], apart), named, strict=True):
        line, place = lines[one.number], own.place_of(lines[one.number], one.number)
        hue = own.hue(line, place, theme)
        where = {"x": 1.008, "y": floor + height * (1 - floor), "yref": "paper"}
        if line.system:
            figure.add_annotation(own.beside(one.words, hue, theme, **where))
            continue
        # the sign has the line's colour, the name that of text: no eleven colours are apart and dark enough to read
        said = own.beside(one.words, PALETTES[theme].text, theme, **where)
        sign, rest = said["text"][0], said["text"][1:]
        figure.add_annotation(said | {"text": f'<span style="color:{hue}">{sign}</span>{rest}'})
        _add_sign(figure, line, place, theme)


def _add_sign(figure: go.Figure, line: Line, place: int, theme: Theme) -> None:
    last = line.shares.iloc[-1]
    figure.add_trace(
        go.Scatter(
            x=[last["at"]],
            y=[float(last["share"]) * 100],
            mode="markers",
            marker={"symbol": SIGNS[place % len(SIGNS)][0], "size": 9, "color": own.hue(line, place, theme)},
            unselected=UNDIMMED,
            hoverinfo="skip",
            name=label(line.name),
            meta={"signal": line.metric, "part": "end"},
        )
    )
