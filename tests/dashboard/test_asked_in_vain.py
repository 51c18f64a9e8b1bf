"""More in the address than a page can show: it is counted, and what is left out is named."""

from pathlib import Path

from tests.dashboard.conftest import Opened
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
