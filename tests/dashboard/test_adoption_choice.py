"""What a choice of months or of a tab leaves of the adoption page's numbers and of its address."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import asked, words


def test_signals_side_by_side_have_nothing_in_the_address_that_means_nothing_there(site: Opened, bundled: Path) -> None:
    app = site("adoption", tab="signals", metric="stars", source="history.github-ranking", mean="3")
    assert {name: asked(app, name) for name in app.query_params} == {"tab": ["signals"]}
    app.segmented_control("adoption.tab").set_value("explorer").run()
    assert (asked(app, "metric"), asked(app, "mean")) == (["stars"], ["3"]), "the explorer's own choices are kept"
    app.segmented_control("adoption.tab").set_value("signals").run()
    assert list(app.query_params) == ["tab"]


def test_breaks_are_numbered_from_one_in_the_months_that_are_drawn(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", **{"from": "2020-01", "to": "2024-12"})
    assert "① 1 Oct 2021" in words(app)
    assert "② 23 Oct 2024" in words(app)
    assert "③" not in words(app)
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert [one["text"] for one in chart["layout"]["annotations"] if one.get("name") == "break"] == ["①", "②"]


def _chart(app: AppTest) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(app.get("plotly_chart")[0].proto.spec)
    return made


def _rules(app: AppTest) -> list[str]:
    """The days of the rules that lie on the axis, in order."""
    layout = _chart(app)["layout"]
    first, last = layout["xaxis"]["range"]
    days = [one["x0"] for one in layout.get("shapes", ()) if one.get("xref") == "x"]
    return sorted(day for day in days if first <= day <= last)


VIEWS = ["absolute", "share", "index", "growth_year", "growth_half", "sources"]


@pytest.mark.parametrize("view", VIEWS)
def test_the_breaks_explained_are_those_that_are_drawn(view: str, site: Opened, bundled: Path) -> None:
    for months in ({}, {"from": "2019-06", "to": "2026-10"}):
        app = site("adoption", metric="downloads", view=view, **months)
        numbers = re.findall(r"^([\u2460-\u2473]) \d", words(app), re.MULTILINE)
        assert numbers == [chr(0x2460 + n) for n in range(len(numbers))], "from one on"
        assert len(numbers) == len(_rules(app)), months
        flags = [one for one in _chart(app)["layout"]["annotations"] if one.get("name") == "milestone"]
        assert bool(flags) == ("⚑" in words(app)), months


def test_an_index_explains_no_break_before_its_first_month(site: Opened, bundled: Path) -> None:
    said = words(site("adoption", metric="downloads", view="index"))
    assert "1 Apr 2018" not in said
    assert "① 1 Jan 2020" in said


def test_by_age_a_break_that_cuts_no_line_drawn_is_not_explained(site: Opened, bundled: Path) -> None:
    said = words(site("adoption", metric="downloads", view="age"))
    assert "24 Aug 2026" not in said, "after the last figure"
    assert "1 Jun 2025: Calendar months" in said
