"""Axes of dates and times say theirs in the reader's language; Plotly's own words are English, and without a blank."""

from datetime import date, timedelta

import plotly.graph_objects as go
import pytest

from dashboard.analysis.lanes import Lane
from dashboard.analysis.support_latency import Weight
from dashboard.charts import ticks
from dashboard.charts.samples import samples_chart
from dashboard.charts.speed_history import history_chart
from dashboard.charts.timeline import timeline
from dashboard.charts.weights import weight_chart
from db.read import DatedRelease
from language.words import speaking
from tests.dashboard.made import TODAY
from tests.dashboard.test_format import flat
from tests.dashboard.test_second_signs import signals
from tests.dashboard.test_speed_figures import past


def marks(axis: go.layout.XAxis | go.layout.YAxis) -> list[str]:
    assert axis.ticktext is not None, "Plotly names what nobody named, in English"
    return [flat(word) for word in axis.ticktext]


def test_the_history_of_a_speed_names_days_and_times() -> None:
    rows = past(0.005, 0.012)
    made = history_chart(rows, "light")
    assert all(word.count(" ") == 2 for word in marks(made.layout.xaxis))
    assert marks(made.layout.yaxis) == ["0", "5 ms", "10 ms"]
    with speaking("zh-CN"):
        assert all("月" in word and word.endswith("日") for word in marks(history_chart(rows, "light").layout.xaxis))


def test_raw_samples_have_a_blank_before_their_unit() -> None:
    made = samples_chart({"latency": [4e-6, float("nan"), 1e-5]}, "torch.eager", "light")
    assert marks(made.layout.yaxis) == ["0", "5 µs", "10 µs"]
    assert tuple(made.layout.yaxis.range) == pytest.approx((0, 1.08e-5))
    assert made.layout.xaxis.dtick == 1, "there is no round one and a half"
    assert samples_chart({"latency": [1.0] * 60}, "torch.eager", "light").layout.xaxis.dtick == 8
    assert samples_chart({"latency": []}, "torch.eager", "light").layout.yaxis.ticktext


@pytest.mark.parametrize(
    ("high", "says"), [(3.2, ["0", "1 s", "2 s", "3 s"]), (4e-8, ["0", "10 ns", "20 ns", "30 ns"])]
)
def test_a_time_has_the_unit_that_fits_the_highest(high: float, says: list[str]) -> None:
    assert [flat(word) for word in ticks.of_times(high, 5)["ticktext"]][:4] == says


@pytest.mark.parametrize("days", [1, 2, 30, 31, 92])
def test_a_few_weeks_are_named_by_days_and_no_more_than_fit(days: int) -> None:
    for begin in (date(2026, 10, 24) + timedelta(days=at) for at in range(30)):
        made = ticks.of_time(begin, begin + timedelta(days=days), 3)
        assert 1 <= len(made["ticktext"]) <= 4 if days == 92 else 2 <= len(made["ticktext"]) <= 3


def test_releases_weights_and_signals_name_their_dates() -> None:
    one = DatedRelease("pytorch", "package_index", "torch", "2.0.0", date(2026, 2, 1), False, None, None)
    lanes = [Lane("pytorch", "package_index", "torch", (one,))]
    weights = [Weight("torch", "2.0", "linux", date(2026, at, 1), 10**8) for at in (1, 5, 9)]
    with speaking("zh-CN"):
        assert marks(timeline(lanes, {}, TODAY, "light").layout.xaxis)[0] == "2026年1月"
        assert all(word.endswith("月") for word in marks(weight_chart(weights, {}, "light").layout.xaxis))
        assert weight_chart([], {}, "light").layout.xaxis.ticktext is None
    years = marks(signals(1).layout.xaxis)
    assert years
    assert all(word.isdecimal() for word in years)
