"""Ratios of times as a figure: points with their intervals on a logarithmic axis."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.speed import APART, CLOSE, Ratio
from dashboard.analysis.speed_points import of_ratio
from dashboard.charts.labels import letters, wrapped
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import PALETTES, Theme, colour, framework_of, sign
from language.words import _

LETTERS, LETTER_PX, LINE_PX, APART_PX = 28, 6.4, 16, 20
"""Of the column of names: letters a line, the width of one in any face that a downloaded picture is drawn in, the
height of a line, and what parts two rows."""
_BELOW = {2: "½", 4: "¼", 8: "⅛"}
MOST_TICKS = 4
FAR = 10
"""How far either way of 1 the axis goes for an interval that is too wide to tell: further would hide the rest."""


def ratio_chart(rows: Sequence[Ratio], theme: Theme, title: str = "", span: float | None = None) -> go.Figure:
    """One row a comparison, in the order given: its name and verdict beside the plot, interval and point in it.

    Too close to call is grey; what is not comparable has its reason and no point, so it cannot be read as a result.
    ``span`` is how far the axis goes either way of 1, for charts that share one; else as far as the rows need.
    """
    figure = go.Figure()
    ink = PALETTES[theme]
    reach = span or span_of(rows)
    one_pair = len(rows) > 1 and len({(row.variant, row.baseline) for row in rows}) == 1  # which the title names
    told = [_lines(row, sides=not one_pair) for row in rows]
    lines = max((len(names) + len(words) for names, words in told), default=1)
    left = round(LETTER_PX * max((letters(line) for one in told for part in one for line in part), default=0)) + 16
    for index, (row, (names, words)) in enumerate(zip(rows, told, strict=True)):
        y, tall = len(rows) - 1 - index, len(names) + len(words)
        for at, line in enumerate([*names, *words]):
            colour_of = {"color": ink.text} if at < len(names) else {}
            where = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 8 - left, "y": y, "yref": "y"}
            where |= {"yanchor": "middle", "yshift": LINE_PX * ((tall - 1) / 2 - at)}
            figure.add_annotation(**note(line, theme, **where, **colour_of))
        if row.drawable:
            _add_row(figure, row, y, theme, reach)
    figure.add_vline(x=1, line={"color": ink.rule, "width": 1}, layer="below")
    dressed(figure, theme, height=(LINE_PX * lines + APART_PX) * max(len(rows), 1) + 46, title=title)
    figure.update_layout(hovermode="closest", margin={"l": left, "r": 8, "t": 12, "b": 34})
    ticks = _ticks(reach)
    figure.update_xaxes(
        type="log", range=[-math.log10(reach), math.log10(reach)], tickvals=list(ticks), ticktext=list(ticks.values())
    )
    figure.update_yaxes(range=[-0.5, max(len(rows), 1) - 0.5], tickvals=list(range(len(rows))), showticklabels=False)
    return figure


def _lines(row: Ratio, *, sides: bool) -> tuple[list[str], list[str]]:
    """What stands beside a row: its name, with the two ``sides`` or not, and its verdict, in lines of a column."""
    names = wrapped(f"{row.workload} {row.size}", LETTERS)
    if sides:
        names += wrapped(_("{variant} over {baseline}", variant=row.variant, baseline=row.baseline), LETTERS)
    return names, wrapped(_words(row), LETTERS)


def _add_row(figure: go.Figure, row: Ratio, y: float, theme: Theme, reach: float) -> None:
    family = framework_of(row.variant)
    ink = PALETTES[theme].undecided if row.verdict == CLOSE else colour(family, theme)
    low, high = row.low or row.ratio, row.high or row.ratio
    bounds = fmt.bounds(low, high) if row.wide else f"({low:.3g}–{high:.3g})"
    figure.add_trace(_beyond(row, y, ink, reach) if row.wide else _bar([low, high], y, ink, row))
    if row.wide and not 1 / reach <= (row.ratio or 0) <= reach:
        return
    figure.add_trace(
        go.Scatter(
            x=[row.ratio],
            y=[y],
            mode="markers",
            marker={"symbol": sign(family), "size": 11, "color": ink},
            text=[f"{row.ratio:.3g} {bounds}, 95 %"],
            hovertemplate="%{text}<extra></extra>",
            customdata=[of_ratio(row).name],
            unselected=UNDIMMED,
            meta={"part": "point", "variant": row.variant},
        )
    )


def _bar(ends: Sequence[float | None], y: float, ink: str, row: Ratio, **more: Any) -> go.Scatter:
    told = {"mode": "lines", "line": {"color": ink, "width": 4}, "hoverinfo": "skip"} | more
    return go.Scatter(x=ends, y=[y, y], meta={"part": "interval", "variant": row.variant}, **told)


def _beyond(row: Ratio, y: float, ink: str, reach: float) -> go.Scatter:
    """An interval too wide to tell: dotted, an arrowhead at each end that lies beyond the axis."""
    ends = max(row.low or 0.0, 1 / reach), min(row.high or reach, reach)
    signs = [
        "triangle-left" if ends[0] == 1 / reach else "line-ns",
        "triangle-right" if ends[1] == reach else "line-ns",
    ]
    marker = {"symbol": signs, "size": 10, "color": ink, "line": {"color": ink, "width": 1}}
    dotted = {"color": ink, "width": 2, "dash": "dot"}
    return _bar(ends, y, ink, row, mode="lines+markers", line=dotted, marker=marker, cliponaxis=False)


def _words(row: Ratio) -> str:
    if row.verdict == APART:
        return _("not comparable")
    if not row.drawable:
        return _("{verdict}: no ratio", verdict=_(row.verdict))
    if row.verdict == CLOSE:
        bounds = fmt.bounds(row.low, row.high)
        return _("too close to call {interval}", interval=bounds) if bounds else _(CLOSE)
    return f"{fmt.times(row.ratio)} {fmt.interval(row.ratio, row.low, row.high)}"


def _ticks(reach: float) -> dict[float, str]:
    """Powers of two or more either way of 1, so far apart that at most a few fit: their words stay apart on a phone."""
    doublings = max(1, math.floor(math.log2(reach)))
    step = math.ceil(doublings / MOST_TICKS)
    ticks: dict[float, str] = {1: _("same")}
    for power in range(step, doublings + 1, step):
        value = 2**power
        ticks |= {1 / value: _BELOW.get(value, f"1⁄{value}"), value: f"{value}×"}
    return dict(sorted(ticks.items()))


def span_of(rows: Sequence[Ratio]) -> float:
    """How far the axis goes either way of 1: at least 2.5 times, as far as the widest interval that tells needs."""
    drawn = [row for row in rows if row.drawable]
    ends = [(v, row.wide) for row in drawn for v in (row.ratio, row.low, row.high) if v and fmt.known(v) and v > 0]
    far = [(max(v, 1 / v) * 1.25, wide) for v, wide in ends]
    return max([2.5, *(away for away, wide in far if not wide or away <= FAR)])
