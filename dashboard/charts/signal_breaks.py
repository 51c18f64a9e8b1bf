"""Breaks where several lines share an axis: a short tick in the gap of the line that each cuts, with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.tidy import each_row
from dashboard.charts.marginalia import add_cuts, close
from dashboard.charts.signal_lines import Line
from dashboard.colours import PALETTES, Theme
from dashboard.text import label
from language.lists import clauses

NEAR = 0.03
"""Ticks of a line that are nearer than this part of the axis share a number, from the first to the last."""


def numbered(lines: Sequence[Line], begin: date) -> list[Line]:
    """The lines with those of their breaks alone that cut them within the axis, numbered through from 1."""
    made, number = [], 0
    for line in lines:
        kept = [cut for cut in line.cuts if cut.severs and cut.when >= begin and _height(line, cut.when) is not None]
        made.append(replace(line, cuts=[replace(cut, index=number + n) for n, cut in enumerate(kept, 1)]))
        number += len(kept)
    return made


def add_breaks(figure: go.Figure, line: Line, hue: str, span: tuple[date, date], theme: Theme) -> None:
    """Mark the breaks of a line: with rules through the chart where it stands alone, else with ticks of its own."""
    if line.system:
        add_cuts(figure, line.cuts, (pd.Timestamp(span[0]), pd.Timestamp(span[1])), theme)
    elif line.cuts:
        _add_ticks(figure, line, hue, NEAR * (span[1] - span[0]).days, theme)


def _add_ticks(figure: go.Figure, line: Line, hue: str, near: float, theme: Theme) -> None:
    numbers = {
        group[0].index: "–".join(fmt.circled(cut.index) for cut in dict.fromkeys((group[0], group[-1])))
        for group in close(line.cuts, near)
    }
    figure.add_trace(
        go.Scatter(
            x=[cut.when for cut in line.cuts],
            y=[_height(line, cut.when) for cut in line.cuts],
            mode="markers+text",
            marker={"symbol": "line-ns-open", "size": 12, "color": hue, "line": {"width": 1.5}},
            unselected={"marker": {"opacity": 1}},
            text=[numbers.get(cut.index, "") for cut in line.cuts],
            textposition="top center",  # untranslated: a place
            cliponaxis=False,
            textfont={"size": 11, "color": PALETTES[theme].text},
            hovertext=[
                label(f"{fmt.circled(cut.index)} {clauses((line.name, fmt.day(cut.when)))}") for cut in line.cuts
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            name=label(line.name),
            meta={"signal": line.metric, "part": "break"},
        )
    )


def _height(line: Line, when: date) -> float | None:
    """Where a break stands in percent: midway between the figures around it; None where it cuts nothing."""
    day = pd.Timestamp(when)
    for before, after in pairwise(each_row(line.shares)):
        if before.start < day <= after.start:
            return float(before.share + after.share) * 50
    return None
