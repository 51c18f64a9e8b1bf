"""A chart before Plotly has come: the same lines, names and axes as markup of ours, drawn by no script.

Plotly's code takes a second or more to be run, wherever it comes from; until then a visitor reads this. The lines are a
picture that is stretched to the width there is; words stand over it. What it leaves out (the shapes of signs, hatching,
hovering) comes with the chart, which lies where this lay.
"""

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.charts.printed import NAME, seen_px

UNITS = 1_000.0
"""Width and height of what is stretched over the plot's area."""
_DASHES = {"dot": "3 3", "dash": "9 9", "dashdot": "9 3 3 3", "longdash": "15 15"}
_ROUND = " stroke-linecap='round'"  # untranslated: markup
_TAG = re.compile(r"</?\w+>")
_ACROSS = {"left": "0", "center": "-50%", "right": "-100%"}
_DOWN = {"top": "0", "middle": "-50%", "bottom": "-100%"}
_PAD_PX = 2
"""How far Plotly keeps the words of a note from the place they are anchored to."""
_SAFE_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\)")
MOST_POINTS = 4_000
Chart = Mapping[str, Any]


def first_picture(chart: Chart) -> str:
    """Markup of a chart that Plotly would draw (``{"data": …, "layout": …}``); empty where it cannot be drawn so.

    Drawn are lines and points over a range of days or numbers that the layout names, its rules, its marks and words.
    """
    layout = chart["layout"]
    if any(trace.get("type", "scatter") != "scatter" for trace in chart["data"]):
        return ""
    if not all("range" in layout.get(axis, {}) for axis in ("xaxis", "yaxis")):
        return ""
    if sum(len(trace.get("x") or ()) for trace in chart["data"]) > MOST_POINTS:
        return ""
    frame = _Frame(layout)
    drawn = [*frame.grid(), *(frame.rule(shape) for shape in layout.get("shapes", ()))]
    drawn += [part for trace in chart["data"] for part in frame.trace(trace)]
    words = [*frame.named_ticks(), *(frame.note(one) for one in layout.get("annotations", ()) if not _printed(one))]
    return frame.whole("".join(drawn), "".join(words))


class _Frame:
    """The plot's area: how a day and a value lie in it, and how what lies there is written down."""

    def __init__(self, layout: Mapping[str, Any]) -> None:
        self.layout, self.height = layout, float(layout["height"])
        margin = layout["margin"]
        self.left, self.right, self.top = (float(margin[side]) for side in "lrt")
        self.inner = self.height - self.top - float(margin["b"])
        self.font = layout["font"]
        self.dates = isinstance(layout["xaxis"]["range"][0], str)
        begin, end = layout["xaxis"]["range"]
        self.days: tuple[Any, Any] = (pd.Timestamp(begin), pd.Timestamp(end)) if self.dates else (begin, end)
        self.low, self.high = (float(one) for one in layout["yaxis"]["range"])
        self.log = layout["yaxis"].get("type") == "log"

    def x(self, at: Any) -> float:
        """How far along the area, from 0 to 1."""
        begin, end = self.days
        return float(((pd.Timestamp(at) if self.dates else at) - begin) / (end - begin))

    def y(self, value: float) -> float:
        """How far down the area, from 0 to 1; ``nan`` where the axis cannot show it."""
        if self.log:
            value = math.log10(value) if value > 0 else math.nan
        return 1 - (value - self.low) / ((self.high - self.low) or 1.0)

    def grid(self) -> Iterable[str]:
        ink = self.layout["yaxis"].get("gridcolor", "")
        for at, _words in self._heights():
            y = f"{UNITS * (1 - (at - self.low) / ((self.high - self.low) or 1.0)):.1f}"
            yield _path(f"M0 {y}H{UNITS:.0f}", ink, 1)

    def rule(self, shape: Mapping[str, Any]) -> str:
        """A line down the whole area, such as a break."""
        if shape.get("type") != "line" or shape.get("xref") != "x" or shape.get("x0") != shape.get("x1"):
            return ""
        line, x = shape.get("line", {}), f"{UNITS * self.x(shape['x0']):.1f}"
        return _path(f"M{x} 0V{UNITS:.0f}", line.get("color", ""), line.get("width", 1), line.get("dash", ""))

    def trace(self, trace: Mapping[str, Any]) -> Iterable[str]:
        """The line of a trace, cut where it is cut, and its points as dots."""
        mode, line, marker = trace.get("mode", ""), trace.get("line", {}), trace.get("marker", {})
        if trace.get("fill") == "toself" and trace.get("yaxis") == "y2":
            yield self._band(trace)
        at = self._places(trace.get("x") or (), trace.get("y") or ()) if trace.get("yaxis", "y") == "y" else []
        if "lines" in mode:
            yield _path(_joined(at), line.get("color", ""), line.get("width", 2), line.get("dash", ""))
        if "markers" in mode and marker.get("opacity", 1):
            size = marker.get("size", 6)
            sizes = size if isinstance(size, list) else [size] * len(at)
            for place, own in zip(at, sizes, strict=False):
                if place and own:
                    yield _path(f"M{place[0]:.1f} {place[1]:.1f}h0", marker.get("color", ""), own)

    def named_ticks(self) -> Iterable[str]:
        axis = self.layout["xaxis"]
        for at, words in self._days():
            if 0 <= (x := self.x(at)) <= 1:
                yield self._words(words, f"left:{100 * x:.2f}%;top:{self.inner + 8:.0f}px", "center", "top")
        if title := (axis.get("title") or {}).get("text"):
            yield self._words(title, f"left:50%;top:{self.inner + 26:.0f}px", "center", "top")
        for at, words in self._heights():
            y = self.inner * (1 - (at - self.low) / ((self.high - self.low) or 1.0))
            yield self._words(words, f"left:-6px;top:{y:.1f}px", "right", "middle")

    def note(self, one: Mapping[str, Any]) -> str:
        """Words that stand at a day or a height, or at a part of the area."""
        x = one["x"] if one.get("xref") == "paper" else self.x(one["x"])
        y = self.y(one["y"]) if one.get("yref") == "y" else 1 - one["y"]
        if not (-0.2 <= x <= 1.2 and math.isfinite(y)):
            return ""
        across, down = one.get("xanchor", "center"), one.get("yanchor", "middle")
        aside, below = (_PAD_PX * ((at in ("left", "top")) - (at in ("right", "bottom"))) for at in (across, down))
        top = self.inner * y - one.get("yshift", 0) + below
        place = f"left:calc({100 * x:.2f}% + {aside}px);top:{top:.1f}px"
        return self._words(one["text"], place, across, down, one.get("font", {}))

    def whole(self, drawn: str, words: str) -> str:
        """The picture with its words, as high as the chart will be, hidden from who listens: the chart says it all."""
        picture = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {UNITS:.0f} {UNITS:.0f}'"
            " width='100%' height='100%' preserveAspectRatio='none' fill='none'>"  # untranslated: markup
            f"{drawn}</svg>"
        )
        source = html.escape("data:image/svg+xml," + picture.replace("%", "%25").replace("#", "%23"))
        area = (
            f"position:absolute;left:{self.left:.0f}px;right:{self.right:.0f}px;top:{self.top:.0f}px;"
            f"height:{self.inner:.0f}px"
        )
        ground = _colour(self.layout.get("paper_bgcolor", ""))
        return (
            f'<div class="first-picture" aria-hidden="true" style="position:relative;overflow:hidden;'
            f'height:{seen_px(self.layout)}px;background:{ground};font-size:{self.font["size"]}px">'
            f'<div style="{area}"><img alt="" src="{source}" style="width:100%;height:100%;display:block">{words}</div>'
            "</div>"
        )

    def _band(self, trace: Mapping[str, Any]) -> str:
        """A time from top to bottom, such as one without data; Plotly hatches it."""
        left, right = (UNITS * min(max(self.x(edge(trace["x"])), 0), 1) for edge in (min, max))
        steps, ink = f"M{left:.1f} 0H{right:.1f}V{UNITS:.0f}H{left:.1f}z", _colour(trace["fillcolor"])
        return f"<path d='{steps}' fill='{ink}'/>"  # untranslated: markup

    def _heights(self) -> Sequence[tuple[float, str]]:
        axis = self.layout["yaxis"]
        named = zip(axis.get("tickvals", ()), axis.get("ticktext", axis.get("tickvals", ())), strict=False)
        return [(math.log10(at) if self.log else float(at), str(words)) for at, words in named]

    def _days(self) -> Sequence[tuple[Any, str]]:
        axis = self.layout["xaxis"]
        return list(zip(axis.get("tickvals", ()), axis.get("ticktext", axis.get("tickvals", ())), strict=False))

    def _places(self, xs: Sequence[Any], ys: Sequence[float | None]) -> list[tuple[float, float] | None]:
        """Points in the units of the picture, None where there is no value; one far outside is none either."""
        begin, end = self.days
        along = (pd.to_datetime(list(xs)) - begin) / (end - begin) if self.dates else [self.x(at) for at in xs]
        down = [math.nan if value is None else self.y(float(value)) for value in ys]
        return [
            (UNITS * float(x), UNITS * y) if math.isfinite(y) and -1 <= x <= 2 and -1 <= y <= 2 else None
            for x, y in zip(along, down, strict=True)
        ]

    def _words(self, text: str, place: str, across: str, down: str, font: Mapping[str, Any] | None = None) -> str:
        own = font or {}
        size, ink = float(own.get("size", self.font["size"])), _colour(own.get("color", self.font["color"]))
        shift = f"translate({_ACROSS.get(across, '-50%')},{_DOWN.get(down, '-50%')})"
        lines = "<br>".join(html.escape(html.unescape(_TAG.sub("", line))) for line in str(text).split("<br>"))
        style = f"position:absolute;{place};transform:{shift};white-space:nowrap;line-height:1.3"
        return f'<span style="{style};font-size:{size:g}px;color:{ink}">{lines}</span>'


def _printed(one: Mapping[str, Any]) -> bool:
    """Whether a note is for a downloaded picture alone."""
    return one.get("name") == NAME


def _joined(places: Sequence[tuple[float, float] | None]) -> str:
    """A path through the places, begun anew after each that is missing."""
    parts, pen = list[str](), "M"
    for place in places:
        if place is None:
            pen = "M"
            continue
        parts.append(f"{pen}{place[0]:.1f} {place[1]:.1f}")
        pen = "L"
    return "".join(parts)


def _path(steps: str, ink: str, width: float, dash: str = "") -> str:
    if not steps:
        return ""
    dashed = f" stroke-dasharray='{_DASHES[dash]}'" if dash in _DASHES else _ROUND  # untranslated: markup
    stroke = f"stroke='{_colour(ink)}' stroke-width='{float(width):g}'"  # untranslated: markup
    kept = "vector-effect='non-scaling-stroke'"  # untranslated: markup
    return f"<path d='{steps}' {stroke}{dashed} {kept}/>"


def _colour(told: str) -> str:
    return told if _SAFE_COLOUR.fullmatch(told) else "currentColor"
