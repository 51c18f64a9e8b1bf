"""No chart tells by colour alone: every ink that stands for something has a marker or a dash of its own."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import colours
from dashboard.analysis.choice.ranking import Ranked
from dashboard.analysis.crossings import Crossing, crossing
from dashboard.analysis.cuts import Cut
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
from dashboard.charts.signal_breaks import numbered
from dashboard.charts.signal_lines import NAME_PX, Line
from dashboard.charts.signals import HEIGHT, signals_chart
from dashboard.charts.speed_history import history_chart
from dashboard.charts.timeline import timeline
from dashboard.charts.weights import weight_chart
from db.read import DatedRelease
from tests.dashboard.conftest import result
from tests.dashboard.made import TODAY, framed, months

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX", "mxnet": "MXNet"}
VARIANTS = ("torch.eager", "tensorflow.function", "keras.jax", "jax.jit")
FIRST = date(2022, 1, 1)
SIGN = re.compile(r'<span style="color:(#\w+)">(.)</span>.*')


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


def read(text: str) -> str:
    """A note as it is read."""
    return re.sub(r"</?span[^>]*>", "", text).replace("\u00a0", " ")


def three() -> pd.DataFrame:
    """Shares from 25 % to 75 %, from the January of 2022."""
    both, _ = drawn(
        framed(months("pytorch", FIRST, [1, 2, 3]), months("tensorflow", FIRST, [3, 2, 1])), "per_period", TODAY
    )
    return pair_shares(both, "per_period")


def a_cut(day: date, severs: bool = True) -> Cut:
    return Cut(9, day, None, "Counted otherwise.", "up", "https://example.org", severs, ("pytorch",))


def signals(many: int, **more: Any) -> go.Figure:
    """So many signals of the same shares, 25 % to 75 %, from the January of 2022."""
    shares = three()
    made = [Line(f"signal {n}", f"s{n}", shares, crossing=crossing(shares), **more) for n in range(many)]
    return signals_chart(made, NAMES, "pytorch", TODAY, "light")


def test_every_signal_has_a_dash_and_a_sign_of_its_own_and_no_two_share_all_three() -> None:
    figure = signals(11)
    told = [trace for trace in figure.data if trace.meta["part"] == "share"]
    ends = {trace.meta["signal"]: trace.marker.symbol for trace in figure.data if trace.meta["part"] == "end"}
    kept = [trace.unselected.marker.opacity for trace in figure.data if trace.meta["part"] == "end"]
    assert kept == [1] * 11, "and stays where another point is open"
    assert len({trace.line.dash for trace in told}) == len(set(ends.values())) == 11
    named = [SIGN.fullmatch(note.text) for note in figure.layout.annotations if "until" in note.text]
    assert len({found[2] for found in named if found}) == 11, "the sign stands before the name too"
    inks = {trace.meta["signal"]: trace.line.color for trace in told}
    assert len(set(inks.values())) == 11, "no two lines of a chart have one colour"
    assert {found[1] for found in named if found} == set(inks.values()), "which the sign before the name has too"
    assert {note.font.color for note in figure.layout.annotations if "until" in note.text} == {
        colours.PALETTES["light"].text
    }, "and the name can be read"


def test_a_signal_keeps_its_look_when_another_has_no_figures() -> None:
    whole, fewer = signals(3), signals(1, place=2)
    (alone,) = [trace for trace in fewer.data if trace.meta["part"] == "share"]
    third = next(trace for trace in whole.data if trace.meta == {"signal": "s2", "part": "share"})
    assert (alone.line.color, alone.line.dash) == (third.line.color, third.line.dash)


def test_the_lines_and_their_axis_stand_on_the_first_screen_and_the_bars_below() -> None:
    figure = signals(6)
    layout = figure.layout
    inner = layout.height - layout.margin.t - layout.margin.b
    axis_px = layout.margin.t + (1 - layout.yaxis.domain[0]) * inner + 24
    assert layout.xaxis.anchor == "y"
    assert axis_px <= 384, "a window of 720 px has so much below the tabs"
    assert layout.yaxis2.domain[1] < layout.yaxis.domain[0]
    assert (1 - layout.yaxis.domain[0]) * inner >= HEIGHT - 1


def test_many_names_make_the_lines_higher_and_lie_beside_them() -> None:
    figure = signals(11)
    named = [note for note in figure.layout.annotations if "until" in note.text]
    assert min(note.y for note in named) >= figure.layout.yaxis.domain[0] - 0.01


def test_a_line_that_ended_says_when_and_one_of_today_does_not() -> None:
    names = [read(note.text).replace("<br>", " ") for note in signals(1).layout.annotations]
    assert "● signal 0, until Mar 2022" in names
    recent, _ = drawn(
        framed(months("pytorch", date(2026, 1, 1), [1, 2]), months("tensorflow", date(2026, 1, 1), [3, 2])),
        "per_period", TODAY,
    )  # fmt: skip
    line = Line("signal", "s", pair_shares(recent, "per_period"))
    figure = signals_chart([line], NAMES, "pytorch", TODAY, "light")
    assert "● signal" in [read(note.text) for note in figure.layout.annotations]


def test_a_line_ends_in_the_month_that_the_overview_dates_its_figures_by() -> None:
    names = [read(note.text) for note in signals(1, newest=date(2022, 6, 12)).layout.annotations]
    assert "● signal 0, until<br>Jun 2022" in names, "a year that was never finished reaches the day it was read"


def test_the_highest_name_lies_below_the_camera() -> None:
    figure = signals(1)
    assert figure.layout.margin.t - 1.5 * NAME_PX >= 30


@pytest.mark.parametrize(
    ("first", "last", "at", "place"),
    [
        (date(2016, 1, 1), date(2016, 9, 1), 1, "middle right"),
        (date(2024, 1, 1), date(2025, 9, 1), 0, "middle left"),
        (date(2018, 12, 31), date(2023, 12, 1), 1, "top left"),
        (date(2020, 12, 31), date(2025, 12, 1), 0, "middle left"),
    ],
)
def test_the_months_of_a_bar_touch_no_name_on_a_phone(first: date, last: date, at: int, place: str) -> None:
    found = Crossing("pytorch", first, last, 1)
    shares = pair_shares(
        drawn(framed(months("pytorch", FIRST, [1]), months("tensorflow", FIRST, [3])), "per_period", TODAY)[0],
        "per_period",
    )
    figure = signals_chart([Line("s", "s", shares, crossing=found)], NAMES, "pytorch", TODAY, "light")
    (bar,) = (trace for trace in figure.data if trace.meta["part"] == "crossing")
    assert (bar.textposition, [bool(text) for text in bar.text].index(True)) == (place, at)


def test_names_of_several_lines_lie_apart_by_their_height() -> None:
    figure = signals(6)
    named = [note for note in figure.layout.annotations if "until" in note.text]
    room = (figure.layout.height - figure.layout.margin.t - figure.layout.margin.b) / 14.3
    tops = sorted((note.y * room - len(note.text.split("<br>")) / 2, note.y * room, note.text) for note in named)
    for (low, middle, text), (above, _y, _text) in pairwise(tops):
        assert above >= middle + len(text.split("<br>")) / 2 - 0.01, (low, text)


def test_a_bar_says_its_months_and_its_ends_open_the_points_it_lies_between() -> None:
    (bar,) = [trace for trace in signals(1).data if trace.meta["part"] == "crossing"]
    assert [text.replace("\u00a0", " ") for text in bar.text] == ["Feb 2022–Mar 2022", ""], "left of a late one"
    assert list(bar.customdata) == ["s0~2022-02-01~2022-03-01", "s0~2022-03-01~2022-04-01"]


def test_a_variant_alone_has_the_sign_of_its_framework() -> None:
    row = result("lstm", "jax.jit", 0.01) | {
        "measured_at": datetime(2026, 1, 1, tzinfo=UTC),
        "run": 1,
        "step": None,
        "key": {},
    }
    assert signs(history_chart([row, row], "light"))[colours.colour("jax")] == {"solid", colours.sign("jax")}


def broken(**more: Any) -> list[Line]:
    """Two lines of the same shares, both cut in February 2022; the second by a remark and a later break besides."""
    one = Line("one", "s1", three(), [date(2022, 2, 1)], cuts=[a_cut(date(2022, 2, 1))], **more)
    two = [a_cut(date(2022, 2, 1)), a_cut(date(2022, 2, 5), severs=False), a_cut(date(2025, 1, 1))]
    return numbered([one, replace(one, name="two", metric="s2", cuts=two)], date(2015, 1, 1))


def test_a_break_is_a_numbered_stroke_in_the_gap_of_the_line_that_it_cuts() -> None:
    lines = broken()
    assert [[cut.index for cut in line.cuts] for line in lines] == [[1], [2]], "what cuts nothing has no number"
    figure = signals_chart(lines, NAMES, "pytorch", TODAY, "light")
    strokes = {trace.meta["signal"]: trace for trace in figure.data if trace.meta["part"] == "break"}
    assert {name: (one.text, one.x, one.y) for name, one in strokes.items()} == {
        "s1": (("①",), (date(2022, 2, 1),), (37.5,)),
        "s2": (("②",), (date(2022, 2, 1),), (37.5,)),
    }
    assert not figure.layout.shapes[1:], "but the rule at one half none goes through all lines"


def test_a_line_that_stands_alone_has_numbered_rules() -> None:
    (line, _) = broken(system="pytorch")
    figure = signals_chart([line], NAMES, "pytorch", TODAY, "light")
    assert [note.text for note in figure.layout.annotations if note.name == "break"] == ["①"]
    assert not [trace for trace in figure.data if trace.meta["part"] == "break"]
    said = next(note for note in figure.layout.annotations if "share of the two" in note.text)
    assert said.yshift > 30, "above the numbers"
