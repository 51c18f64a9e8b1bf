"""The figure every chart stands in, as Adoption has it: its files, its address, its receipts, its embedding."""

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from catalog.load import load_catalog
from dashboard import data, evidence
from dashboard.analysis.explore import Choice, Mode
from dashboard.analysis.periods import meant
from dashboard.sections import adoption_chart, adoption_explorer, adoption_notes, links
from dashboard.sections import figure as figure_section
from dashboard.sections.figure import Figure, signed
from dashboard.sections.figure_files import csv_of, json_of
from tests.dashboard.conftest import Opened, measured
from tests.dashboard.test_views import asked, words

CATALOG = load_catalog()
PAIR = ("pytorch", "tensorflow")
LINK = "http://127.0.0.1/adoption?metric=stars"
POINT = "stars~2026-08-01~2026-09-01"
INSIDE = "stars~2025-06-01~2025-07-01"


@pytest.fixture
def figure(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> Figure:
    monkeypatch.setattr("dashboard.sections.adoption_chart.theme", lambda: "light")
    choice = Choice(CATALOG.metrics["stars"], PAIR, source="history.github-ranking")
    shown = adoption_explorer.seen(choice, CATALOG)
    assert shown is not None
    return adoption_chart.figure(shown, choice, CATALOG, True, headed=False)


def test_the_json_has_the_origin_and_the_receipt_of_every_row(figure: Figure) -> None:
    told = json.loads(json_of(figure, LINK))
    assert told["link"] == LINK
    assert told["sources"][0]["licence"] == "MIT"
    newest = next(r for r in told["rows"] if (r["system"], r["period_start"]) == ("pytorch", "2026-08-01"))
    assert newest["value"] == 102529
    receipt = told["receipts"][str(newest["receipts"][0])]
    assert len(receipt["sha256"]) == 64
    assert all(row["receipts"] for row in told["rows"] if row["value"] is not None)
    assert told["breaks"][0]["what"]


def test_the_csv_says_whose_it_is_and_leads_back(figure: Figure) -> None:
    lines = csv_of(figure, LINK).splitlines()
    heads = [line for line in lines if line.startswith("# ")]
    assert f"# link: {LINK}" in heads
    assert any(line.startswith("# licence: MIT") for line in heads)
    rows = list(csv.DictReader(lines[len(heads) :]))
    assert {row["system"] for row in rows} == set(PAIR)


def test_a_source_without_an_address_has_no_line_for_it_and_no_date_is_unknown(figure: Figure) -> None:
    bare = replace(figure, credits=[replace(one, url="") for one in figure.credits], collected="")
    lines = csv_of(bare, LINK).splitlines()
    assert "# collected: unknown" in lines
    assert not any(line.startswith("# address") for line in lines)


def test_the_picture_holds_its_title_and_source(figure: Figure) -> None:
    (small,) = [one for one in signed(figure).layout.annotations if one.name == "source"]
    said = small.text.replace("<br>", " ")
    assert " ".join(figure.title.split()) in said
    assert "GitHub Ranking, MIT" in said
    assert figure.alt.startswith(figure.title)


def test_the_picture_says_what_its_breaks_mean(figure: Figure) -> None:
    assert figure.breaks
    (small,) = [one for one in signed(figure).layout.annotations if one.name == "source"]
    assert all(" ".join(one.split())[:14] in small.text for one in figure.breaks)
    assert small.align == "left", "a file in another face runs over no edge"


@pytest.mark.parametrize("view", ["absolute", "index"])
def test_the_picture_of_many_breaks_says_each_and_where_the_page_is(view: str, site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="downloads", view=view, point="downloads~2026-03-01~2026-04-01")
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    (small,) = [one["text"] for one in layout["annotations"] if one.get("name") == "source"]
    explained = re.findall(r"^([\u2460-\u2473]) \d", words(app), re.MULTILINE)
    assert len(explained) > 10
    assert [line[0] for line in small.split("<br>") if line[:1] in explained] == explained
    address = small.rpartition("<br>")[2]
    assert "metric=downloads" in address
    assert ("view=index" in address) == (view == "index")
    assert "point=" not in address, "a picture shows none, and the chart would be drawn anew with each"


def test_the_address_in_a_picture_is_whole_where_the_site_has_a_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "permalink", lambda: "http://10.0.0.7:8501/adoption?metric=stars&point=a~b&lang=en")
    monkeypatch.setattr(links, "public", lambda: "")
    assert links.printed() == "/adoption?metric=stars&lang=en"
    monkeypatch.setattr(links, "public", lambda: "https://framescope.example.org/site")
    assert links.printed() == "https://framescope.example.org/site/adoption?metric=stars&lang=en"


def test_each_row_of_the_table_is_named_like_the_points_of_the_picture(figure: Figure) -> None:
    drawn = {name for trace in figure.picture.data if trace.customdata is not None for name in trace.customdata}
    assert figure.points[0] == POINT
    assert POINT in drawn
    assert len(figure.points) == len(figure.table)


@pytest.mark.parametrize("mode", ["share", "index", "growth_year", "growth_half", "age", "sources"])
def test_every_view_is_drawn_of_the_bundled_figures(mode: Mode, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sections.adoption_chart.theme", lambda: "dark")
    choice = Choice(CATALOG.metrics["stars"], PAIR, mode, log=True, smooth=3 if mode == "share" else 0)
    shown = adoption_explorer.seen(choice, CATALOG)
    assert shown is not None
    made = adoption_chart.figure(shown, choice, CATALOG, True, headed=True)
    assert shown.frame["value"].notna().any()
    assert json.loads(json_of(made, LINK))["view"] == mode
    below = bool((shown.frame["value"] <= 0).any())
    assert adoption_notes.log_possible(shown, choice) is not below


def test_behind_a_point_are_stored_figures_and_their_receipts(bundled: Path) -> None:
    found = evidence.behind("stars", PAIR, ["history.github-ranking"], date(2026, 8, 1), date(2026, 9, 1))
    assert {one.row.system for one in found} == set(PAIR)
    assert all(one.receipt is not None and one.receipt.status for one in found)


def test_a_link_restores_metrics_view_mean_months_base_and_point(site: Opened, bundled: Path) -> None:
    query: dict[str, str | list[str]] = {
        "metric": ["stars", "forks"], "system": ["pytorch", "keras"], "view": "index", "base": "2020-06",
        "mean": "3", "from": "2019-03", "to": "2025", "milestones": "0", "point": INSIDE,
    }  # fmt: skip
    app = site("adoption", **query)
    assert not app.exception
    assert {name: asked(app, name) for name in query} == {
        k: v if isinstance(v, list) else [v] for k, v in query.items()
    }
    assert app.multiselect("adoption.more").value == ["forks"]
    assert app.selectbox("adoption.base").value == "2020-06"
    assert app.selectbox("adoption.smooth").value == 3
    assert "Receipts: GitHub stars, 1 Jun 2025" in words(app)
    assert "sha256" in words(app)
    app.button("receipt-close").click().run()
    assert "sha256" not in words(app)
    assert "point" not in app.query_params


@pytest.mark.parametrize(
    "point", ["stars", "stars~2026-99-99~2026-01-01", "<b>~x~y", "stars~1999-01-01~1999-02-01", "x" * 400]
)
def test_a_point_that_is_not_there_breaks_nothing_and_is_answered(point: str, site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", point=point)
    assert not app.exception
    assert "sha256" not in words(app)
    (told,) = [one.value.replace("\\", "") for one in app.warning]
    assert told.startswith(f"There is no point called {point[:80]!r} in what is shown here")
    assert asked(app, "point") == [point]


def test_another_spelling_is_offered_and_another_period_is_none(site: Opened, bundled: Path) -> None:
    assert f"Did you mean {POINT}?" in words(site("adoption", metric="stars", point=POINT.replace("stars", "star")))
    assert "Did you mean" not in words(site("adoption", metric="stars", point="stars~1999-01-01~1999-02-01"))


@pytest.mark.parametrize("page", ["overview", "speed", "data"])
def test_a_page_without_the_point_says_so(page: str, site: Opened, bundled: Path) -> None:
    app = site(page, point="choice~pytorch")
    assert "There is no point called 'choice~pytorch'" in words(app)


@pytest.mark.parametrize("given", ["stars~2026-08-22~2026-08-23", "stars~2026-08", "Stars~2026-08-01~2026-08-31"])
def test_a_period_within_that_of_a_point_opens_it_and_is_named(given: str, site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", point=given)
    assert not app.exception
    assert "Receipts: GitHub stars, 1 Aug 2026 – 31 Aug 2026" in words(app)
    assert f"The address names {given}, which lies in the point opened here." in words(app)
    assert not app.warning


def test_a_point_that_was_open_is_no_mistake_after_another_choice(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", point=POINT)
    app.selectbox("adoption.metric").set_value("forks").run()
    assert asked(app, "point") == [POINT]
    assert not app.warning


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("m~2026-08-02~2026-08-03", "m~2026-08-01~2026-09-01"),
        ("m~2026-08-31", "m~2026-08-01~2026-09-01"),
        ("m~2026-08-01~2026-09-02", "m~2026-01-01~2027-01-01"),
        ("m~2026-08-03~2026-08-02", ""),
        ("m~9999-12", ""),
        ("n~2026-08-02", ""),
        ("m~", ""),
    ],
)
def test_the_shortest_period_around_is_the_one_that_is_meant(given: str, name: str) -> None:
    names = ["m~2026-01-01~2027-01-01", "m~2026-08-01~2026-09-01", "release~pytorch~torch~2.15.0"]
    assert meant(given, names) == name


def test_the_definition_in_a_link_is_kept(site: Opened, bundled: Path) -> None:
    usual = asked(site("adoption", metric="survey_share"), "definition")
    offered = site("adoption", metric="survey_share").selectbox("adoption.definition").options
    other = next(way for way in offered if [way] != usual)
    assert asked(site("adoption", metric="survey_share", definition=other), "definition") == [other]


def test_signals_stand_side_by_side(site: Opened, bundled: Path) -> None:
    app = site("adoption", tab="signals")
    assert not app.exception
    assert words(app).startswith("The signals disagree: PyTorch leads on downloads")
    assert "TensorFlow leads on stars" in app.title[0].value.replace("\\", "")
    assert not app.dataframe, "a tab is drawn when it is opened"
    app.session_state["signals-tabs"] = "Table"
    table = app.run().dataframe[0].value.set_index("signal")
    assert table.loc["Downloads", "passed by"] == "PyTorch"
    first, last = (str(table.loc["Downloads", name]) for name in ("no earlier than", "no later than"))
    assert (first[:7], last[:7]) == ("2024-02", "2024-03")
    assert table.loc["Stars", "passed by"] == "nobody"


def test_every_point_of_the_signals_opens_the_figures_its_share_is_made_of(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(figure_section, "draw", drawn.append)
    assert not site("adoption", tab="signals").exception
    (found,) = drawn
    carried = {name for trace in found.picture.data for name in trace.customdata or () if name}
    assert carried == set(found.points)
    metrics = [name.partition("~")[0] for name in found.points[: len(found.table)]]
    assert len(set(metrics)) == len(found.table), "a row of the table opens the newest point of its signal"
    told = json.loads(json_of(found, LINK))
    assert all(row["receipts"] for row in told["rows"])
    assert {str(number) for row in told["rows"] for number in row["receipts"]} == set(told["receipts"])
    monkeypatch.undo()
    monkeypatch.setenv("FRAMESCOPE_HOME", str(bundled))
    for name in found.points[: len(found.table)]:
        app = site("adoption", tab="signals", point=name)
        assert not app.exception
        told = next(table.value for table in app.dataframe if "receipt" in table.value)
        assert {"PyTorch", "TensorFlow"} <= set(told["system"]), name
        assert "The share is the first system's figure over the sum of both." in words(app).replace("\\", "")


def test_the_signals_say_how_new_their_figures_are_and_when_they_were_taken(site: Opened, bundled: Path) -> None:
    said = words(site("adoption", tab="signals")).replace("\u00a0", " ")
    assert "last data Aug 2026" in said
    assert re.search(r"taken \d+ \w+ \d+( to \d+ \w+ \d+)?, bundled", said)


def test_the_signals_explain_steps_between_periods_that_share_days(site: Opened, bundled: Path) -> None:
    said = words(site("adoption", tab="signals"))
    assert "Downloads: some periods of this source share days" in said
    assert re.search(r"a stroke in Aug 2024, goes from 59\.\d % to 63\.\d %: .* begins 2 days after", said)
    assert "Stars: some periods" not in said


def test_the_signals_foot_and_picture_name_every_source_with_its_licence(site: Opened, bundled: Path) -> None:
    app = site("adoption", tab="signals")
    foot = next(one.value for one in app.caption if one.value.startswith("Figures: "))
    assert foot.count(" · ") == 7, "seven sources, and when their figures were taken"
    assert "MLPerf Training submissions](" in foot
    assert "[Apache-2.0](" in foot.replace("\\", "")
    assert " more" not in foot


def test_embedded_there_are_no_controls_but_title_source_and_link(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "1")
    for place in ("adoption_controls", "adoption_explorer", "figure", "frame", "made"):
        monkeypatch.setattr(f"dashboard.sections.{place}.embedded", lambda: True)
    app = site("adoption", metric="stars", system=["pytorch", "keras"], view="share")
    assert not app.exception
    assert not app.selectbox
    assert not app.multiselect
    assert not app.title
    assert "nothing is collected" not in words(app)
    assert "GitHub stars" in words(app)
    assert "MIT" in words(app)
    other = site("adoption", metric="stars", figure="adoption-forks")
    assert not other.header
    assert asked(other, "figure") == ["adoption-forks"]


def test_an_embedded_measurement_names_machine_preset_and_device(
    site: Opened, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(own_home)
    for place in ("figure", "frame", "made"):
        monkeypatch.setattr(f"dashboard.sections.{place}.embedded", lambda: True)
    (said,) = [one.value for one in site("speed", figure="speed-ratios").caption if one.value.startswith("Time over")]
    assert said.endswith("is faster · A \\<b\\>bold\\</b\\> processor, 2 processors · matched preset, cpu")


def test_an_embedding_says_which_figure_and_smuggles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Params(dict[str, str]):
        def get_all(self, name: str) -> list[str]:
            return [self[name]]

    monkeypatch.setattr("streamlit.query_params", Params(metric='"><script>', figure="old"))
    monkeypatch.setattr(type(st.context), "url", property(lambda _: "https://example.org/adoption"))
    made = links.embed_code("adoption-stars", 701)
    assert 'height="701"' in made
    assert "<script" not in made
    assert "figure=adoption-stars&amp;embed=true" in made
    assert "figure=old" not in made
    assert links.permalink().startswith("https://example.org/adoption?metric=")
    monkeypatch.setattr("streamlit.query_params", Params(figure="<b>"))
    assert links.wanted_figure() == ""


def test_a_mean_is_neither_made_nor_claimed_of_sources_and_comes_back(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", view="sources", mean="3")
    assert app.selectbox("adoption.smooth").disabled
    assert "trailing mean" not in words(app)
    app.segmented_control("adoption.mode").set_value("absolute").run()
    assert "trailing mean" in words(app)
    assert asked(app, "mean") == ["3"]


def test_months_without_figures_say_so_instead_of_an_empty_chart(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", **{"from": "2010", "to": "2010"})
    assert not app.exception
    assert "No figure lies within the months chosen" in words(app)
    assert not app.get("plotly_chart")


def test_by_age_there_are_no_months_to_choose(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", view="age", **{"from": "2022"})
    assert not app.select_slider
    assert asked(app, "from") == ["2022"]
    app.segmented_control("adoption.mode").set_value("absolute").run()
    assert app.select_slider[0].value == ("2022-01", f"{data.today():%Y-%m}")


def test_the_foot_names_the_milestones_drawn_as_exactly_as_their_dates_are_known(figure: Figure) -> None:
    (told,) = [note.replace("\u00a0", " ").replace("\\", "") for note in figure.notes if note.startswith("⚑")]
    assert told.startswith("⚑ Sep 2019 [TensorFlow 2.0")
    assert "15 Mar 2023 [PyTorch 2.0.0" in told
    assert "2017" not in told  # before the first figure


def test_data_is_read_once_for_all_rows(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    engine = data.engine()

    def counted() -> object:
        opened.append(1)
        return engine

    monkeypatch.setattr("dashboard.data.engine", counted)
    figure.rows()
    assert len(opened) == 1


def test_the_table_of_a_receipt_names_its_source_and_files_keep_its_slug(
    figure: Figure, site: Opened, bundled: Path
) -> None:
    app = site("adoption", metric="stars", point=POINT)
    (told,) = [table.value for table in app.dataframe if "receipt" in table.value]
    assert set(told["source"]) == {"GitHub Ranking"}
    assert "history.github-ranking" in csv_of(figure, LINK)
