"""The address bar and a page's state: a choice made before the browser knew of the last one takes nothing back."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.sections import address
from tests.dashboard.conftest import Opened, measured
from tests.dashboard.test_views import asked

Query = dict[str, list[str]]


def query(app: AppTest) -> Query:
    return {name: asked(app, name) for name in app.query_params}


def go(app: AppTest, to: Query) -> None:
    """Let the browser say with the next run that its address is this one."""
    app.query_params.clear()
    for name, values in to.items():
        app.query_params[name] = values


def test_two_choices_at_once_are_both_kept(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars")
    before = query(app)
    app.toggle("adoption.flags").set_value(False).run()
    assert asked(app, "milestones") == ["0"]
    go(app, before)
    app.segmented_control("adoption.mode").set_value("share").run()
    assert (asked(app, "view"), asked(app, "milestones")) == (["share"], ["0"])
    go(app, before)
    app.selectbox("adoption.smooth").select(3).run()
    told = query(app)
    assert (told["view"], told["milestones"], told["mean"]) == (["share"], ["0"], ["3"])


def test_months_chosen_before_the_browser_knew_are_kept(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars")
    before = query(app)
    app.toggle("adoption.flags").set_value(False).run()
    go(app, before)
    app.select_slider[0].set_value(("2020-01", "2023-12")).run()
    assert (asked(app, "from"), asked(app, "to"), asked(app, "milestones")) == (["2020"], ["2023"], ["0"])


def test_a_variant_chosen_before_the_browser_knew_of_the_last_one_is_kept(site: Opened, own_home: Path) -> None:
    measured(own_home)
    app = site("speed", show="workload")
    before = query(app)
    app.selectbox("results.samples").select("tensorflow.function").run()
    after = query(app)
    go(app, before)
    app.selectbox("results.samples").select("tensorflow.xla").run()
    assert (app.selectbox("results.samples").value, asked(app, "samples")) == ("tensorflow.xla", ["tensorflow.xla"])
    go(app, before)
    app.multiselect("results.size").select("small").run()
    assert (asked(app, "samples"), asked(app, "size")) == (["tensorflow.xla"], ["small"])
    go(app, after)
    app.run()
    assert app.selectbox("results.samples").value == "tensorflow.function", "a step of the history is followed"


def test_a_step_back_is_followed_and_so_is_a_link(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars")
    before = query(app)
    app.toggle("adoption.flags").set_value(False).run()
    go(app, before)
    app.run()
    assert app.toggle("adoption.flags").value is True
    go(app, {"metric": ["forks"]})
    app.toggle("adoption.flags").set_value(False).run()
    assert asked(app, "metric") == ["forks"], "an address the page never had is a link, whatever else is sent with it"


def test_few_addresses_are_kept(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars")
    for flags in (False, True) * 5:
        app.toggle("adoption.flags").set_value(flags).run()
    assert len(app.session_state["adoption.address_past"]) == address.LATELY
