"""The look all Plotly figures share: face, colours, grid, margins; the same in a downloaded picture."""

from typing import Any

import plotly.graph_objects as go

from dashboard.colours import PALETTES, Theme
from dashboard.text import label

LATIN = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans'"  # untranslated: names
CHINESE = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'"  # untranslated: names
FACE = f"{LATIN}, {CHINESE}, sans-serif"  # untranslated: names
"""The site's own face, then what a downloaded picture is drawn in: a browser lends a picture none of a page's fonts."""
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "doubleClick": "reset",
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
UNDIMMED: dict[str, Any] = {"marker": {"opacity": 1}}
"""How points look that are not the chosen one: as before, since Plotly would fade them."""


def dressed(figure: go.Figure, theme: Theme, *, height: int, title: str = "", subtitle: str = "") -> go.Figure:
    """Give a figure the site's look; title and subtitle are part of it, so that a picture of it explains itself."""
    palette = PALETTES[theme]
    figure.update_layout(
        template="none",
        height=height,
        paper_bgcolor=palette.background,
        plot_bgcolor=palette.background,
        font={"family": FACE, "size": 12, "color": palette.muted},
        showlegend=False,
        hovermode="x unified",
        hoverlabel={"bgcolor": palette.background, "bordercolor": palette.grid, "font": {"family": FACE, "size": 12}},
        dragmode=False,
        meta={"title": title, "subtitle": subtitle},
    )
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.grid, "fixedrange": True}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def note(text: str, theme: Theme, **where: Any) -> dict[str, Any]:
    """An annotation without an arrow, its text escaped."""
    ink = where.pop("color", PALETTES[theme].muted)
    size = where.pop("size", 12)
    anchor = where.get("xanchor")
    if anchor in ("left", "right"):  # else text runs over its edge in a file, drawn in another face
        where = {"align": anchor} | where
    return {"text": label(text), "showarrow": False, "font": {"family": FACE, "size": size, "color": ink}, **where}
