"""The raw samples behind a result as a figure: seconds a call of every round, in order, process by process."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.charts import ticks
from dashboard.charts.look import dressed, note
from dashboard.colours import PALETTES, Theme, colour, framework_of
from language.words import N_, _

SYMBOLS = {"latency": "circle", "throughput": "circle-open", "again": "x-thin"}
MOST_TIMES, MOST_ROUNDS = 5, 8
SAID = {"latency": N_("latency"), "throughput": N_("throughput"), "again": N_("the baseline again")}


def samples_chart(
    samples: Mapping[str, Sequence[Any]], variant: str, theme: Theme, carried: Sequence[str] = ()
) -> go.Figure:
    """Seconds per call by round; a thin rule stands where another process begins.

    ``carried`` are the names of the rounds, in the order measured.
    """
    ink = colour(framework_of(variant), theme)
    figure = go.Figure()
    rounds, process = samples.get("rounds") or (), samples.get("process") or ()
    for name, symbol in SYMBOLS.items():
        values = [value if fmt.known(value) else None for value in samples.get(name) or ()]
        if not any(value is not None for value in values):
            continue
        places = list(range(1, len(values) + 1))
        figure.add_trace(
            go.Scatter(
                x=places,
                y=values,
                mode="markers",
                name=_(SAID[name]),
                opacity=1.0 if name == "latency" else 0.55,
                marker={"color": ink, "size": 6, "symbol": symbol, "line": {"color": ink, "width": 1}},
                text=[_told(at, value, rounds, process) for at, value in enumerate(values)],
                hovertemplate="%{text}<extra></extra>",
                customdata=list(carried[: len(values)]) or None,
                unselected={"marker": {"opacity": 1.0 if name == "latency" else 0.55}},
                connectgaps=False,
            )
        )
    dressed(figure, theme, height=280)
    _processes(figure, process, theme)
    figure.update_layout(
        showlegend=True,
        hovermode="closest",
        legend={"orientation": "h", "y": 1.2},
        margin={"l": 60, "r": 8, "t": 48, "b": 62},
    )
    many = max((len(samples.get(name) or ()) for name in SYMBOLS), default=0)
    figure.update_xaxes(title={"text": _("round, in the order measured")}, showgrid=False)
    figure.update_xaxes(tick0=1, dtick=max(1, math.ceil(many / MOST_ROUNDS)))
    every = [value for name in SYMBOLS for value in samples.get(name) or () if fmt.known(value)]
    figure.update_yaxes(**ticks.of_times(max(every, default=1.0) * 1.08, MOST_TIMES))
    return figure


def _told(at: int, value: float | None, rounds: Sequence[int], process: Sequence[int]) -> str:
    told = {"n": rounds[at] + 1 if at < len(rounds) else at + 1, "time": fmt.duration(value)}
    if at < len(process):
        return _("round {n}, process {process}: {time}", process=process[at] + 1, **told)
    return _("round {n}: {time}", **told)


def _processes(figure: go.Figure, process: Sequence[int], theme: Theme) -> None:
    starts = [at for at, number in enumerate(process) if at == 0 or number != process[at - 1]]
    if len(starts) < 2:
        return
    for at in starts:
        figure.add_vline(x=at + 0.5, line={"color": PALETTES[theme].rule, "width": 1}, layer="below")
        words = _("process {n}", n=process[at] + 1)
        figure.add_annotation(
            **note(words, theme, size=10, x=at + 0.5, xref="x", y=1.0, yref="paper", xanchor="left", yanchor="bottom")
        )
