"""Words on a chart: each line's name beside its end, and the small print that goes with a picture of it."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts.look import note
from dashboard.colours import Theme, colour


def add_names(figure: go.Figure, ends: Sequence[tuple[float, str]], names: Mapping[str, str], theme: Theme) -> None:
    """Write each system's name at the height (0 to 1) its line ends at, pushed apart where they would overlap."""
    ordered = sorted(ends)
    where = {"x": 1.008, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    for height, (_, system) in zip(spread([end for end, _ in ordered]), ordered, strict=True):
        ink = colour(system, theme)
        figure.add_annotation(**note(names.get(system, system), theme, color=ink, size=13, y=height, **where))


def add_signature(figure: go.Figure, title: str, subtitle: str, theme: Theme) -> None:
    """Say in small print what is shown and whose figures these are, so that a downloaded picture says it too."""
    words = ". ".join(part for part in (title, subtitle) if part)
    if words:
        where = {"x": 0, "xref": "paper", "y": -0.225, "yref": "paper", "xanchor": "left", "yanchor": "top"}
        figure.add_annotation(**note(words, theme, size=10, name="source", **where))


def spread(heights: Sequence[float], least: float = 0.05) -> list[float]:
    """Heights from 0 to 1, given in order, moved so that neighbours lie at least so far apart; order is kept."""
    moved = [min(max(h, 0.0), 1.0) for h in heights]
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + least)
    over = (moved[-1] - 1.0) if moved else 0.0
    if over > 0:
        moved[-1] = 1.0
        for index in range(len(moved) - 2, -1, -1):
            moved[index] = min(moved[index], moved[index + 1] - least)
    return moved
