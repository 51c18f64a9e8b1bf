"""A source that is taken away while it is looked at, or asked for in vain: said so, kept in the address, inert."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db import write
from db.engine import open_database, writing
from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import asked, words

SURVEY = "history.stackoverflow-survey"


def taken_away(home: Path, source: str) -> None:
    with closing(sqlite3.connect(home / "framescope.db")) as store:
        tables = store.execute("SELECT id FROM series WHERE source = ?", (source,)).fetchall()
        assert tables
        for (number,) in tables:
            store.execute("DELETE FROM observation WHERE series_id = ?", (number,))
        store.commit()
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with writing(engine) as session:
        write.finish_run(session, write.start_run(session, kind="collection", source=source), status="ok")
    engine.dispose()


def looked_at(site: Opened) -> AppTest:
    app = site("adoption", metric="survey_share", system=["pytorch", "tensorflow"])
    assert asked(app, "source") == [SURVEY]
    return app


def test_a_series_removed_while_looked_at_is_said_and_kept_in_the_address(site: Opened, own_home: Path) -> None:
    app = looked_at(site)
    way = asked(app, "definition")
    taken_away(own_home, SURVEY)
    app.segmented_control("adoption.mode").set_value("share").run()
    assert not app.exception
    for _turn in range(2):
        assert "has no figures of" in words(app)
        assert (asked(app, "source"), asked(app, "definition"), asked(app, "view")) == ([SURVEY], way, ["share"])
        app.run()
    told: dict[str, str | list[str]] = {
        "metric": "survey_share", "system": ["pytorch", "tensorflow"], "source": SURVEY, "definition": way,
    }  # fmt: skip
    assert "has no figures of" in words(site("adoption", **told)), "a reloaded link says the same"
    app.selectbox("adoption.metric").set_value("stars").run()
    assert "has no figures of" not in words(app)
    assert SURVEY not in asked(app, "source")


def test_no_share_is_drawn_of_what_is_not_to_be_compared(site: Opened, own_home: Path) -> None:
    app = looked_at(site)
    taken_away(own_home, SURVEY)
    app.segmented_control("adoption.mode").set_value("share").run()
    assert "not to be compared" in app.title[0].value
    assert "No share is made of these" in words(app)
    assert not app.tabs
    app.segmented_control("adoption.mode").set_value("absolute").run()
    assert app.tabs


def test_where_there_is_one_way_of_counting_no_source_stands_in_for_a_definition(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", definition="nope")
    said = "This page shows the only way in which GitHub Ranking counts instead."
    assert f"There is no definition called 'nope'. None is like it. {said}" in words(app)
    assert asked(app, "definition") == ["nope"]


def test_of_several_metrics_a_definition_and_a_source_are_answered(site: Opened, bundled: Path) -> None:
    metrics = ["stars", "forks", "downloads", "questions"]
    app = site("adoption", metric=metrics, definition="nope", source="history.github-ranking")
    said = "is for one metric alone: of several, each is shown as its preferred source counts it."
    assert f"definition='nope' {said}" in words(app)
    assert f"source='history.github-ranking' {said}" in words(app)
    assert asked(app, "definition") == ["nope"], "which stays in the address"
    app.multiselect("adoption.more").set_value(["forks"]).run()
    assert said not in words(app)
    assert "definition" not in app.query_params
    both = words(site("adoption", metric=metrics, source="zz"))
    assert "There is no source called 'zz'" in both
    assert said not in both


@pytest.mark.parametrize("definition", ["nope", "<b>"])
def test_a_definition_nobody_knows_is_answered(definition: str, site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="survey_share", definition=definition)
    assert "There is no definition called" in words(app)
    assert asked(app, "definition") == [definition]
    ways = app.selectbox("adoption.definition")
    ways.set_value(ways.options[-1]).run()
    assert "There is no definition" not in words(app)
    assert asked(app, "definition") == [ways.options[-1]]
