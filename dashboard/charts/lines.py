"""Series over time as a Plotly figure: lines cut at breaks and gaps, partial periods dotted, names at their ends."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.cuts import Cut, severing
from dashboard.analysis.restarts import Restart
from dashboard.analysis.tidy import each_row, segments
from dashboard.charts import ticks
from dashboard.charts.axes import age_axis, end_heights, extent
from dashboard.charts.doubts import add_doubts
from dashboard.charts.labels import add_names, letters
from dashboard.charts.look import dressed
from dashboard.charts.marginalia import add_again, add_bands, add_cuts, add_flags
from dashboard.colours import PALETTES, Theme, colour, sign
from dashboard.text import label
from language.lists import aside
from language.words import _

HEIGHT = 510
RARE = 24
MOST_DAYS, MOST_VALUES, MARK_PX = 6, 7, 6.2
"""Marks along the axes, about; how wide a letter of one is."""


@dataclass(frozen=True)
class LineSpec:
    """What a line chart needs beside its frame; ``flags`` are (day, system, words) of milestones.

    ``dashes`` are second signs of lines, ``metric`` goes into the name of each point, ``ages`` says that the frame is
    laid out by age (`analysis.ages.aged`); ``newest`` is the newest day of any figure, if the frame ends before;
    ``again`` says where the lines of an index begin at 100 once more.
    """

    names: Mapping[str, str]
    cuts: Sequence[Cut] = ()
    flags: Sequence[tuple[date, str, str]] = ()
    log: bool = False
    theme: Theme = "light"
    unit: str = ""
    suffix: str = ""
    last: date | None = None
    title: str = ""
    subtitle: str = ""
    order: Sequence[str] = field(default_factory=tuple)
    dashes: Mapping[str, str] = field(default_factory=dict)
    metric: str = ""
    ages: bool = False
    newest: date | None = None
    again: Sequence[Restart] = ()


def line_chart(ready: pd.DataFrame, spec: LineSpec) -> go.Figure:
    """Draw a frame (columns ``system start end at value status``, one source) as lines.

    No trace joins a break, a gap or a missing value; a partial period hangs on by a dotted line; a lower bound is an
    open triangle that points down; a value in doubt is a question mark in a diamond, on no line. Values that a
    logarithmic axis cannot show are left out and counted in the title's meta.
    """
    figure = go.Figure()
    shown = ready[ready["value"] > 0] if spec.log else ready
    kept = ready.copy()
    kept.loc[~kept.index.isin(shown.index), "value"] = math.nan
    for system in [s for s in spec.order if s in set(kept["system"])] or list(kept["system"].unique()):
        one = kept[kept["system"] == system]
        _add_system(figure, one, system, spec)
    low, high = extent(kept, spec.log)
    begin, end = days(kept, spec.last)
    dressed(figure, spec.theme, height=HEIGHT, title=spec.title, subtitle=spec.subtitle)
    _axes(figure, spec, (low, high), (begin, end))
    add_doubts(figure, ready, spec.names, (low, high), spec.theme)
    if spec.ages:
        age_axis(figure, end)
    else:
        add_bands(figure, kept, end, spec.theme, spec.newest)
        add_cuts(figure, spec.cuts, (begin, end), spec.theme, [one.cut for one in spec.again])
        add_again(figure, kept, spec.again, spec.names, spec.theme)
        add_flags(figure, spec.flags, (begin, end), spec.theme)
    add_names(figure, end_heights(kept, spec.log, (low, high)), spec.names, spec.theme)
    return figure


def _add_system(figure: go.Figure, one: pd.DataFrame, system: str, spec: LineSpec) -> None:
    ink, name = colour(system, spec.theme), spec.names.get(system, system)
    cut = severing(spec.cuts, system)
    pieces = segments(one, cut)
    whole = [piece[piece["status"] != "partial"] for piece in pieces]
    xs, ys, texts, points = _joined(whole, spec)
    few = len(one) <= RARE
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            text=texts,
            name=label(name),
            mode="lines+markers",
            connectgaps=False,
            line={"color": ink, "width": 2, "shape": "linear", "dash": spec.dashes.get(system, "solid")},
            # where many points lie close, their signs are there to be clicked only
            marker={"symbol": sign(system), "size": 7, "color": ink, "opacity": 1 if few else 0},
            selected={"marker": {"opacity": 1, "size": 9}},
            unselected={"marker": {"opacity": 1 if few else 0}},
            customdata=points,
            hovertemplate="%{text}<extra></extra>",
            meta={"system": system, "part": "complete"},
        )
    )
    _add_partial(figure, pieces, system, spec)
    _add_points(figure, pieces, system, spec, few)


def point_name(metric: str, row: Any) -> str:
    """What a point of a chart, and a row of its table, shows: the metric and its period."""
    return f"{metric}~{row.start:%Y-%m-%d}~{row.end:%Y-%m-%d}"


def _joined(
    pieces: Sequence[pd.DataFrame], spec: LineSpec
) -> tuple[list[Any], list[float | None], list[str], list[str]]:
    """Pieces one after the other with an empty point between them, so that nothing joins them; and their names."""
    xs: list[Any] = []
    ys: list[float | None] = []
    texts: list[str] = []
    points: list[str] = []
    for piece in pieces:
        if piece.empty:
            continue
        if xs:
            xs.append(piece["at"].iloc[0])
            ys.append(None)
            texts.append("")
            points.append("")
        xs += piece["at"].tolist()
        ys += piece["value"].tolist()
        texts += [_hover(row, spec) for row in each_row(piece)]
        points += [point_name(spec.metric, row) for row in each_row(piece)]
    return xs, ys, texts, points


def _hover(row: Any, spec: LineSpec) -> str:
    last = (row.end - pd.Timedelta(days=1)).date()
    first = row.start.date()
    when = fmt.day(first) if last == first else f"{fmt.day(first)} – {fmt.day(last)}"
    value = f"<b>{fmt.number(row.value)}{spec.suffix}</b>"
    if words := {"partial": _("period not over"), "lower_bound": _("at least")}.get(row.status):
        value = aside(value, words)
    return f"{label(spec.names.get(row.system, row.system))}  {value}  {when}"


def _add_partial(figure: go.Figure, pieces: Sequence[pd.DataFrame], system: str, spec: LineSpec) -> None:
    ink = colour(system, spec.theme)
    for piece in pieces:
        partial = piece[piece["status"] == "partial"]
        for index in partial.index:
            before = piece.loc[:index].iloc[-2:]
            figure.add_trace(
                go.Scatter(
                    x=before["at"].tolist(),
                    y=before["value"].tolist(),
                    text=[_hover(row, spec) for row in each_row(before)],
                    name=label(spec.names.get(system, system)),
                    mode="lines+markers",
                    line={"color": ink, "width": 2, "dash": "dot"},
                    marker={"symbol": "circle-open", "size": [0] * (len(before) - 1) + [6], "color": ink},
                    customdata=[point_name(spec.metric, row) for row in each_row(before)],
                    hoverinfo="skip" if len(before) > 1 else "text",
                    meta={"system": system, "part": "partial"},
                )
            )


def _add_points(figure: go.Figure, pieces: Sequence[pd.DataFrame], system: str, spec: LineSpec, few: bool) -> None:
    if not pieces:
        return
    ink, final = colour(system, spec.theme), pieces[-1].iloc[[-1]]
    bounds = pd.concat([piece[piece["status"] == "lower_bound"] for piece in pieces])
    alone = pd.concat([piece for piece in pieces if len(piece) == 1] or [final.iloc[:0]])
    for part, rows, symbol, size in (
        ("lower bound", bounds, "triangle-down-open", 9),  # untranslated: a part
        ("alone", alone[alone["status"] == "ok"] if not few else alone.iloc[:0], sign(system), 5),
        ("end", final[final["status"] != "partial"], sign(system), 8),
    ):
        if rows.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=rows["at"].tolist(),
                y=rows["value"].tolist(),
                mode="markers",
                name=label(spec.names.get(system, system)),
                marker={"symbol": symbol, "size": size, "color": ink},
                hoverinfo="skip",
                meta={"system": system, "part": part},
            )
        )


def days(ready: pd.DataFrame, last: date | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """From which day to which the axis of a frame goes; to ``last``, where the time up to that day is shown too."""
    begin, end = ready["at"].min(), pd.Timestamp(last) if last else ready["at"].max()
    return begin - pd.Timedelta(days=20), end + pd.Timedelta(days=20)


def _axes(
    figure: go.Figure, spec: LineSpec, values: tuple[float, float], dates: tuple[pd.Timestamp, pd.Timestamp]
) -> None:
    longest = max((len(spec.names.get(s, s)) for s in spec.order), default=8)
    marks_of_days = ticks.of_dates(*dates, MOST_DAYS)
    figure.update_xaxes(
        range=[dates[0], dates[1]],
        showgrid=False,
        ticks="outside",
        tickcolor=PALETTES[spec.theme].grid,
        tickvals=[day for day, _words in marks_of_days],
        ticktext=[words for _day, words in marks_of_days],
        tickangle=0,
    )
    span = [math.log10(v) for v in values] if spec.log else list(values)
    marks = (ticks.of_powers if spec.log else ticks.of_values)(span[0], span[1], MOST_VALUES, spec.suffix)
    left = max(44, 10 + round(MARK_PX * max((letters(words) for _at, words in marks), default=0)))
    figure.update_layout(margin={"l": left, "r": min(24 + 7 * longest, 130), "t": 44, "b": 96})
    figure.update_yaxes(
        range=span,
        type="log" if spec.log else "linear",
        tickvals=[10.0**at if spec.log else at for at, _words in marks],
        ticktext=[words for _at, words in marks],
    )
    figure.update_layout(
        yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True, "showgrid": False}
    )
