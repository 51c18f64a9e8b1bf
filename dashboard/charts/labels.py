"""Words on a chart: each line's name beside its end, and the small print that goes with a picture of it."""

import re
import textwrap
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts.look import note
from dashboard.colours import PALETTES, Theme, colour
from dashboard.text import label

LINE, TITLE = 170, 110
"""How many letters of small print, and of a title, fit beside one another in a picture of 1,200 px."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”…—]")
"""What a Chinese font draws as wide as two Latin letters."""
_PIECE = re.compile(
    rf"[（“《]*(?:[0-9]+年(?:[0-9]+月(?:[0-9]+日)?)?|{_WIDE.pattern}|(?:(?!{_WIDE.pattern})\S)+)[），。：；、！？”》]*|\s+"
)
"""What a line is not ended within."""
TITLE_PX, LINE_PX, SIGNED, AXIS, FLAGS, RESERVED = 20, 14, 8, 30, 70, 60
"""Heights in pixels: a line of title and of small print, their margin, the axis above, axis and flags, a margin."""


def add_names(figure: go.Figure, ends: Sequence[tuple[float, str]], names: Mapping[str, str], theme: Theme) -> None:
    """Write each system's name at the height (0 to 1) its line ends at, pushed apart where they would overlap."""
    ordered = sorted(ends)
    where = {"x": 1.008, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    for height, (_, system) in zip(spread([end for end, _ in ordered]), ordered, strict=True):
        ink = colour(system, theme)
        figure.add_annotation(**note(names.get(system, system), theme, color=ink, size=13, y=height, **where))


def add_signature(figure: go.Figure, title: str, subtitle: str, theme: Theme) -> None:
    """Say below what is shown and whose figures these are; it is read in a downloaded picture, not on the page."""
    heads, smalls = wrapped(title, TITLE), [one for line in subtitle.split("\n") for one in wrapped(line, LINE)]
    if not heads and not smalls:
        return
    ink = PALETTES[theme].text
    words = [f'<span style="font-size:15px;color:{ink}">{label(line)}</span>' for line in heads]
    words += [label(line) for line in smalls]
    below = int(figure.layout.margin.b or 0)
    margin = SIGNED + TITLE_PX * len(heads) + LINE_PX * len(smalls)
    extra = max(0, margin + (AXIS if below < RESERVED else FLAGS) - below)
    figure.update_layout(margin_b=below + extra, height=(figure.layout.height or 450) + extra)
    where = {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
    made = note("", theme, size=11, name="source", yshift=-(below + extra - margin), **where)
    figure.add_annotation(made | {"text": "<br>".join(words)})


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many letters; a Chinese sign is as wide as two, and a line may end after any.

    But no line begins with a sign that closes or ends with one that opens, and a date stays whole.
    """
    if not _WIDE.search(text):
        return textwrap.wrap(text, width)
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
