"""What stands around the lines of a chart: hatched bands without data, numbered breaks, flags of milestones."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.cuts import Cut
from dashboard.charts.look import note
from dashboard.colours import PALETTES, Theme, colour, faded
from dashboard.text import label
from language.words import _

NO_DATA_YET_DAYS = 45
FLAG_ROWS = 2


def add_bands(
    figure: go.Figure, ready: pd.DataFrame, end: pd.Timestamp, theme: Theme, newest: date | None = None
) -> None:
    """Hatch the periods of which no line has a value, and the time from the newest figure to the end of the axis.

    Where one line alone has none, its gap says so; hatching would lie over the others, which go on.
    """
    have = ready[ready["value"].notna()]
    for period, _rows in ready[ready["status"] == "unavailable"].groupby(["start", "end"]):
        start, stop = (pd.Timestamp(day) for day in period)  # type: ignore[arg-type]  # a pair of timestamps
        if not ((have["start"] < stop) & (have["end"] > start)).any():
            _hatch(figure, start, stop, _("No data"), theme)
    if have.empty:
        return
    last = max(have["at"].max(), have["end"].max(), pd.Timestamp(newest or have["at"].max()))
    if (end - last).days > NO_DATA_YET_DAYS:
        _hatch(figure, last, end, _("No data yet"), theme)


def add_cuts(figure: go.Figure, cuts: Sequence[Cut], theme: Theme) -> None:
    """A thin rule with its number for every break; numbers that would overlap stand one above the other."""
    ink = PALETTES[theme].rule
    previous, level = None, 0
    for cut in cuts:
        near = previous is not None and (cut.when - previous).days < 75
        level = (level + 1) % 2 if near else 0
        previous = cut.when
        figure.add_shape(
            type="line",
            x0=cut.when,
            x1=cut.when,
            y0=0,
            y1=1,
            xref="x",
            yref="paper",
            line={"color": ink, "width": 1, "dash": "solid" if cut.severs else "dot"},
            layer="below",
        )
        figure.add_annotation(
            **note(
                fmt.circled(cut.index),
                theme,
                x=cut.when,
                y=1.0 + 0.045 * level,
                xref="x",
                yref="paper",
                yanchor="bottom",
                size=13,
                color=PALETTES[theme].text,
                name="break",
            )
        )


def add_flags(
    figure: go.Figure, flags: Sequence[tuple[date, str, str]], span: tuple[pd.Timestamp, pd.Timestamp], theme: Theme
) -> None:
    """A small flag under the axis for each milestone; those that do not fit beside another keep their hover alone."""
    width = (span[1] - span[0]).days or 1
    taken = [float("-inf")] * FLAG_ROWS
    for when, system, words in sorted(flags):
        at = (pd.Timestamp(when) - span[0]).days / width
        if not 0 <= at <= 1:
            continue
        row = next((r for r in range(FLAG_ROWS) if at > taken[r]), None)
        text = "⚑" if row is None else f"⚑ {words}"
        if row is not None:
            taken[row] = at + 0.012 * (len(words) + 3) * 0.62
        figure.add_annotation(
            **note(
                text,
                theme,
                x=when,
                y=-0.085 - 0.055 * (row or 0),
                xref="x",
                yref="paper",
                xanchor="left",
                yanchor="top",
                size=10,
                color=colour(system, theme),
                hovertext=label(f"{fmt.day(when)}: {words}"),
                name="milestone",
            )
        )


def _hatch(figure: go.Figure, start: pd.Timestamp, stop: pd.Timestamp, words: str, theme: Theme) -> None:
    ink = PALETTES[theme].undecided
    figure.add_trace(
        go.Scatter(
            x=[start, start, stop, stop],
            y=[0, 1, 1, 0],
            yaxis="y2",
            fill="toself",
            mode="none",
            fillcolor=faded(ink, 0.05),
            fillpattern={"shape": "/", "fgcolor": faded(ink, 0.45), "size": 7, "solidity": 0.12},
            hoveron="fills",
            hoverinfo="text",
            text=label(words),
            name=label(words),
            meta={"part": "unavailable"},
        )
    )
