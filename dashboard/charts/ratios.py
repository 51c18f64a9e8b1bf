"""Speed as figures: ratios with their intervals on a logarithmic axis, and the raw samples behind a result."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.speed import APART, CLOSE, Ratio
from dashboard.charts.look import dressed, note
from dashboard.colours import PALETTES, Theme, colour, framework_of, sign

ROW = 64
_TICKS = {
    1 / 16: "1⁄16",
    1 / 8: "⅛",
    1 / 4: "¼",
    1 / 2: "½",
    1: "same",
    2: "2×",
    4: "4×",
    8: "8×",
    16: "16×",
    32: "32×",
}


def ratio_chart(rows: Sequence[Ratio], theme: Theme, title: str = "") -> go.Figure:
    """One row a comparison, in the order given: its name and verdict in words, its interval, its point.

    Too close to call is grey; what is not comparable has its reason and no point, so it cannot be read as a result.
    """
    figure = go.Figure()
    ink = PALETTES[theme]
    reach = _reach(rows)
    for index, row in enumerate(rows):
        y = len(rows) - 1 - index
        name = f"{row.workload} {row.size} · {row.variant} over {row.baseline}"
        figure.add_annotation(
            **note(name, theme, x=0, xref="paper", y=y + 0.42, yref="y", xanchor="left", color=ink.text)
        )
        figure.add_annotation(**note(_words(row), theme, x=0, xref="paper", y=y + 0.16, yref="y", xanchor="left"))
        if row.drawable:
            _add_row(figure, row, y - 0.14, theme)
    figure.add_vline(x=1, line={"color": ink.rule, "width": 1}, layer="below")
    dressed(figure, theme, height=ROW * max(len(rows), 1) + 56, title=title)
    figure.update_layout(hovermode="closest", margin={"l": 8, "r": 8, "t": 12, "b": 34})
    ticks = {value: words for value, words in _TICKS.items() if 1 / reach <= value <= reach}
    figure.update_xaxes(
        type="log", range=[-math.log10(reach), math.log10(reach)], tickvals=list(ticks), ticktext=list(ticks.values())
    )
    figure.update_yaxes(visible=False, range=[-0.5, max(len(rows), 1) - 0.35])
    return figure


def _add_row(figure: go.Figure, row: Ratio, y: float, theme: Theme) -> None:
    family = framework_of(row.variant)
    ink = PALETTES[theme].undecided if row.verdict == CLOSE else colour(family, theme)
    low, high = row.low or row.ratio, row.high or row.ratio
    figure.add_trace(
        go.Scatter(
            x=[low, high],
            y=[y, y],
            mode="lines",
            line={"color": ink, "width": 4},
            hoverinfo="skip",
            meta={"part": "interval", "variant": row.variant},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[row.ratio],
            y=[y],
            mode="markers",
            marker={"symbol": sign(family), "size": 11, "color": ink},
            text=[f"{row.ratio:.3g} ({low:.3g}–{high:.3g}), 95 %"],
            hovertemplate="%{text}<extra></extra>",
            meta={"part": "point", "variant": row.variant},
        )
    )


def samples_chart(samples: Mapping[str, Sequence[float]], variant: str, theme: Theme) -> go.Figure:
    """Seconds per call of every round, in the order they were measured."""
    ink = colour(framework_of(variant), theme)
    figure = go.Figure()
    for name, opacity in (("latency", 1.0), ("throughput", 0.45)):
        values = [value if fmt.known(value) else None for value in samples.get(name) or ()]
        if values:
            figure.add_trace(
                go.Scatter(
                    x=list(range(1, len(values) + 1)),
                    y=values,
                    mode="markers",
                    name=name,
                    opacity=opacity,
                    marker={"color": ink, "size": 6, "symbol": "circle" if name == "latency" else "circle-open"},
                    text=[f"round {i}: {fmt.duration(v)}" for i, v in enumerate(values, 1)],
                    hovertemplate="%{text}<extra></extra>",
                    connectgaps=False,
                )
            )
    dressed(figure, theme, height=260)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.12}, margin={"l": 60, "r": 8, "t": 30, "b": 40}
    )
    figure.update_xaxes(title={"text": "round"}, showgrid=False)
    figure.update_yaxes(tickformat="~s", ticksuffix="s", rangemode="tozero")
    return figure


def _words(row: Ratio) -> str:
    if row.verdict == APART:
        return "not comparable"
    if not row.drawable:
        return f"{row.verdict}: no ratio"
    if row.verdict == CLOSE:
        return f"too close to call ({row.low:.2f}–{row.high:.2f})" if row.low and row.high else CLOSE
    return f"{fmt.times(row.ratio)} {fmt.interval(row.ratio, row.low, row.high)}"


def _reach(rows: Sequence[Ratio]) -> float:
    """How far the axis goes either way of 1: at least 2.5 times, as far as the widest interval needs."""
    ends = [v for row in rows if row.drawable for v in (row.ratio, row.low, row.high) if v and fmt.known(v) and v > 0]
    return max([2.5, *(max(v, 1 / v) * 1.25 for v in ends)])
