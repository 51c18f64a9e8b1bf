"""An interval that is too wide to tell anything, as two unlike processes give: said to be so, and in nobody's way."""

from dataclasses import replace

import pytest

from dashboard import format as fmt
from dashboard.analysis import speed_findings
from dashboard.analysis.speed_rows import listed
from dashboard.charts.marks import ratio_mark
from dashboard.charts.ratios import ratio_chart, span_of
from dashboard.charts.speed_history import history_chart
from dashboard.sections import speed_figures
from dashboard.sections.verdicts import verdict_words
from language.words import speaking
from tests.dashboard.test_format import flat
from tests.dashboard.test_speed import LSTM
from tests.dashboard.test_speed_figures import past
from verdicts.ratios import WIDEST, Ratio, turned
from verdicts.speed_claims import Evidence, _span

TWO = "only two processes of each were had, which tell little of how processes differ"
OPEN = replace(
    LSTM, ratio=0.433, low=2.54e-9, high=7.39e7, verdict="too close to call", why=f"the interval holds 1; {TWO}"
)
AT_LEAST = replace(LSTM, ratio=60.0, low=1.2, high=3000.0)


def test_an_interval_is_too_wide_from_a_thousand_times_on_whichever_way_round() -> None:
    assert OPEN.wide
    assert turned(OPEN).wide
    assert AT_LEAST.wide
    assert not replace(LSTM, low=0.1, high=0.1 * WIDEST).wide
    assert not replace(LSTM, low=None).wide
    assert replace(LSTM, low=0.0).wide, "its lower end is too small for a number"


def test_its_ends_are_not_written_but_that_it_tells_nothing_and_why() -> None:
    assert fmt.interval(0.433, 2.54e-9, 7.39e7) == fmt.bounds(2.54e-9, 7.39e7) == "(interval over 1,000 × wide)"
    assert fmt.interval(60.0, 1.2, 3000.0) == "(at least 1.20; interval over 1,000 × wide)"
    assert fmt.interval(1 / 60, 1 / 3000, 1 / 1.2) == "(at least 1.20; interval over 1,000 × wide)"
    assert fmt.bounds(0.97, 1.05) == "(0.970–1.05)"
    assert verdict_words(OPEN) == f":gray[too close to call (interval over 1,000 × wide): {TWO}]"
    assert flat(verdict_words(AT_LEAST)) == "**60 × slower** :gray[(at least 1.20; interval over 1,000 × wide)]"
    with speaking("zh-CN"):
        assert "1,000" in verdict_words(OPEN)
        assert "wide" not in verdict_words(OPEN)


@pytest.mark.parametrize("row", [OPEN, turned(OPEN), AT_LEAST, replace(OPEN, low=1e-3, high=5000.0, ratio=400.0)])
def test_the_axis_does_not_follow_it(row: Ratio) -> None:
    assert span_of([LSTM, row]) <= 10
    figure = ratio_chart([LSTM, row], "light")
    bar, wide = [t for t in figure.data if t.meta["part"] == "interval"]
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert list(bar.x) == [1.6, 2.5]
    assert bar.line.dash is None
    assert wide.line.dash == "dot"
    assert low * 0.999 <= wide.x[0] < wide.x[1] <= high * 1.001
    assert wide.marker.symbol[1] == "triangle-right"
    assert wide.marker.symbol[0] == ("line-ns" if row is AT_LEAST else "triangle-left")
    told = " ".join(note.text for note in figure.layout.annotations).replace("<br>", " ")
    assert "1,000 × wide" in told
    assert "e+" not in told
    points = [t for t in figure.data if t.meta["part"] == "point"]
    assert all(low <= point.x[0] <= high for point in points)
    assert all("e+" not in text for point in points for text in point.text)


def test_the_small_picture_has_arrowheads_where_it_goes_on_beyond_the_scale() -> None:
    assert ratio_mark(OPEN, "light").count("<path") == 2
    assert ratio_mark(LSTM, "light").count("<path") == 0
    assert "stroke-dasharray" in ratio_mark(OPEN, "light")


def test_the_figure_explains_it_and_the_fastest_is_one_that_is_faster() -> None:
    assert any("over 1,000 × wide" in note for note in speed_figures._wide([LSTM, OPEN]))
    assert speed_figures._wide([LSTM]) == []
    sure = replace(LSTM, variant="jax.jit", ratio=0.8, low=0.7, high=0.9, verdict="faster")
    assert speed_findings.of_ratios([OPEN, sure]).endswith("the fastest is jax.jit")


def test_a_time_that_is_too_wide_has_no_ends_and_no_bar() -> None:
    row = {"workload": "lstm", "size": "small", "variant": "numpy", "status": "ok", "latency_median": 0.01}
    told = listed(row | {"latency_low": 1e-9, "latency_high": 3e5})
    assert (told["median"], told["low"], told["high"]) == (0.01, None, None)
    assert listed(row | {"latency_low": 0.009, "latency_high": 0.011})["low"] == 0.009
    rows = past(1.0, 1.0)
    rows[1]["latency_s"] |= {"low": 1e-8, "high": 4e7}
    line = history_chart(rows, "light").data[0]
    assert list(line.error_y.array) == [0.0, 0.0]
    assert list(line.error_y.arrayminus) == pytest.approx([0.1, 0.0])


def test_an_answer_to_a_claim_asks_for_a_closer_one_in_words() -> None:
    assert _span(Evidence("w", 0.433, OPEN.low, OPEN.high, None, (7,), "")) == "an interval over 1,000 × wide"
