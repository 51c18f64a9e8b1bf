"""Figures by their structure: what is joined, what is dotted, what is hatched, what is named."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.analysis.cuts import Cut
from dashboard.analysis.restarts import restarts
from dashboard.analysis.shares import indexed, indexed_at, pair_shares
from dashboard.analysis.tidy import drawn
from dashboard.charts.labels import spread, wrapped
from dashboard.charts.lines import LineSpec, line_chart
from dashboard.charts.marks import ratio_mark, ratio_scale, spark
from dashboard.charts.printed import FLAGS, LINE_PX, MOST_LINES, add_signature, addressed, meanings, seen_px
from dashboard.charts.ratios import ratio_chart
from dashboard.charts.samples import samples_chart
from dashboard.colours import PALETTES, colour, sign
from tests.dashboard.made import TODAY, framed, months, row
from tests.dashboard.test_speed import LSTM

FIRST = date(2025, 1, 1)
SPEC = LineSpec(names={"a": "Anna", "b": "<b>Bert</b>"}, order=("a", "b"))


def cut(day: date, system: str = "a", severs: bool = True) -> Cut:
    return Cut(1, day, None, "what", "effect", "https://example.org", severs, (system,))


def chart(rows: Sequence[Any], spec: LineSpec = SPEC, kind: str = "per_period") -> go.Figure:
    ready, _ = drawn(framed(list(rows)), kind, TODAY)
    return line_chart(ready, spec)


def part(figure: go.Figure, name: str, system: str = "a") -> list[Any]:
    return [t for t in figure.data if t.meta["part"] == name and t.meta.get("system", system) == system]


def joined(trace: Any) -> list[list[float]]:
    """The runs of neighbouring points that a trace draws a line through."""
    runs: list[list[float]] = [[]]
    for value in trace.y:
        if value is None or math.isnan(value):
            runs.append([])
        else:
            runs[-1].append(value)
    return [run for run in runs if run]


def test_no_line_joins_a_break() -> None:
    figure = chart(months("a", FIRST, [1, 2, 3, 4]), replace(SPEC, cuts=[cut(date(2025, 3, 1))]))
    (line,) = part(figure, "complete")
    assert joined(line) == [[1, 2], [3, 4]]
    assert line.connectgaps is False
    assert [s.x0 for s in figure.layout.shapes] == [date(2025, 3, 1)]
    assert any(a.name == "break" and a.text == "①" for a in figure.layout.annotations)


def test_a_remark_is_marked_and_joins() -> None:
    figure = chart(months("a", FIRST, [1, 2]), replace(SPEC, cuts=[cut(date(2025, 2, 1), severs=False)]))
    assert joined(part(figure, "complete")[0]) == [[1, 2]]
    assert figure.layout.shapes[0].line.dash == "dot"


def test_breaks_too_close_for_a_number_each_share_one_and_keep_their_rules() -> None:
    days = (date(2025, 2, 1), date(2025, 2, 3), date(2025, 2, 5), date(2025, 8, 1))
    cuts = [Cut(n, day, None, "what", "effect", "https://example.org", True, ("a",)) for n, day in enumerate(days, 1)]
    figure = chart(months("a", FIRST, list(range(1, 13))), replace(SPEC, cuts=cuts))
    assert [a.text for a in figure.layout.annotations if a.name == "break"] == ["①–③", "④"]
    assert [s.x0 for s in figure.layout.shapes] == list(days)


def test_a_gap_is_empty_and_hatched() -> None:
    figure = chart(months("a", FIRST, [1, None, 3]))
    assert joined(part(figure, "complete")[0]) == [[1], [3]]
    bands = [t for t in figure.data if t.meta["part"] == "unavailable"]
    assert [t.text for t in bands][:1] == ["No data"]
    assert all(t.fillpattern.shape == "/" for t in bands)


def test_a_gap_of_one_line_is_not_hatched_over_the_lines_that_go_on() -> None:
    figure = chart([*months("a", FIRST, [1, None, 3]), *months("b", FIRST, [1, 2, 3])])
    assert joined(part(figure, "complete")[0]) == [[1], [3]]
    assert not any(t.text == "No data" for t in figure.data if t.meta["part"] == "unavailable")


def test_no_data_yet_begins_where_the_figures_end_and_not_where_what_is_made_of_them_does() -> None:
    spec = replace(SPEC, last=TODAY, newest=TODAY)
    assert not any(t.meta["part"] == "unavailable" for t in chart(months("a", FIRST, [1, 2]), spec).data)


def test_a_logarithmic_axis_with_one_power_of_ten_is_marked_between_too_and_no_marks_collide() -> None:
    axis = chart(months("a", FIRST, [30, 200]), replace(SPEC, log=True)).layout.yaxis
    assert list(axis.ticktext) == ["50", "100", "200"]
    assert list(axis.tickvals) == pytest.approx([50, 100, 200]), "values, as Plotly takes them, not their logarithms"
    axis = chart(months("a", FIRST, [3, 2000]), replace(SPEC, log=True)).layout.yaxis
    assert [text.replace("\u00a0", " ") for text in axis.ticktext] == ["10", "100", "1 k"]


def test_the_running_period_hangs_on_by_dots() -> None:
    figure = chart([*months("a", FIRST, [1, 2]), row("a", date(2025, 3, 1), 1, status="partial")])
    assert joined(part(figure, "complete")[0]) == [[1, 2]]
    (dotted,) = part(figure, "partial")
    assert dotted.line.dash == "dot"
    assert list(dotted.y) == [2, 1]


def test_a_lower_bound_points_down() -> None:
    figure = chart([row("a", FIRST, 5, status="lower_bound")])
    (mark,) = part(figure, "lower bound")
    assert mark.marker.symbol == "triangle-down-open"


def test_lines_are_named_at_their_ends_in_their_colour_and_names_are_text() -> None:
    figure = chart([*months("a", FIRST, [1, 2]), *months("b", FIRST, [1, 2])])
    named = {a.text: a for a in figure.layout.annotations}
    assert named["Anna"].font.color == colour("a")
    assert "&lt;b&gt;Bert&lt;/b&gt;" in named
    assert abs(named["Anna"].y - named["&lt;b&gt;Bert&lt;/b&gt;"].y) >= 0.05
    assert all("<b>Bert" not in text for trace in figure.data for text in trace.text or ())


def test_a_logarithmic_axis_leaves_noughts_out() -> None:
    figure = chart(months("a", FIRST, [0, 10, 100]), replace(SPEC, log=True))
    assert figure.layout.yaxis.type == "log"
    assert joined(part(figure, "complete")[0]) == [[10, 100]]


def test_old_figures_end_in_a_hatched_band() -> None:
    figure = chart(months("a", FIRST, [1, 2]), replace(SPEC, last=TODAY))
    assert any(t.text == "No data yet" for t in figure.data if t.meta["part"] == "unavailable")


def test_flags_carry_their_words() -> None:
    figure = chart(months("a", FIRST, [1, 2]), replace(SPEC, flags=[(date(2025, 2, 1), "a", "Anna 2.0")]))
    assert any("⚑ Anna 2.0" in a.text for a in figure.layout.annotations)


def test_a_picture_says_whose_figures_it_shows() -> None:
    figure = chart(months("a", FIRST, [1, 2]))
    add_signature(figure, "A <finding>", "Made, MIT", "light")
    (said,) = [a.text for a in figure.layout.annotations if a.name == "source"]
    assert re.sub(r"</?span[^>]*>", "", said) == "A &lt;finding&gt;<br>Made, MIT"
    assert "font-size:15px" in said


def test_the_small_print_of_many_lines_stands_below_the_flags() -> None:
    for words in ("Made", "word " * 200):
        figure = chart(months("a", FIRST, [1, 2]))
        add_signature(figure, "A finding", words, "light")
        (small,) = [a for a in figure.layout.annotations if a.name == "source"]
        assert -small.yshift >= FLAGS
        assert figure.layout.margin.b + small.yshift >= LINE_PX * len(small.text.split("<br>"))


def test_a_picture_says_what_every_break_means_or_how_many_more_the_page_explains() -> None:
    assert meanings(["① why", "② what"]) == ["① why", "② what"], "one under the other"
    assert len(meanings(["word " * 60] * 3)) == 6
    many = meanings([f"({n}) why" for n in range(MOST_LINES + 7)])
    assert len(many) == MOST_LINES
    assert many[-1] == "… and 8 more, which the page explains."
    assert len(meanings(["why"] * MOST_LINES)) == MOST_LINES
    figure = chart(months("a", FIRST, [1, 2]))
    before = figure.layout.height
    add_signature(figure, "A finding", "Made", "light", [f"({n}) why" for n in range(20)])
    (small,) = [a for a in figure.layout.annotations if a.name == "source"]
    assert small.text.endswith("<br>(19) why")
    assert figure.layout.height - before >= 19 * LINE_PX, "the picture is so much taller"
    assert seen_px(figure.layout.to_plotly_json()) == before, "and the page shows no more than before"


def test_a_picture_holds_the_address_and_what_is_kept_of_a_figure_does_not() -> None:
    figure = chart(months("a", FIRST, [1, 2]))
    add_signature(figure, "A finding", "Made", "light")
    told, before = figure.to_dict(), figure.to_json()
    made = addressed(told, "/adoption?metric=<b>&view=share").to_dict()
    (small,) = [one for one in made["layout"]["annotations"] if one.get("name") == "source"]
    assert small["text"].endswith("<br>Made<br>/adoption?metric=&lt;b&gt;&amp;view=share")
    assert made["layout"]["height"] - told["layout"]["height"] == math.ceil(LINE_PX)
    assert made["layout"]["margin"]["b"] - told["layout"]["margin"]["b"] == math.ceil(LINE_PX)
    assert seen_px(made["layout"]) == seen_px(told["layout"])
    assert made["data"] is told["data"], "nothing is copied"
    assert figure.to_json() == before
    assert "/adoption" not in str(told["layout"])


def test_nothing_to_draw_is_an_empty_chart() -> None:
    ready, _ = drawn(framed(months("a", FIRST, [None])), "per_period", TODAY)
    assert not part(line_chart(ready, SPEC), "end")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_stand_on_the_ground_of_the_theme(theme: Any) -> None:
    figure = chart(months("a", FIRST, [1, 2]), replace(SPEC, theme=theme))
    assert figure.layout.plot_bgcolor == PALETTES[theme].background
    assert figure.layout.hoverlabel.bgcolor == PALETTES[theme].background


def test_names_are_pushed_apart_and_keep_their_order() -> None:
    moved = spread([0.5, 0.5, 0.99, 1.0], 0.1)
    assert moved == sorted(moved)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(moved))
    assert moved[-1] <= 1
    assert spread([]) == []


def test_ratios_have_points_with_intervals_and_the_rest_has_none() -> None:
    close = replace(LSTM, workload="matmul", verdict="too close to call", ratio=1.01, low=0.97, high=1.05)
    apart = replace(LSTM, workload="cnn", verdict="not comparable", why="layouts differ")
    figure = ratio_chart([LSTM, close, apart], "light")
    points = [t for t in figure.data if t.meta["part"] == "point"]
    bars = [t for t in figure.data if t.meta["part"] == "interval"]
    assert [list(t.x) for t in points] == [[2.0], [1.01]]
    assert [list(t.x) for t in bars] == [[1.6, 2.5], [0.97, 1.05]]
    assert points[0].marker.color == colour("tensorflow")
    assert points[1].marker.color == PALETTES["light"].undecided
    assert figure.layout.xaxis.type == "log"
    assert sum(a.text == "not comparable" for a in figure.layout.annotations) == 1


def test_a_ratio_stands_at_its_row_and_the_words_beside_the_plot() -> None:
    rows = [LSTM, replace(LSTM, workload="a_workload_of_a_name_that_is_long_" * 3)]
    figure = ratio_chart(rows, "light")
    points = [t for t in figure.data if t.meta["part"] == "point"]
    words = figure.layout.annotations
    assert [point.y[0] for point in points] == [1, 0]
    assert {word.y for word in words} == {1, 0}
    assert all(word.xshift < 0 and word.x == 0 for word in words)
    assert figure.layout.margin.l >= 8 + 6.3 * max(len(word.text) for word in words), "in the widest face of a picture"
    assert figure.layout.margin.l < 200, "on a phone half of the screen is left for the plot"
    assert figure.layout.yaxis.range[0] == -0.5
    assert not any("tensorflow.function" in word.text for word in words), "of one pair the title says which"
    other = ratio_chart([LSTM, replace(LSTM, variant="jax.jit")], "light")
    assert any("jax.jit over torch.eager" in word.text for word in other.layout.annotations)


def test_raw_samples_keep_their_holes() -> None:
    figure = samples_chart({"latency": [0.1, float("nan"), 0.2], "throughput": []}, "torch.eager", "light")
    assert list(figure.data[0].y) == [0.1, None, 0.2]
    assert len(figure.data) == 1


def shares(values: list[float | None]) -> pd.DataFrame:
    rows = framed(months("pytorch", FIRST, values), months("tensorflow", FIRST, [5.0] * len(values)))
    ready, _ = drawn(rows, "per_period", TODAY)
    return pair_shares(ready, "per_period")


def test_a_spark_is_cut_at_breaks_and_ends_in_a_dot() -> None:
    whole = ElementTree.fromstring(spark(shares([1, 2, 3, 9]), "pytorch", [], TODAY, "light"))  # noqa: S314  # our own
    cutted = ElementTree.fromstring(  # noqa: S314  # our own
        spark(shares([1, 2, 3, 9]), "pytorch", [date(2025, 3, 1)], TODAY, "light")
    )
    space = "{http://www.w3.org/2000/svg}"
    assert len(whole.findall(f"{space}polyline")) == 1
    assert len(cutted.findall(f"{space}polyline")) == 2
    assert whole.findall(f"{space}circle")[-1].get("fill") == colour("pytorch")
    assert whole.find(f"{space}line").get("stroke-dasharray")  # type: ignore[union-attr]  # it is there


def test_a_spark_is_not_drawn_through_missing_figures() -> None:
    space = "{http://www.w3.org/2000/svg}"
    whole = shares([1, 2, 3, 4, 5, 9])
    hollow = whole.drop(index=[2, 3]).reset_index(drop=True).assign(hole=[False, False, True, False])
    for made in (hollow, shares([1, 2, None, 4, 9])):
        picture = ElementTree.fromstring(spark(made, "pytorch", [], TODAY, "light"))  # noqa: S314  # our own
        assert len(picture.findall(f"{space}polyline")) == 2
        assert len(picture.findall(f"{space}polygon")) == 2


def test_a_ratio_mark_is_drawn_only_where_there_is_a_ratio() -> None:
    assert "<circle" in ratio_mark(LSTM, "light")
    assert "<circle" not in ratio_mark(replace(LSTM, verdict="not comparable"), "light")
    assert PALETTES["dark"].undecided in ratio_mark(replace(LSTM, verdict="too close to call"), "dark")


@pytest.mark.parametrize(("ratio", "tip"), [(62.0, 7), (0.01, -7)])
def test_a_ratio_beyond_the_scale_is_an_arrowhead_and_no_dot(ratio: float, tip: int) -> None:
    drawn = ratio_mark(replace(LSTM, ratio=ratio, low=ratio, high=ratio), "light")
    assert "<circle" not in drawn
    start, point = (float(x) for x in re.findall(r"[ML]([\d.]+) ", drawn)[:2])
    assert point - start == pytest.approx(tip)
    assert "same" in ratio_scale("light")


def test_small_print_in_chinese_is_as_wide_as_in_english() -> None:
    text = (
        "软件包下载量，日均下载次数 · Top PyPI Packages, none stated; figures are facts, credit the origin · Framescope"
    )
    lines = wrapped(text, 40)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) == 3
    for line in lines:
        assert sum(2 if "\u2e80" <= sign <= "\uffef" else 1 for sign in line) <= 40, line
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("", 7) == []


def test_an_index_says_at_the_rule_and_on_the_line_where_it_begins_at_100_again() -> None:
    breaks = [cut(date(2025, 3, 1)), cut(date(2025, 5, 1), "b"), cut(date(2025, 4, 1), severs=False)]
    severed = {"a": [date(2025, 3, 1)], "b": [date(2025, 5, 1)]}
    ready, _ = drawn(
        framed(months("a", FIRST, [2, 4, 8, 8, None, 8]), months("b", FIRST, [5] * 6)), "per_period", TODAY
    )
    made = indexed(ready, severed)
    found = restarts(made, breaks)
    assert [(one.system, one.at.month, one.cut.month) for one in found] == [("a", 3, 3), ("b", 5, 5)], "no gap is one"
    figure = line_chart(made, replace(SPEC, cuts=breaks, again=found))
    (mark,) = part(figure, "again")
    assert (mark.marker.symbol, list(mark.y)) == (f"{sign('a')}-open", [100])
    assert mark.text[0] == "Anna begins again at 100, after a break"
    assert part(figure, "again", "b")[0].text[0].startswith("&lt;b&gt;Bert")
    said = [(a.x, a.text) for a in figure.layout.annotations if a.name == "again"]
    assert said == [(date(2025, 3, 1), "= 100"), (date(2025, 5, 1), "= 100")]
    assert not [a for a in line_chart(made, replace(SPEC, cuts=breaks)).layout.annotations if a.name == "again"]


def test_the_stretch_with_the_month_of_the_base_does_not_begin_again() -> None:
    ready, _ = drawn(framed(months("a", FIRST, [1, 2, 3, 6, 9, 9])), "per_period", TODAY)
    severed, breaks = {"a": [date(2025, 3, 1)]}, [cut(date(2025, 3, 1))]
    assert not restarts(indexed_at(ready, severed, date(2025, 4, 1)), breaks)
    assert len(restarts(indexed_at(ready, severed, date(2025, 1, 1)), breaks)) == 1


def test_a_chinese_line_ends_where_a_reader_expects_it() -> None:
    lines = wrapped("★ 开发者问卷（NeurIPS）（止于 2020年6月）", 16)
    assert "".join(lines).replace(" ", "") == "★开发者问卷（NeurIPS）（止于2020年6月）"
    assert not [one for one in lines if one[0] in "），。" or one[-1] in "（“"]
    assert any("2020年6月）" in one for one in lines), "a date stays whole"
