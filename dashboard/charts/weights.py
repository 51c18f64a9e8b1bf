"""The weight of wheels over time as a figure: one line a package, named at its end."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard import format as fmt
from dashboard.analysis.support_latency import Weight
from dashboard.charts import ticks
from dashboard.charts.look import UNDIMMED, dressed, note
from dashboard.colours import Theme, colour, sign
from language.words import _

HEIGHT = 320
SYSTEMS = {"torch": "pytorch", "jaxlib": "jax"}
_MIB = 2**20
_TICKS = (1, 10, 100, 1_000, 10_000)


def weight_chart(weights: Sequence[Weight], names: Mapping[str, str], theme: Theme) -> go.Figure:
    """Bytes by the day of upload on a logarithmic axis; ``names`` are the packages' names for people."""
    figure = go.Figure()
    for package in dict.fromkeys(weight.package for weight in weights):
        own = [weight for weight in weights if weight.package == package]
        system = SYSTEMS.get(package, package)
        name, ink = names.get(package, package), colour(system, theme)
        figure.add_trace(
            go.Scatter(
                x=[weight.uploaded for weight in own],
                y=[weight.size / _MIB for weight in own],
                mode="lines+markers",
                line={"color": ink, "width": 2},
                marker={"symbol": sign(system), "size": 6, "color": ink},
                text=[_told(name, weight) for weight in own],
                hovertemplate="%{text}<extra></extra>",
                customdata=[weight.name for weight in own],
                unselected=UNDIMMED,
                name=name,
            )
        )
        figure.add_annotation(**_end(own[-1], name, ink, theme))
    dressed(figure, theme, height=HEIGHT, title=_("What the wheels weigh"))
    figure.update_layout(hovermode="closest", margin={"l": 64, "r": 96, "t": 12, "b": 34})
    days = [weight.uploaded for weight in weights]
    figure.update_xaxes(**ticks.of_time(min(days), max(days)) if days else {})
    figure.update_yaxes(type="log", tickvals=list(_TICKS), ticktext=[fmt.size(tick * _MIB) for tick in _TICKS])
    return figure


def _told(name: str, one: Weight) -> str:
    return _("{package} {version}: {size}", package=name, version=one.version, size=fmt.size(one.size))


def _end(last: Weight, name: str, ink: str, theme: Theme) -> dict[str, object]:
    height = math.log10(max(last.size, 1) / _MIB)
    return note(name, theme, x=last.uploaded, y=height, xanchor="left", xshift=8, color=ink)
