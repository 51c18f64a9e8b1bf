"""What stands where a chart will be until Plotly has come: as markup, on the page, and in the place of the chart."""

import html
import math
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

from catalog.load import load_catalog
from dashboard.analysis.explore import Choice, Mode
from dashboard.charts import ticks
from dashboard.charts.first_picture import MOST_POINTS, first_picture
from dashboard.charts.look import note
from dashboard.sections import adoption_chart, adoption_explorer, first_sight
from dashboard.sections.figure import written_out
from dashboard.seen import Sightings
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.test_browser import SHOWN_MS, settled
from tests.dashboard.test_figure_browser import shown

__all__ = ["shown"]
CATALOG = load_catalog()
PAIR = ("pytorch", "tensorflow")
HOSTILE = "<img src=x onerror=alert(1)>&\"'</style><script>"


def told(figure: go.Figure) -> str:
    return first_picture(orjson.loads(figure.to_json()))


def source(markup: str) -> str:
    """The picture inside the markup, as the browser reads it."""
    found = re.search(r'src="data:image/svg\+xml,([^"]*)"', markup)
    assert found
    return html.unescape(found[1]).replace("%23", "#").replace("%25", "%")


def simple(*values: float | None, log: bool = False) -> go.Figure:
    """Ten years, a value each where there is one."""
    at = [f"{2015 + index}-01-01" for index in range(len(values))]
    figure = go.Figure(go.Scatter(x=at, y=list(values), mode="lines", line={"color": "#102030", "dash": "dot"}))
    figure.update_layout(height=300, font={"size": 12, "color": "#444"}, margin={"l": 40, "r": 20, "t": 10, "b": 90})
    figure.update_xaxes(range=[pd.Timestamp("2015-01-01"), pd.Timestamp("2025-01-01")])
    span = [0, 3] if log else [0, 100]
    return figure.update_yaxes(range=span, type="log" if log else "linear")


def test_a_line_goes_through_its_values_and_is_cut_where_there_is_none() -> None:
    drawn = source(told(simple(0, 50, None, 100, 25)))
    day = 1_000 / (pd.Timestamp("2025-01-01") - pd.Timestamp("2015-01-01")).days
    second = f"{365 * day:.1f}"
    fourth, fifth = f"{(3 * 365 + 1) * day:.1f}", f"{(4 * 365 + 1) * day:.1f}"
    assert f"d='M0.0 1000.0L{second} 500.0M{fourth} 0.0L{fifth} 750.0'" in drawn
    assert "stroke='#102030' stroke-width='2' stroke-dasharray='3 3'" in drawn


def test_a_logarithmic_axis_is_one_and_leaves_out_what_it_cannot_show() -> None:
    drawn = source(told(simple(1, 1_000, 0, 10, log=True)))
    path = next(d for d in re.findall(r"d='([^']*)'", drawn) if "L" in d)
    assert [float(y) for y in re.findall(r" ([\d.]+)", path)] == [1000.0, 0.0, pytest.approx(666.7)]
    assert path.count("M") == 2


@pytest.mark.parametrize("mode", ["absolute", "share", "index", "growth_year", "growth_half", "age", "sources"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_has_one_with_its_names_and_years(
    mode: Mode, theme: str, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sections.adoption_chart", "sections.figure"):
        monkeypatch.setattr(f"dashboard.{module}.theme", lambda: theme)
    choice = Choice(CATALOG.metrics["stars"], PAIR, mode, log=mode == "absolute")
    seen = adoption_explorer.seen(choice, CATALOG)
    assert seen is not None
    made = written_out(adoption_chart.figure(seen, choice, CATALOG, True, headed=True))
    words = html.unescape(re.sub(r"<[^>]*>", " ", made.first))
    assert "PyTorch" in words
    assert "Framescope" not in words, "title and source are for the downloaded picture"
    assert re.search(r"\b20\d\d\b|years since", words)
    assert len([d for d in re.findall(r"d='([^']*)'", source(made.first)) if "L" in d]) >= 2
    assert f"height:{made.picture.layout.meta['seen_px']}px" in made.first
    assert "nan" not in source(made.first)


def test_no_word_and_no_colour_from_outside_becomes_markup() -> None:
    figure = simple(1, 2)
    figure.add_annotation(**note(HOSTILE, "light", x=0, y=0, xref="paper", yref="paper"))
    chart = orjson.loads(figure.to_json())
    chart["layout"]["font"]["color"] = chart["data"][0]["line"]["color"] = "red;background:url(//x)' onload='x"
    markup = first_picture(chart)
    assert "onerror=alert(1)&gt;" in markup, "it is read as it is written"
    assert not re.search(r"<(?!/?(div|img|span|br)\b)", markup)
    assert markup.count("<img") == 1
    assert "url(" not in markup
    assert "onload" not in source(markup)


@pytest.mark.parametrize(
    "other",
    [
        go.Figure(go.Bar(x=[1], y=[1])),
        go.Figure(go.Scatter(x=[1], y=[1])),
        simple(*[1.0] * (MOST_POINTS + 1)),
    ],
)
def test_what_it_cannot_draw_it_leaves_to_plotly(other: go.Figure) -> None:
    assert told(other) == ""


@pytest.mark.parametrize(
    ("begin", "end", "marks"),
    [
        ("2018-01-15", "2026-11-20", ["2020", "2022", "2024", "2026"]),
        ("2015-01-01", "2019-12-31", ["2015", "2016", "2017", "2018", "2019"]),
        ("2025-01-10", "2025-06-10", ["Mar 2025", "May 2025"]),
        ("2026-01-02", "2026-01-20", []),
    ],
)
def test_days_are_marked_by_round_ones(begin: str, end: str, marks: list[str]) -> None:
    found = ticks.of_dates(pd.Timestamp(begin), pd.Timestamp(end), 6)
    assert [word.replace("\u00a0", " ") for _, word in found] == marks


def words(marks: ticks.Ticks) -> list[str]:
    return [word.replace("\u00a0", " ") for _, word in marks]


def test_values_are_marked_by_round_ones() -> None:
    assert words(ticks.of_values(0, 3_100_000, 7)) == ["0", "500 k", "1 M", "1.5 M", "2 M", "2.5 M", "3 M"]
    assert words(ticks.of_values(-12, 30, 5, " %")) == ["-10 %", "0 %", "10 %", "20 %", "30 %"]
    assert ticks.of_values(1, 1, 7) == ticks.of_values(0, math.nan, 7) == []


def test_a_logarithmic_axis_has_few_marks_and_never_less_than_two() -> None:
    assert words(ticks.of_powers(0.1, 4.2, 7)) == ["10", "100", "1 k", "10 k"]
    assert words(ticks.of_powers(4.1, 5.5, 7)) == ["20 k", "50 k", "100 k", "200 k"], "not 60, 70, 80 and 90 too"
    assert words(ticks.of_powers(0.1, 0.9, 7)) == ["2", "3", "4", "5", "6", "7"]
    assert len(ticks.of_powers(0.01, 0.29, 7)) >= 2
    assert len(ticks.of_powers(-30, 30, 7)) <= 14


def test_in_chinese_marks_count_in_ten_thousands_and_name_months_as_the_page_does() -> None:
    with speaking("zh-CN"):
        assert words(ticks.of_values(0, 3_100_000, 7))[1:] == [
            "50 万",
            "100 万",
            "150 万",
            "200 万",
            "250 万",
            "300 万",
        ]
        assert words(ticks.of_powers(3.5, 8.5, 7)) == ["1 万", "10 万", "100 万", "1,000 万", "1 亿"]
        days = ticks.of_dates(pd.Timestamp("2025-01-10"), pd.Timestamp("2025-06-10"), 6)
        assert [word for _, word in days] == ["2025年3月", "2025年5月"]


def test_plotly_and_the_picture_are_told_the_same_marks(bundled: Path) -> None:
    choice = Choice(CATALOG.metrics["stars"], PAIR, "absolute")
    for language, mark in (("en", "100 k"), ("zh-CN", "10 万")):
        with speaking(language):
            seen = adoption_explorer.seen(choice, CATALOG)
            assert seen is not None
            made = written_out(adoption_chart.figure(seen, choice, CATALOG, False, headed=True))
        axis = made.picture.layout.yaxis
        assert mark.replace(" ", "\u00a0") in axis.ticktext
        assert all(f">{word}<" in made.first for word in axis.ticktext)


def test_it_comes_with_the_first_run_of_a_visit_alone(bundled: Path, site: Opened) -> None:
    opened = site("adoption", metric="stars")
    assert any('class="first-picture"' in one.proto.body for one in opened.get("html"))
    opened.session_state["adoption.metric"] = "downloads"
    opened.run()
    assert not opened.exception
    assert not any('class="first-picture"' in one.proto.body for one in opened.get("html"))


def test_a_chart_is_sent_when_its_picture_has_been_seen(
    bundled: Path, site: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited, marks = threading.Event(), Sightings()
    marks.served, sent = True, list[str]()

    def wait(mark: str, _seconds: float) -> bool:
        waited.set()
        return Sightings.wait(marks, mark, 60.0)

    def expected() -> str:
        sent.append(Sightings.expected(marks))
        return sent[-1]

    monkeypatch.setattr(marks, "wait", wait)
    monkeypatch.setattr(marks, "expected", expected)
    monkeypatch.setattr(first_sight, "SIGHTINGS", marks)
    done = list[Any]()
    visit = threading.Thread(target=lambda: done.append(site("adoption", metric="stars")), daemon=True)
    visit.start()
    assert waited.wait(60.0)
    assert done == []
    marks.came(sent[0])
    visit.join(60.0)
    assert f"./seen/{sent[0]}.svg" in "".join(one.proto.body for one in done[0].get("html"))
    assert len(done[0].get("plotly_chart")) == 1
    assert len(sent) == 1


@pytest.mark.browser
def test_it_stands_while_plotly_is_away_and_the_chart_takes_its_place(
    shown: str,  # the fixture of another file, of this name
    page: Page,
    shot: Callable[[Page, str], None],
) -> None:
    address = f"{shown}/adoption?metric=stars&system=pytorch&system=tensorflow&from=2019-03"
    page.route("**/PlotlyChart*", lambda route: route.abort())
    page.goto(address)
    picture = page.locator(".first-picture")
    expect(picture.locator("img")).to_be_visible(timeout=SHOWN_MS)
    assert picture.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    before = {name: picture.get_by_text(name, exact=True).first.bounding_box() for name in ("PyTorch", "2022")}
    height = picture.bounding_box()
    shot(page, "first-picture")
    page.unroute("**/PlotlyChart*")
    page.goto("about:blank")
    page.goto(address)
    settled(page)
    drawn = page.locator(".js-plotly-plot")
    expect(drawn.locator(".main-svg").first).to_be_visible(timeout=SHOWN_MS)
    expect(picture).to_be_hidden()
    for name, was in before.items():
        words = drawn.get_by_text(name, exact=True).first
        now, until = words.bounding_box(), time.monotonic() + SHOWN_MS / 1e3
        while now is None and time.monotonic() < until:  # Plotly draws twice: for its own width, then for the page's
            page.wait_for_timeout(50)
            now = words.bounding_box()
        assert now is not None
        assert was is not None
        assert (now["x"], now["y"]) == pytest.approx((was["x"], was["y"]), abs=5), name
    box = page.locator("[class*=st-key-drawn-]").first.bounding_box()
    assert box is not None
    assert height is not None
    assert (box["x"], box["y"], box["height"]) == pytest.approx((height["x"], height["y"], height["height"]), abs=2)
