"""What is kept for all visitors: made once a key and no more than so much of it; one state of the store a run."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pandas as pd
import plotly.graph_objects as go
import pytest
from sqlalchemy import event
from streamlit.delta_generator import DeltaGenerator

from dashboard import data
from dashboard.kept import forget, kept, surroundings
from dashboard.sections.figure import Figure, written_out
from dashboard.sections.figure_files import Rows
from db.engine import default_url, open_database, writing
from db.models import Run
from language import words
from tests.dashboard.conftest import Opened


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a run of a page begins with; its mark on this thread is taken away again."""
    before = data._stamped.get()
    data.begin()
    yield
    data._stamped.set(before)


def test_it_is_made_once_a_key_and_the_oldest_goes() -> None:
    made: list[str] = []

    @kept(2)
    def said(known: str, more: list[str]) -> str:
        made.append(known)
        return known + more[0]

    assert [said(one, ["!"]) for one in "aabab"] == ["a!", "a!", "b!", "a!", "b!"]
    assert made == ["a", "b"]
    assert said("a", ["another, which the key does not say"]) == "a!"
    assert said("c", ["?"]) == "c?"
    assert said("c", ["!"]) == "c?"
    assert made == ["a", "b", "c"]
    forget()
    assert said("b", ["."]) == "b."


def test_two_who_ask_at_once_are_given_one() -> None:
    made, began, go_on = [], threading.Event(), threading.Event()

    @kept(4)
    def slow(known: str) -> object:
        made.append(known)
        began.set()
        go_on.wait(60)
        return object()

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(slow("a"))) for _ in range(4)]
    threads[0].start()
    began.wait(60)
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.05)
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert made == ["a"]
    assert len(set(map(id, found))) == 1


def test_settings_are_read_again_when_they_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FRAMESCOPE_OFFLINE", raising=False)
    assert not data.offline()
    (tmp_path / ".env").write_text("FRAMESCOPE_OFFLINE=1\n")
    assert data.offline()
    before = surroundings()
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "0")
    assert surroundings() != before
    assert not data.offline()
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "perhaps")
    assert data.offline()


def test_a_run_of_a_page_asks_once_how_the_store_is(own_home: Path, run: None) -> None:
    asked: list[str] = []
    engine = data.engine()
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    first = data.stamp()
    assert data.stamp() == first
    data.observed("stars")
    many = len(asked)
    with writing(open_database(default_url())) as session:
        now = datetime.now(UTC)
        session.add(Run(kind="collect", source="test", status="ok", program="test", started=now, finished=now))
    assert data.stamp() == first
    assert len(asked) == many
    data.begin()
    assert data.stamp() != first


def test_outside_a_run_the_store_is_always_asked(own_home: Path) -> None:
    first = data.stamp()
    with writing(open_database(default_url())) as session:
        now = datetime.now(UTC)
        session.add(Run(kind="collect", source="test", status="ok", program="test", started=now, finished=now))
    assert data.stamp() != first


def test_a_frame_that_is_changed_is_changed_for_nobody_else(own_home: Path) -> None:
    before = data.observed("stars")["value"].sum()
    mine = data.observed("stars")
    mine["value"] = 0.0
    mine.loc[0, "system"] = "nobody"
    assert data.observed("stars")["value"].sum() == before > 0
    assert "nobody" not in set(data.observed("stars")["system"])


def test_a_figure_written_out_is_the_same_figure_and_nothing_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = go.Figure(go.Scatter(x=pd.to_datetime(["2024-01-01", "2024-02-01"]), y=[1.5, None]))
    table = pd.DataFrame({"x": [1, 2]})
    made = Figure("k", "Says it", "", picture, table, lambda: Rows((), [], {}))
    usual = orjson.loads(go.Figure(picture).to_json())["data"]
    found = written_out(made)
    assert found.ready
    assert found.arrow is not None
    assert found.arrow.to_pandas().equals(table)
    assert orjson.loads(found.picture.to_json())["data"] == usual
    assert found.picture.to_dict() is found.picture.to_dict()
    assert orjson.dumps(found.picture.to_dict())  # Plotly has nothing to clean any more


def test_a_page_speaks_for_its_own_thread_alone() -> None:
    told: list[str] = []

    def other() -> None:
        words.say("zh-CN")
        told.append(words.current())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(60)
    assert told == ["zh-CN"]
    assert words.current() == "en"


def test_figures_are_said_to_be_read_on_a_visit_and_not_at_each_choice(
    site: Opened, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    usual = DeltaGenerator.spinner

    def spinner(at: DeltaGenerator, text: str) -> AbstractContextManager[None]:
        told.append(text)
        return usual(at, text)

    monkeypatch.setattr(DeltaGenerator, "spinner", spinner)
    app = site("adoption")
    many = len(told)
    assert many > 0
    assert not app.run().exception
    assert len(told) == many
