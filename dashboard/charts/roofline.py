"""The roofline as a figure: what variants reach of what the machine was seen to do (Williams and others, 2009)."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.analysis.speed_rows import Roof
from dashboard.charts.labels import spread
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import PALETTES, Theme, colour, framework_of, sign
from language.words import _

PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def roofline(
    points: Sequence[Roof],
    flops_per_s: float,
    bytes_per_s: float,
    theme: Theme,
    carried: Mapping[str, str] | None = None,
) -> go.Figure:
    """Both axes logarithmic; the roof is the lesser of the compute ceiling and bandwidth times intensity.

    ``carried`` are the names of the points, by variant.
    Sources: S. Williams, A. Waterman, D. Patterson, Roofline, Communications of the ACM 52(4), 2009.
    """
    ink = PALETTES[theme]
    ridge = flops_per_s / bytes_per_s
    ends = [ridge, *(point.intensity for point in points)]
    left, right = min(ends) / 8, max(ends) * 8
    at = [left, ridge, right]
    roof = [min(flops_per_s, bytes_per_s * x) for x in at]
    figure = go.Figure(
        go.Scatter(x=at, y=roof, mode="lines", line={"color": ink.rule, "width": 2}, hoverinfo="skip", meta="roof")
    )
    bottom = min(roof[0], *(point.flops_per_s for point in points)) / 3
    top = max(flops_per_s, *(point.flops_per_s for point in points)) * 4
    heights = [math.log(p.flops_per_s / bottom) / math.log(top / bottom) for p in points]
    order = sorted(range(len(points)), key=heights.__getitem__)
    for height, index in zip(spread([heights[i] for i in order], 0.062), order, strict=True):
        _add(figure, points[index], height, theme, carried or {})
    where = {"x": math.log10(left), "y": math.log10(flops_per_s), "xanchor": "left", "yanchor": "bottom"}
    most = _("at most {rate}", rate=per_second(flops_per_s, "FLOP"))
    figure.add_annotation(**note(most, theme, xref="x", yref="y", **where))
    dressed(figure, theme, height=420)
    figure.update_layout(hovermode="closest", margin={"l": 64, "r": 132, "t": 16, "b": 62})
    figure.update_xaxes(
        type="log", range=[math.log10(left), math.log10(right)], title={"text": _("FLOP per byte moved")}
    )
    figure.update_xaxes(**_tens(left, right))
    figure.update_yaxes(type="log", range=[math.log10(bottom), math.log10(top)], **_tens(bottom, top))
    figure.update_yaxes(title={"text": "FLOP/s"})  # untranslated: a unit
    return figure


def per_second(value: float, unit: str) -> str:
    """A rate with its prefix: 98.3 GFLOP/s."""
    scale, prefix = next(((s, p) for s, p in PREFIXES if value >= s), (1.0, ""))
    return f"{value / scale:.3g} {prefix}{unit}/s"


def _tens(low: float, high: float) -> dict[str, list[float] | list[str]]:
    """A tick at every power of ten between, with its prefix; at every second or third where there are many."""
    powers = list(range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1))
    values = [10.0**power for power in powers[:: len(powers) // 6 + 1]]
    words = []
    for value in values:
        scale, prefix = next(((s, p) for s, p in PREFIXES if value >= s), (1.0, ""))
        words.append(f"{value / scale:g} {prefix}".strip())
    return {"tickvals": values, "ticktext": words}


def _add(figure: go.Figure, point: Roof, height: float, theme: Theme, carried: Mapping[str, str]) -> None:
    family = framework_of(point.variant)
    ink = colour(family, theme)
    rate = per_second(point.flops_per_s, "FLOP")
    said = _("{variant}: {rate} at {n} FLOP per byte", variant=point.variant, rate=rate, n=f"{point.intensity:.3g}")
    figure.add_trace(
        go.Scatter(
            x=[point.intensity],
            y=[point.flops_per_s],
            mode="markers",
            marker={"symbol": sign(family), "size": 10, "color": ink, "line": {"color": ink, "width": 1}},
            text=[said],
            hovertemplate="%{text}<extra></extra>",
            customdata=[carried.get(point.variant, "")],
            unselected=UNDIMMED,
            meta=point.variant,
        )
    )
    where = {"x": 1.01, "xref": "paper", "y": height, "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    figure.add_annotation(**note(point.variant, theme, color=ink, **where))
