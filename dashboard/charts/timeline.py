"""Releases over time as a figure: one lane a system, a tick each release, a labelled sign each major version."""

from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.lanes import Lane, majors, release_name
from dashboard.charts import ticks
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.charts.marginalia import hatched
from dashboard.colours import PALETTES, Theme, colour, sign
from dashboard.text import label
from db.read import DatedRelease
from language.words import _

LANE = 50
MOST_YEARS = 6
LEAST_APART_DAYS = 150
FRESH_DAYS = 31


def timeline(
    lanes: Sequence[Lane],
    names: Mapping[str, str],
    today: date,
    theme: Theme,
    title: str = "",
    *,
    known: Mapping[str, date] | None = None,
) -> go.Figure:
    """One lane a system from top to bottom: its name, a tick for each stable release, a number at majors.

    ``known`` is the day that each system's lane is known until; what is later is hatched.
    """
    figure = go.Figure()
    for index, lane in enumerate(lanes):
        y = len(lanes) - 1 - index
        name = names.get(lane.system, lane.system)
        where = {"x": 0, "xref": "paper", "y": y + 0.42, "yref": "y", "xanchor": "left"}
        figure.add_annotation(**note(f"{name} · {lane.package}", theme, color=PALETTES[theme].text, **where))
        _ticks(figure, lane, name, y, theme)
        _majors(figure, lane, name, y, theme)
    for index, lane in enumerate(lanes):
        _unknown(figure, (known or {}).get(lane.system, today), today, len(lanes) - 1 - index, theme)
    dressed(figure, theme, height=LANE * max(len(lanes), 1) + 60, title=title)
    figure.update_layout(hovermode="closest", margin={"l": 8, "r": 8, "t": 12, "b": 34})
    figure.update_yaxes(range=[-0.6, max(len(lanes), 1) - 0.3], showticklabels=False, showgrid=False)
    first = min((lane.releases[0].released for lane in lanes), default=today)
    begin, end = date(first.year, 1, 1), date(today.year + 1, 1, 1)
    figure.update_xaxes(type="date", range=[begin, end], **ticks.of_time(begin, end, MOST_YEARS))
    return figure


def _ticks(figure: go.Figure, lane: Lane, name: str, y: float, theme: Theme) -> None:
    figure.add_trace(
        go.Scatter(
            x=[one.released for one in lane.releases],
            y=[y - 0.1] * len(lane.releases),
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 9, "color": colour(lane.system, theme)},
            text=[label(_("{system} {version}, {day}", **_told(name, one))) for one in lane.releases],
            hoverinfo="text",
            customdata=[release_name(one) for one in lane.releases],
            unselected=UNDIMMED,
            name=label(name),
        )
    )


def _majors(figure: go.Figure, lane: Lane, name: str, y: float, theme: Theme) -> None:
    """The first release of each major version with its number, below it or, where another stands there, above it."""
    found = majors(lane.releases)
    places = sides([one.released for one, _major in found])
    figure.add_trace(
        go.Scatter(
            x=[one.released for one, _major in found],
            y=[y - 0.1] * len(found),
            mode="markers+text",
            marker={"symbol": sign(lane.system), "size": 10, "color": colour(lane.system, theme)},
            text=[f"{major}.0" for _one, major in found],
            textposition=[f"{place} center" for place in places],  # untranslated: a place
            textfont={"size": 10},
            hovertext=[
                label(_("{system} {version}, {day}: first of {major}", major=m, **_told(name, one))) for one, m in found
            ],
            hoverinfo="text",
            customdata=[release_name(one) for one, _major in found],
            unselected=UNDIMMED,
            name=label(_("{system}, majors", system=name)),
        )
    )


def _unknown(figure: go.Figure, since: date, today: date, y: float, theme: Theme) -> None:
    """The end of a lane that is older than a month: no release is seen there because nobody looked."""
    if (today - since).days <= FRESH_DAYS:
        return
    words = _("nothing is known after {day}", day=fmt.day(since))
    edges = {"x": [since, since, today, today], "y": [y - 0.28, y + 0.08, y + 0.08, y - 0.28]}
    figure.add_trace(go.Scatter(**edges, **hatched(words, theme)))


def sides(days: Sequence[date]) -> list[str]:
    """On which side of its sign each number stands: below, or above where the one below is of a day close by.

    Of three that are close together the third stands where the last one is farther away.
    """
    last = {"bottom": date.min, "top": date.min}
    places = []
    for day in days:
        free = (day - last["bottom"]).days >= LEAST_APART_DAYS or last["bottom"] <= last["top"]
        places.append("bottom" if free else "top")
        last[places[-1]] = day
    return places


def _told(name: str, one: DatedRelease) -> dict[str, str]:
    return {"system": name, "version": one.version, "day": fmt.day(one.released)}
