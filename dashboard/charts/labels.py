"""Words on a chart: each line's name beside its end, and how a text is laid out in lines of so many letters."""

import re
import textwrap
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts.look import note
from dashboard.colours import Theme, colour

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”…—]")
"""What a Chinese font draws as wide as two Latin letters."""
_PIECE = re.compile(
    rf"[（“《]*(?:[0-9]+年(?:[0-9]+月(?:[0-9]+日)?)?|{_WIDE.pattern}|(?:(?!{_WIDE.pattern})\S)+)[），。：；、！？”》]*|\s+"
)
"""What a line is not ended within."""


def add_names(figure: go.Figure, ends: Sequence[tuple[float, str]], names: Mapping[str, str], theme: Theme) -> None:
    """Write each system's name at the height (0 to 1) its line ends at, pushed apart where they would overlap."""
    ordered = sorted(ends)
    where = {"x": 1.008, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    for height, (_, system) in zip(spread([end for end, _ in ordered]), ordered, strict=True):
        ink = colour(system, theme)
        figure.add_annotation(**note(names.get(system, system), theme, color=ink, size=13, y=height, **where))


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many letters; a Chinese sign is as wide as two, and a line may end after any.

    But no line begins with a sign that closes or ends with one that opens, and a date stays whole.
    """
    if not _WIDE.search(text):
        return textwrap.wrap(text, width, break_on_hyphens=False)  # a licence is called CC-BY-SA-4.0
    lines: list[str] = []
    line, room = "", width
    for piece in _PIECE.findall(text):
        needs = letters(piece)
        if needs > room and line.strip():
            lines, line, room = [*lines, line.strip()], "", width
        line, room = line + piece, room - needs
    return [*lines, line.strip()] if line.strip() else lines


def letters(text: str) -> int:
    """How wide a text is in Latin letters; a Chinese sign is as wide as two."""
    return len(text) + len(_WIDE.findall(text))


def spread(heights: Sequence[float], least: float | Sequence[float] = 0.05) -> list[float]:
    """Heights from 0 to 1, given in order, moved so that neighbours lie at least so far apart; order is kept.

    ``least`` is the same between all, or how far each has to lie from the one before it, the first one's left unused.
    """
    moved = [min(max(h, 0.0), 1.0) for h in heights]
    apart = [least] * len(moved) if isinstance(least, float) else list(least)
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + apart[index])
    over = (moved[-1] - 1.0) if moved else 0.0
    if over > 0:
        moved[-1] = 1.0
        for index in range(len(moved) - 2, -1, -1):
            moved[index] = min(moved[index], moved[index + 1] - apart[index + 1])
    return moved
