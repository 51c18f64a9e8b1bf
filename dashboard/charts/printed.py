"""The small print of a downloaded picture: title, source, what its breaks mean, and where the page is.

It lies below what the page shows of a chart (`seen_px`), which is cut off there.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.labels import wrapped
from dashboard.charts.look import note
from dashboard.colours import PALETTES, Theme
from dashboard.text import label
from language.words import _

LINE, TITLE = 170, 110
"""How many letters of small print, and of a title, fit beside one another in a picture of 1,200 px."""
TITLE_PX, LINE_PX, SIGNED, AXIS, FLAGS, RESERVED = 20, 14.3, 8, 30, 70, 60
"""Heights in pixels: a line of title and of small print, their margin, the axis above, axis and flags, a margin."""
MOST_LINES = 24
"""What breaks mean, at most; a picture is to stay one that fits a page."""
USUAL_PX = 450
"""Plotly's own height of a chart that says none."""
NAME = "source"
"""The annotation of the small print; the page's style sheet hides the last annotation of a chart."""


def add_signature(figure: go.Figure, title: str, subtitle: str, theme: Theme, breaks: Sequence[str] = ()) -> None:
    """Say below what is shown, whose figures these are and what the numbers of breaks mean."""
    heads, smalls = wrapped(title, TITLE), [*wrapped(subtitle, LINE), *meanings(breaks)]
    if not heads and not smalls:
        return
    ink = PALETTES[theme].text
    words = [f'<span style="font-size:15px;color:{ink}">{label(line)}</span>' for line in heads]
    words += [label(line) for line in smalls]
    below, seen = int(figure.layout.margin.b or 0), figure.layout.height or USUAL_PX
    margin = SIGNED + TITLE_PX * len(heads) + math.ceil(LINE_PX * len(smalls))
    extra = max(0, margin + (AXIS if below < RESERVED else FLAGS) - below)
    meta = (figure.layout.meta or {}) | {"seen_px": seen}
    figure.update_layout(margin_b=below + extra, height=seen + extra, meta=meta)
    where = {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
    made = note("", theme, size=11, name=NAME, yshift=-(below + extra - margin), **where)
    figure.add_annotation(made | {"text": "<br>".join(words)})


def meanings(breaks: Sequence[str]) -> list[str]:
    """What each break means, one under the other; where they are too many, how many more the page explains."""
    lines: list[str] = []
    for number, one in enumerate(breaks):
        own, left = wrapped(one, LINE), len(breaks) - number
        if len(lines) + len(own) + (left > 1) > MOST_LINES:
            return [*lines, _("… and {n} more, which the page explains.", n=left)]
        lines += own
    return lines


def addressed(told: Mapping[str, Any], address: str) -> go.Figure:
    """The chart that Plotly is told, with the address of its page under its small print.

    A figure is kept for all visitors, an address is one visitor's: what is kept stays as it is, and nothing is copied.
    """
    layout, lines = told["layout"], [label(line) for line in wrapped(address, LINE)]
    small = next((one for one in layout.get("annotations", ()) if one.get("name") == NAME), None)
    made = dict(told)
    if small is not None and lines:
        others = [one for one in layout["annotations"] if one is not small]
        more = math.ceil(LINE_PX * len(lines))
        made["layout"] = layout | {
            "annotations": [*others, small | {"text": "<br>".join([small["text"], *lines])}],
            "margin": layout["margin"] | {"b": layout["margin"]["b"] + more},
            "height": layout["height"] + more,
        }
    shown = go.Figure()
    shown.to_dict = lambda: made
    return shown


def seen_px(layout: Mapping[str, Any]) -> int:
    """How high the part of a chart is that a page shows; the rest is for a picture of it."""
    return int((layout.get("meta") or {}).get("seen_px") or layout.get("height") or USUAL_PX)
