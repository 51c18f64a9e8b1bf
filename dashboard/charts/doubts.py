"""Marks of what is held back: a question mark in a diamond, apart from every line."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.tidy import each_row
from dashboard.colours import PALETTES, Theme, colour
from dashboard.text import label
from language.words import _

LONGEST = 300


def add_doubts(
    figure: go.Figure, ready: pd.DataFrame, names: Mapping[str, str], span: tuple[float, float], theme: Theme
) -> None:
    """Mark every value in doubt where it lies, or at the edge of the axis (``span``) where it lies beyond.

    A period that was rolled up without some of its days bears the mark beside its own value.
    """
    low, high = span
    marked = ready[ready["held"].notna() | ((ready["left_out"] != "") & ready["value"].notna())]
    for system, rows in marked.groupby("system", sort=False):
        values = rows["held"].where(rows["held"].notna(), rows["value"])
        heights = values.clip(low + 0.02 * (high - low) if low <= 0 else low * 1.05, high - 0.07 * (high - low))
        figure.add_trace(
            go.Scatter(
                x=rows["at"].tolist(),
                y=heights.tolist(),
                mode="markers+text",
                text=["?"] * len(rows),
                textposition="top center",  # untranslated: a place
                textfont={"size": 13, "color": PALETTES[theme].warning},
                marker={
                    "symbol": "diamond-open",
                    "size": 14,
                    "color": colour(str(system), theme),
                    "line": {"width": 2},
                },
                customdata=[_words(row, names) for row in each_row(rows)],
                hovertemplate="%{customdata}<extra></extra>",
                name=label(_("{system}, held back", system=names.get(str(system), str(system)))),
                meta={"system": str(system), "part": "held back"},  # untranslated: for tests
            )
        )


def _words(row: Any, names: Mapping[str, str]) -> str:
    who = names.get(row.system, row.system)
    if row.left_out:
        return label(_("{system}: without {what}", system=who, what=row.left_out)[:LONGEST])
    return label(
        _("{system}: {value}, held back: {why}", system=who, value=fmt.number(row.held), why=row.doubt)[:LONGEST]
    )
