"""More in the address than a page can show: it is counted, and what is left out is named."""

import re
from pathlib import Path

import pytest

from dashboard.sections import (
    address,
    adoption_state,
    capability_controls,
    choose_controls,
    claims_list,
    code_controls,
    data_address,
    ecosystem_controls,
    speed_controls,
    speed_form,
)
from tests.dashboard.conftest import ROOT, Opened
from tests.dashboard.test_views import asked, words


def test_three_hundred_unknown_names_are_no_three_hundred_warnings(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", system=[f"s{at}" for at in range(300)])
    (notice,) = app.warning
    assert str(notice.value).count("There is no") == 3
    assert "297 more names of this kind are unknown" in notice.value


def test_a_fifth_metric_is_left_out_and_named(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric=["stars", "forks", "downloads", "commits", "open_issues"])
    assert "At most four metrics are shown at once, so these are not: Open issues" in words(app)


def test_one_notice_names_titles_once_and_does_not_contradict_itself(site: Opened, bundled: Path) -> None:
    metric = ["stars", "stars", "nope", "forks", "commits", "downloads", "questions"]
    app = site("adoption", metric=metric, view="nope", log="9", milestones="x")
    (notice,) = app.warning
    said = str(notice.value).replace("\\", "")
    assert "This page shows GitHub stars, GitHub forks, Commits, Package downloads instead" in said
    assert "so these are not: Stack Overflow questions" in said
    assert "This page shows Absolute instead" in said
    assert "log='9' is neither 0 nor 1. This page shows no logarithmic axis instead." in said
    assert "milestones='x' is neither 0 nor 1. This page shows the milestones instead." in said


def test_months_that_cannot_be_are_answered_and_stay_until_something_is_chosen(site: Opened, bundled: Path) -> None:
    app = site("adoption", **{"from": "abc", "to": "2030-13"})
    (notice,) = app.warning
    said = notice.value.replace("\\", "").replace("\u00a0", " ")
    for one in ("from='abc' is no month from 2010-01 to ", "to='2030-13' is no month from 2010-01 to "):
        assert one in said
    assert asked(app, "from") == ["abc"]
    app.toggle("adoption.log").set_value(True).run()
    assert not app.warning
    assert "from" not in app.query_params


def test_claims_answers_what_it_does_not_know_until_something_is_chosen(site: Opened, bundled: Path) -> None:
    app = site("claims", verdict="zz", kind="series")
    assert "There is no verdict called 'zz'" in words(app)
    assert asked(app, "verdict") == ["zz"]
    app.multiselect("claims.kind").set_value([]).run()
    assert not app.warning
    assert "verdict" not in app.query_params


def test_the_lists_of_data_are_in_its_address(site: Opened, bundled: Path) -> None:
    app = site("data")
    app.selectbox("data.metric").set_value("stars").run()
    app.selectbox("data.source").set_value("history.github-ranking").run()
    chosen = app.selectbox("data.series")
    chosen.set_value(("stars", "keras", "history.github-ranking")).run()
    told = {name: asked(app, name) for name in app.query_params}
    assert told == {
        "metric": ["stars"], "source": ["history.github-ranking"], "series": ["stars~keras~history.github-ranking"],
    }  # fmt: skip
    again = site("data", **told)
    assert again.selectbox("data.metric").value == "stars"
    assert again.selectbox("data.series").value == ("stars", "keras", "history.github-ranking")
    assert {name: asked(again, name) for name in again.query_params} == told


def test_back_takes_a_choice_on_data_back(site: Opened, bundled: Path) -> None:
    app = site("data")
    first = app.selectbox("data.series").value
    app.selectbox("data.metric").set_value("stars").run()
    assert (app.selectbox("data.series").value or ("",))[0] == "stars"
    app.query_params.clear()  # as a step back leaves the address
    app.run()
    assert app.selectbox("data.metric").value == ""
    assert app.selectbox("data.series").value == first
    assert not set(app.query_params) & {"metric", "series"}


def test_what_is_asked_in_vain_is_said_above_what_is_listed(site: Opened, bundled: Path) -> None:
    for page, query, listed in (("data", {"metric": "nope"}, "dataframe"), ("claims", {"claim": "zz"}, "dataframe")):
        kinds = [one.type for one in site(page, **query).main]
        assert kinds.index("warning") < kinds.index(listed), page


def test_data_answers_what_it_does_not_know_until_something_is_chosen(site: Opened, bundled: Path) -> None:
    app = site("data", metric="nope", system="nope", series="<b>")
    (notice,) = app.warning
    assert [f"There is no {name} called" in notice.value for name in ("metric", "system", "series")] == [True] * 3
    assert asked(app, "metric") == ["nope"]
    app.selectbox("data.metric").set_value("stars").run()
    assert not app.warning
    assert {name: asked(app, name) for name in app.query_params} == {"metric": ["stars"]}


VAIN: list[tuple[str, dict[str, str | list[str]]]] = [
    ("overview", {"point": "zz"}),
    ("adoption", {"metric": "zz"}),
    ("capabilities", {"axis": "zz"}),
    ("capabilities", {"cell": "zz"}),
    ("speed", {"workload": "zz"}),
    ("speed", {"workloads": "zz"}),
    ("speed", {"job": "zz"}),
    ("code", {"task": "zz"}),
    ("ecosystem", {"show": "zz"}),
    ("ecosystem", {"platform": "zz"}),
    ("claims", {"verdict": "zz"}),
    ("claims", {"claim": "zz"}),
    ("claims", {"as_of": "zz"}),
    ("choose", {"situation": "zz"}),
    ("data", {"metric": "zz"}),
]
"""A name that nobody knows, on every page and of every kind that has words of its own."""


@pytest.mark.parametrize(("page", "query"), VAIN)
def test_every_page_says_above_all_what_is_asked_in_vain_and_says_it_again_when_reloaded(
    page: str, query: dict[str, str | list[str]], site: Opened, full_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))
    app = site(page, **query)
    assert not app.exception
    ((name, given),) = query.items()
    for _turn in range(2):
        (notice,) = app.warning
        assert "zz" in notice.value
        kinds = [one.type for one in app.main if one.type in ("warning", "title", "markdown", "caption")]
        assert kinds[0] == "warning", kinds
        assert asked(app, name) == [given], "the address stays, so that a reload says the same"
        app = site(page, **{name: asked(app, name) for name in app.query_params})


def test_what_is_asked_in_vain_goes_when_something_is_chosen(
    site: Opened, full_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))
    app = site("ecosystem", show="zz", role="framework")
    assert app.run().warning, "drawing it anew chooses nothing"
    app.segmented_control("ecosystem.show").set_value("timeline").run()
    assert not app.warning
    assert (asked(app, "show"), asked(app, "role")) == (["timeline"], ["framework"])
    app = site("code", task="zz")
    app.segmented_control("code.view").set_value("difference").run()
    assert not app.warning
    assert asked(app, "task") != ["zz"]


PAGES = ("overview", "adoption", "capabilities", "speed", "code", "ecosystem", "claims", "choose", "data")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_a_name_that_it_does_not_know(
    page: str, site: Opened, full_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))
    ours = {"utm_source": "x", "fbclid": "x", "gclid": "x", "ref": "x", "theme": "dark", "embed_options": "x"}
    app = site(page, figur="x", **ours)
    for _turn in range(2):
        (notice,) = app.warning
        assert notice.value.replace("\\", "").splitlines() == [
            "The address asks for 'figur', which this page does not know. Did you mean figure?"
        ]
        assert asked(app, "figur") == ["x"], "the address stays, so that a reload says the same"
        app.run()
    assert not app.exception


def test_names_that_no_page_knows_are_counted_and_inert(site: Opened, bundled: Path) -> None:
    many = {f"<b>{at}": "x" for at in range(40)} | {"metrics": "stars", "x" * 9_000: "x"}
    app = site("adoption", **many)
    (notice,) = app.warning
    assert notice.value.count("The address asks for") == 3
    assert "39 more names in the address are unknown here" in notice.value
    assert "<b>" not in notice.value.replace("\\<b\\>", "")
    assert len(notice.value) < 600


def test_a_name_that_a_page_does_not_know_goes_when_something_is_chosen(
    site: Opened, full_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))
    app = site("adoption", metrics="stars", system="pytorch")
    assert "Did you mean metric?" in words(app)
    app.segmented_control("adoption.mode").set_value("share").run()
    assert not app.warning
    assert {name: asked(app, name) for name in app.query_params}["view"] == ["share"]
    assert "metrics" not in app.query_params
    app = site("speed", workloads="lstm", sytem="x")
    assert "'sytem'" in words(app)
    app.segmented_control("results.show").set_value("workload").run()
    assert not app.warning
    assert asked(app, "workloads") == ["lstm"], "what the form keeps there is no other's"
    assert "sytem" not in app.query_params


def test_a_page_knows_every_name_that_links_of_this_site_use() -> None:
    """Those that stand in an address in the code or in a document, as ``/speed?show=…``."""
    known = {
        "adoption": adoption_state.ASKS,
        "capabilities": capability_controls.ASKS,
        "speed": (*speed_controls.ASKS, *speed_form.ASKS, "job"),
        "code": code_controls.ASKS,
        "ecosystem": ecosystem_controls.ASKS,
        "claims": claims_list.ASKS,
        "choose": choose_controls.ASKS,
        "data": data_address.ASKS,
    }
    said = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    said += [path.read_text(encoding="utf-8") for path in (ROOT / "dashboard").rglob("*.py")]
    found = [one for text in said for one in re.findall(r"[/\"](\w+)\?(\w+=[^\s`\")]*)", text) if one[0] in known]
    assert len(found) > 3
    for page, query in found:
        names = [one.partition("=")[0] for one in query.replace("&amp;", "&").split("&")]
        assert not set(names) - {*known[page], *address.ASIDE, "embed"}, (page, query)
