"""What stands around the lines of a chart: hatched bands without data, numbered breaks, flags of milestones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.cuts import Cut
from dashboard.analysis.restarts import Restart
from dashboard.charts.look import UNDIMMED, note
from dashboard.colours import PALETTES, Theme, colour, faded, sign
from dashboard.text import label
from language.lists import colon
from language.words import _

NO_DATA_YET_DAYS = 45
FLAG_ROWS = 2
SMEARED, CROWDED = 0.022, 0.07
"""Parts of the axis: nearer than this two numbers lie on one another on a phone; nearer than that, on two heights."""


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


def add_cuts(
    figure: go.Figure,
    cuts: Sequence[Cut],
    span: tuple[pd.Timestamp, pd.Timestamp],
    theme: Theme,
    again: Collection[date] = (),
) -> None:
    """A thin rule for every break, and its number; those too close for a number each are named by first and last.

    ``again`` are the days of breaks after which lines of an index begin at 100 once more; their rules say so.
    """
    ink, days = PALETTES[theme].rule, (span[1] - span[0]).days or 1
    previous, level = None, 0
    for cut in cuts:
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
    for near in close(cuts, SMEARED * days):
        middle = near[0].when + (near[-1].when - near[0].when) / 2
        level = (level + 1) % 2 if previous is not None and (middle - previous).days < CROWDED * days else 0
        previous = middle
        figure.add_annotation(
            **note(
                "–".join(fmt.circled(cut.index) for cut in dict.fromkeys((near[0], near[-1]))),
                theme,
                x=middle,
                y=1.0 + 0.045 * level,
                xref="x",
                yref="paper",
                yanchor="bottom",
                size=13,
                color=PALETTES[theme].text,
                name="break",
            )
        )

    _add_hundreds(figure, [cut for cut in cuts if cut.when in again], days, theme)


def _add_hundreds(figure: go.Figure, cuts: Sequence[Cut], days: int, theme: Theme) -> None:
    previous, level = None, 0
    for near in close(cuts, SMEARED * days):
        level = (level + 1) % 4 if previous is not None and (near[0].when - previous).days < 2 * CROWDED * days else 0
        previous = near[-1].when
        where = {"x": previous, "y": 0.995 - 0.045 * level, "xref": "x", "yref": "paper", "xanchor": "left"}
        figure.add_annotation(**note("= 100", theme, yanchor="top", size=11, name="again", **where))


def add_again(
    figure: go.Figure, ready: pd.DataFrame, again: Sequence[Restart], names: Mapping[str, str], theme: Theme
) -> None:
    """A hollow sign wherever the line of an index begins at 100 once more."""
    for system in dict.fromkeys(one.system for one in again):
        days = [one.at for one in again if one.system == system]
        own = ready[(ready["system"] == system) & ready["at"].isin(days)]
        said = label(_("{system} begins again at 100, after a break", system=names.get(system, system)))
        figure.add_trace(
            go.Scatter(
                x=own["at"].tolist(),
                y=own["value"].tolist(),
                mode="markers",
                name=label(names.get(system, system)),
                marker={"symbol": f"{sign(system)}-open", "size": 11, "color": colour(system, theme)},
                unselected=UNDIMMED,
                text=[said] * len(own),
                hovertemplate="%{text}<extra></extra>",
                meta={"system": system, "part": "again"},
            )
        )


def close(cuts: Sequence[Cut], days: float) -> list[list[Cut]]:
    """Breaks in groups, each at most so many days after the one before it."""
    groups: list[list[Cut]] = []
    for cut in cuts:
        if groups and (cut.when - groups[-1][-1].when).days <= days:
            groups[-1].append(cut)
        else:
            groups.append([cut])
    return groups


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
                hovertext=label(colon(fmt.day(when), words)),
                name="milestone",
            )
        )


def _hatch(figure: go.Figure, start: pd.Timestamp, stop: pd.Timestamp, words: str, theme: Theme) -> None:
    figure.add_trace(go.Scatter(x=[start, start, stop, stop], y=[0, 1, 1, 0], yaxis="y2", **hatched(words, theme)))


def hatched(words: str, theme: Theme) -> dict[str, Any]:
    """How an area of which nothing is known is drawn, and says so where it is pointed at."""
    ink = PALETTES[theme].undecided
    return {
        "fill": "toself",
        "mode": "none",
        "fillcolor": faded(ink, 0.05),
        "fillpattern": {"shape": "/", "fgcolor": faded(ink, 0.45), "size": 7, "solidity": 0.12},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": label(words),
        "name": label(words),
        "meta": {"part": "unavailable"},
    }
