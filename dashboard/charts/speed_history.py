"""The history of a speed as a figure: medians of a variant over runs with their intervals, steps and new versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.charts import ticks
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import PALETTES, Theme, colour, framework_of, sign
from language.lists import commas
from language.words import _
from verdicts.ratios import wide

Row = dict[str, Any]
ALONE, LEAST = timedelta(days=30), timedelta(days=2)
"""How much time the axis spans at least: around one run, and around several."""
BESIDE = 0.05
MOST_DAYS, MOST_TIMES = 3, 5


def history_chart(rows: Sequence[Row], theme: Theme, carried: Sequence[str] = ()) -> go.Figure:
    """Results of one key, oldest first: a line of medians; steps numbered, a change of versions flagged.

    ``carried`` are the names of the points, one a result.
    """
    variant = rows[0]["variant"]
    ink = colour(framework_of(variant), theme)
    times = [row["latency_s"] for row in rows]
    medians, ends = [time["median"] for time in times], [_ends(time) for time in times]
    figure = go.Figure(
        go.Scatter(
            x=[row["measured_at"] for row in rows],
            y=medians,
            mode="lines+markers",
            line={"color": ink, "width": 2},
            marker={"symbol": sign(framework_of(variant)), "size": 8, "color": ink},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - t["median"] for t, (_low, high) in zip(times, ends, strict=True)],
                "arrayminus": [t["median"] - low for t, (low, _high) in zip(times, ends, strict=True)],
                "color": ink,
                "thickness": 1.5,
                "width": 3,
            },
            text=[_told(row) for row in rows],
            hovertemplate="%{text}<extra></extra>",
            customdata=list(carried) or None,
            unselected=UNDIMMED,
        )
    )
    for number, row in enumerate(stepped(rows), 1):
        _mark(figure, row, fmt.circled(number), theme)
    for row, _what in version_changes(rows):
        figure.add_annotation(
            **note("⚑", theme, x=row["measured_at"], xref="x", y=0, yref="paper", yanchor="bottom", size=14)
        )
    dressed(figure, theme, height=320)
    figure.update_layout(hovermode="closest", margin={"l": 64, "r": 16, "t": 28, "b": 40})
    days = _days(rows)
    figure.update_xaxes(range=days, **ticks.of_time(*days, MOST_DAYS))
    figure.update_yaxes(**ticks.of_times(max(high for _low, high in ends) * 1.08, MOST_TIMES))
    return figure


def _days(rows: Sequence[Row]) -> tuple[datetime, datetime]:
    """From when to when the axis goes: days around the runs, since the milliseconds of a run say nothing."""
    first, last = rows[0]["measured_at"], rows[-1]["measured_at"]
    least = LEAST if last > first else ALONE
    beside = max((least - (last - first)) / 2, BESIDE * (last - first))
    return first - beside, last + beside


def _ends(time: Mapping[str, Any]) -> tuple[float, float]:
    """The ends of a bar; the median twice where there is no interval, or one too wide to tell, which would hide all."""
    low, high, middle = time.get("low"), time.get("high"), time["median"]
    return (middle, middle) if wide(low, high) else (low or middle, high or middle)


def stepped(rows: Sequence[Row]) -> list[Row]:
    """The results that made a step, in order."""
    return [row for row in rows if row.get("step")]


def version_changes(rows: Sequence[Row]) -> list[tuple[Row, str]]:
    """Each result measured with other versions than the one before, and what changed in words."""
    found = []
    for before, after in pairwise(rows):
        was, now = _versions(before), _versions(after)
        changed = [f"{name} {was.get(name, '?')} → {now[name]}" for name in now if now[name] != was.get(name)]
        if changed:
            found.append((after, commas(changed)))
    return found


def _told(row: Row) -> str:
    when, time = fmt.moment(row["measured_at"]), fmt.duration(row["latency_s"]["median"])
    return _("run {run}, {moment}: {time}", run=row["run"], moment=when, time=time)


def _versions(row: Row) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (row.get("key") or {}).get("versions") or {}
    return found


def _mark(figure: go.Figure, row: Row, name: str, theme: Theme) -> None:
    dash = "solid" if row["step"]["state"] == "confirmed" else "dot"
    figure.add_vline(x=row["measured_at"], line={"color": PALETTES[theme].rule, "width": 1, "dash": dash})
    where = {"x": row["measured_at"], "xref": "x", "y": 1.0, "yref": "paper", "yanchor": "bottom"}
    figure.add_annotation(**note(name, theme, size=13, **where))
