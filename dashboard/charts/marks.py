"""Small pictures for the rows of a table, as SVG made of numbers alone: a share over time, a ratio and its interval."""

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard.analysis.speed import CLOSE, Ratio
from dashboard.colours import PALETTES, Theme, colour, faded, framework_of
from language.words import _

SPARK = (300, 46)
RATIO = (340, 30)
FIRST_YEAR = 2015
TICKS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def spark(shares: pd.DataFrame, leader: str | None, breaks: Sequence[date], today: date, theme: Theme) -> str:
    """A share (as `shares.pair_shares` makes it) from 2015 to today, nought to one, with a dotted rule at one half.

    The line is cut at breaks and where figures are missing; it has the colour of who leads and a dot at the end.
    """
    width, height = SPARK
    palette = PALETTES[theme]
    ink = colour(leader, theme) if leader else palette.undecided
    begin, end = pd.Timestamp(FIRST_YEAR, 1, 1), pd.Timestamp(today)
    x = [4 + (width - 10) * (at - begin) / (end - begin) for at in shares["at"]]
    y = [4 + (height - 8) * (1 - float(value)) for value in shares["share"]]
    parts = [_rule(4, width - 4, height / 2, palette.rule)]
    for piece in _pieces(shares["start"].tolist(), breaks, shares["hole"].tolist()):
        if len(piece) == 1:
            parts.append(f'<circle cx="{x[piece[0]]:.1f}" cy="{y[piece[0]]:.1f}" r="1.4" fill="{ink}"/>')
            continue
        path = " ".join(f"{x[i]:.1f},{y[i]:.1f}" for i in piece)
        floor = height - 4
        parts.append(
            f'<polygon points="{x[piece[0]]:.1f},{floor} {path} {x[piece[-1]]:.1f},{floor}" fill="{faded(ink, 0.12)}"/>'
        )
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="1.8" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )
    parts.append(f'<circle cx="{x[-1]:.1f}" cy="{y[-1]:.1f}" r="3.2" fill="{ink}"/>')
    return _svg(width, height, parts)


def ratio_mark(found: Ratio, theme: Theme) -> str:
    """A ratio and its interval on a logarithmic scale from ⅛ to 8; grey when too close to call."""
    width, height = RATIO
    palette = PALETTES[theme]
    ink = palette.undecided if found.verdict == CLOSE else colour(framework_of(found.variant), theme)
    middle = height / 2
    parts = [
        f'<line x1="{_log_x(t, width):.1f}" x2="{_log_x(t, width):.1f}" y1="2" y2="{height - 2}" '
        f'stroke="{palette.rule if t == 1 else palette.grid}" stroke-width="1"/>'
        for t in TICKS
    ]
    if found.drawable and found.ratio is not None:
        low, high = found.low or found.ratio, found.high or found.ratio
        look = 'stroke-width="1.5" stroke-dasharray="1.5 4"' if found.wide else 'stroke-width="3"'
        parts.append(
            f'<line x1="{_log_x(low, width):.1f}" x2="{_log_x(high, width):.1f}" y1="{middle}" y2="{middle}" '
            f'stroke="{ink}" {look} stroke-linecap="round"/>'
        )
        if found.wide:  # it goes on beyond the scale, where a bar would seem to end at its edge
            parts += [_point(end, width, middle, ink) for end in (low, high) if not TICKS[0] <= end <= TICKS[-1]]
        parts.append(_point(found.ratio, width, middle, ink))
    return _svg(width, height, parts)


def _point(ratio: float, width: int, middle: float, ink: str) -> str:
    """A dot; beyond the scale an arrowhead at its edge, since a dot there would lie."""
    x = _log_x(ratio, width)
    if TICKS[0] <= ratio <= TICKS[-1]:
        return f'<circle cx="{x:.1f}" cy="{middle}" r="5" fill="{ink}"/>'
    tip = 7 if ratio > TICKS[-1] else -7
    return f'<path d="M{x:.1f} {middle - 6} L{x + tip:.1f} {middle} L{x:.1f} {middle + 6} Z" fill="{ink}"/>'


def ratio_scale(theme: Theme) -> str:
    """The scale that stands over the ratio marks."""
    width = RATIO[0]
    ink = PALETTES[theme].muted
    words = {0.125: "⅛", 0.25: "¼", 0.5: "½", 1.0: _("same"), 2.0: "2×", 4.0: "4×", 8.0: "8×"}
    parts = [
        f'<text x="{_log_x(t, width):.1f}" y="12" font-size="11" font-family="Inter,sans-serif" fill="{ink}" '
        f'text-anchor="middle">{words[t]}</text>'
        for t in TICKS
    ]
    return _svg(width, 16, parts)


def _pieces(starts: list[pd.Timestamp], breaks: Sequence[date], holes: Sequence[bool]) -> list[list[int]]:
    cuts = [pd.Timestamp(when) for when in breaks]
    pieces: list[list[int]] = [[0]] if starts else []
    for index in range(1, len(starts)):
        if holes[index] or any(starts[index - 1] < cut <= starts[index] for cut in cuts):
            pieces.append([])
        pieces[-1].append(index)
    return pieces


def _log_x(value: float, width: int) -> float:
    bounded = min(max(value, TICKS[0]), TICKS[-1])
    return 16 + (width - 32) * (math.log2(bounded) - math.log2(TICKS[0])) / (math.log2(TICKS[-1] / TICKS[0]))


def _rule(x1: float, x2: float, y: float, ink: str) -> str:
    return f'<line x1="{x1}" x2="{x2}" y1="{y}" y2="{y}" stroke="{ink}" stroke-width="1" stroke-dasharray="1.5 4"/>'


def _svg(width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
