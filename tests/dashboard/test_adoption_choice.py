"""What a choice of months or of a tab leaves of the adoption page's numbers and of its address."""

import json
from pathlib import Path

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
