"""No chart tells by colour alone: every ink that stands for something has a marker or a dash of its own."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import plotly.graph_objects as go
import pytest

from dashboard import colours
from dashboard.analysis.choice.ranking import Ranked
from dashboard.analysis.lanes import Lane
from dashboard.analysis.shares import pair_shares
from dashboard.analysis.speed import Ratio
from dashboard.analysis.speed_rows import Roof
from dashboard.analysis.support_latency import Weight
from dashboard.analysis.tidy import drawn
from dashboard.charts.lines import LineSpec, line_chart
from dashboard.charts.ranges import range_chart
from dashboard.charts.ratios import ratio_chart
from dashboard.charts.roofline import roofline
from dashboard.charts.signals import Line, signals_chart
from dashboard.charts.speed_history import history_chart
from dashboard.charts.timeline import timeline
from dashboard.charts.weights import weight_chart
from db.read import DatedRelease
from tests.dashboard.conftest import result
from tests.dashboard.made import TODAY, framed, months

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX", "mxnet": "MXNet"}
VARIANTS = ("torch.eager", "tensorflow.function", "keras.jax", "jax.jit")
FIRST = date(2022, 1, 1)


def lines(length: int) -> go.Figure:
    rows = [months(name, FIRST, [float(len(name))] * length) for name in NAMES]
    ready, _ = drawn(framed(*rows), "per_period", TODAY)
    return line_chart(ready, LineSpec(names=NAMES, order=tuple(NAMES)))


def weights() -> go.Figure:
    packages = ("torch", "tensorflow", "keras", "jaxlib")
    return weight_chart([Weight(one, "1.0", "linux", FIRST, 10**7) for one in packages], {}, "light")


def ratios() -> go.Figure:
    rows = [
        Ratio("lstm", "small", "numpy", variant, 2.0, 1.9, 2.1, "slower", "", 0.02, 5, None, {}) for variant in VARIANTS
    ]
    return ratio_chart(rows, "light")


def lanes() -> go.Figure:
    def release(system: str, number: int) -> DatedRelease:
        day = FIRST + timedelta(days=400 * number)
        return DatedRelease(system, "package_index", system, f"{number}.0", day, False, None, None)

    made = [Lane(one, "package_index", one, tuple(release(one, number) for number in range(3))) for one in NAMES]
    return timeline(made, NAMES, TODAY, "light")


def ranges() -> go.Figure:
    return range_chart([Ranked(one, 0.5, 0.4, 0.6) for one in colours.FRAMEWORKS], "light")


FIGURES = {
    "few months": lambda: lines(6),
    "many months": lambda: lines(40),
    "weights": weights,
    "ratios": ratios,
    "roofline": lambda: roofline([Roof(one, 10.0, 1e9) for one in VARIANTS], 1e11, 1e10, "light"),
    "timeline": lanes,
    "ranges": ranges,
}


def signs(figure: go.Figure) -> dict[str, set[str]]:
    """The markers and dashes that are seen in each ink; a marker without opacity is not."""
    found: dict[str, set[str]] = defaultdict(set)
    for trace in figure.data:
        if "lines" in (trace.mode or ""):
            found[trace.line.color].add(trace.line.dash or "solid")
        if "markers" in (trace.mode or "") and trace.marker.opacity != 0:
            found[trace.marker.color].add(trace.marker.symbol or "circle")
    return found


@pytest.mark.parametrize("name", list(FIGURES))
def test_each_framework_has_its_own_sign_beside_its_colour(name: str) -> None:
    found = signs(FIGURES[name]())
    own = {slug: found[ink] for slug in NAMES if (ink := colours.colour(slug)) in found}
    assert len(own) >= 4, "all frameworks are drawn"
    for slug, seen in own.items():
        assert colours.sign(slug) in seen, f"{slug}: {seen}"
        others = set().union(*(other for name, other in own.items() if name != slug))
        assert colours.sign(slug) not in others, slug


def test_every_signal_has_a_dash_of_its_own() -> None:
    both, _ = drawn(
        framed(months("pytorch", FIRST, [1, 2, 3]), months("tensorflow", FIRST, [3, 2, 1])), "per_period", TODAY
    )
    shares = pair_shares(both, "per_period")
    figure = signals_chart([Line(f"signal {n}", f"s{n}", shares) for n in range(12)], NAMES, "pytorch", TODAY, "light")
    dashes = [trace.line.dash for trace in figure.data if trace.meta["part"] == "share"]
    assert len(dashes) == len(set(dashes)) == 12
    named = [note.text for note in figure.layout.annotations]
    assert all(f"signal {n}" in named for n in range(12)), "and its name beside its end"


def test_a_variant_alone_has_the_sign_of_its_framework() -> None:
    row = result("lstm", "jax.jit", 0.01) | {
        "measured_at": datetime(2026, 1, 1, tzinfo=UTC),
        "run": 1,
        "step": None,
        "key": {},
    }
    assert signs(history_chart([row, row], "light"))[colours.colour("jax")] == {"solid", colours.sign("jax")}
