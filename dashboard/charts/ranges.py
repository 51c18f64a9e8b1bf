"""The ranking of frameworks as a figure: a range a row, with name, sign and colour."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.analysis.choice.model import NAMES
from dashboard.analysis.choice.ranking import Ranked
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import PALETTES, Theme, colour, faded, sign
from language.lists import colon

ROW = 58


def range_chart(ranking: Sequence[Ranked], theme: Theme, title: str = "") -> go.Figure:
    """One row a framework, best first: its name, its range in words and as a bar, its middle as a sign."""
    figure = go.Figure()
    ink = PALETTES[theme]
    for index, one in enumerate(ranking):
        y, own = len(ranking) - 1 - index, colour(one.system, theme)
        words = f"{one.score:.2f} ({one.low:.2f}–{one.high:.2f})"
        name = NAMES[one.system]
        top = {"xref": "x", "yref": "y", "y": y + 0.32}
        figure.add_annotation(
            **note(f"{index + 1}. {name}", theme, x=0, xanchor="left", color=ink.text, size=13, **top)
        )
        figure.add_annotation(**note(words, theme, x=1, xanchor="right", **top))
        bar = {"color": faded(own, 0.45), "width": 12}
        figure.add_trace(go.Scatter(x=[one.low, one.high], y=[y - 0.08] * 2, mode="lines", line=bar, hoverinfo="skip"))
        figure.add_trace(
            go.Scatter(
                x=[one.score],
                y=[y - 0.08],
                mode="markers",
                marker={"symbol": sign(one.system), "size": 12, "color": own, "line": {"color": ink.text, "width": 1}},
                text=[colon(name, words)],
                hovertemplate="%{text}<extra></extra>",
                customdata=[f"choice~{one.system}"],
                unselected=UNDIMMED,
                name=name,
            )
        )
    dressed(figure, theme, height=ROW * len(ranking) + 78, title=title)
    figure.update_layout(hovermode="closest", margin={"l": 8, "r": 8, "t": 30, "b": 34})
    figure.update_xaxes(range=[-0.02, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], ticktext=["0", "¼", "½", "¾", "1"])
    figure.update_yaxes(visible=False, range=[-0.5, len(ranking) - 0.35])
    return figure
