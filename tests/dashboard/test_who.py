"""The gate before Run on every page: who is told what, a form gone stale, tries of a token, no call without a who."""

import ast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import visiting
from dashboard.served.limits import Buckets
from db import read
from db.engine import open_database, reading
from tests.dashboard.conftest import ROOT, Opened
from tests.dashboard.test_views import words

TOKEN = "made-up-token"
RUNS = {"speed": "speed.run", "capabilities": "capabilities.all", "code": "code.run"}
PAGES = pytest.mark.parametrize("page", RUNS)


@pytest.fixture
def public(new_home: object, monkeypatch: pytest.MonkeyPatch, site: Opened) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    monkeypatch.setenv("FRAMESCOPE_RUN_COOLDOWN_S", "0")
    monkeypatch.setattr(visiting, "TRIES", Buckets(20, 1.0))


@pytest.fixture
def token(public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)


def queue() -> list[read.JobRow]:
    engine = open_database()
    with reading(engine) as session:
        found = read.jobs(session)
    engine.dispose()
    return found


def runs(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button if button.key in {*RUNS.values(), "capabilities.again"}]


def admitted(app: AppTest) -> AppTest:
    return app.text_input(visiting.TOKEN).set_value(TOKEN).run()


@PAGES
def test_a_public_site_says_that_it_is_read_only_where_a_run_would_be(site: Opened, public: None, page: str) -> None:
    app = site(page)
    assert "Read-only. This site can be reached from other machines" in words(app).replace("**", "")
    assert "framescope bench run" in words(app)
    assert not runs(app)
    assert not [field for field in app.text_input if field.key == visiting.TOKEN]


@PAGES
def test_who_is_at_the_machine_sees_no_gate(site: Opened, new_home: object, page: str) -> None:
    app = site(page)
    assert runs(app) == [RUNS[page]]
    assert "Read-only" not in words(app)
    assert "jobs an hour" not in words(app)


@PAGES
def test_the_token_opens_every_page_once_and_says_what_is_left(site: Opened, token: None, page: str) -> None:
    app = site(page)
    assert not runs(app)
    app.text_input(visiting.TOKEN).set_value("a-guess").run()
    assert "That is not the run token." in words(app)
    assert not runs(app)
    admitted(app)
    assert runs(app) == [RUNS[page]]
    said = words(app)
    assert "6 of 6 jobs an hour and 1 h 0 min of 1 h 0 min of measuring a day are left; one job may take 15 min" in said
    other = app.switch_page("views/code.py" if page != "code" else "views/speed.py").run()
    assert len(runs(other)) == 1
    assert TOKEN not in said
    assert TOKEN not in str(app.query_params)


@PAGES
def test_a_form_that_went_stale_starts_nothing(
    site: Opened, token: None, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page showed Run, then the operator changed the token: the callback still runs, and the door refuses."""
    app = admitted(site(page))
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", "another-token")
    app.button(RUNS[page]).click().run()
    assert not queue()
    assert not runs(app)


def test_a_quota_that_is_used_up_is_told_with_the_time(
    site: Opened, token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "1")
    app = admitted(site("code"))
    app.button("code.run").click().run()
    (job,) = queue()
    assert "0 of 1 jobs an hour" in words(app)
    app.button(f"cancel-{job.job}").click().run()
    app.run()
    app.button("code.run").click().run()
    assert "Nothing was started." in words(app)
    assert "the next may be asked for at" in words(app)
    assert [one.state for one in queue()] == ["cancelled"]


def test_my_jobs_are_mine(site: Opened, token: None) -> None:
    from collectors import jobs

    engine = open_database()
    theirs = jobs.request_tasks(engine, tasks=["sum"], requested_by=jobs.Visitor(token=TOKEN, address="192.0.2.8"))
    engine.dispose()
    app = admitted(site("code"))
    assert f"Job {theirs}: queued" in str([bar.proto.text for bar in app.get("progress")])
    assert not [button for button in app.button if "cancel" in str(button.key) or "mine" in str(button.key)]
    assert "My jobs" not in str([box.label for box in app.expander])


def test_a_job_that_is_not_mine_cannot_be_ended_by_a_stale_button(
    site: Opened, token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = admitted(site("code"))
    app.button("code.run").click().run()
    (job,) = queue()
    assert "My jobs: 1 not over, 0 over" in str([box.label for box in app.expander])
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", "another-token")
    app.button(f"mine-{job.job}").click().run()
    assert queue()[0].state == "queued"
    assert "That is not the run token." in words(app)


def test_tokens_are_not_tried_without_end(site: Opened, token: None, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(visiting, "TRIES", Buckets(2, 1 / 15, clock=lambda: now[0]))
    app = site("code")
    for guess in ("one", "two", "three"):
        app.text_input(visiting.TOKEN).set_value(guess).run()
    assert "Too many tokens were tried from your address. The next is looked at in 15 s." in words(app)
    admitted(app)
    assert not runs(app), "not even the right one"
    now[0] = 15.0
    app.text_input(visiting.TOKEN).set_value("").run()
    admitted(app)
    assert runs(app) == ["code.run"]


def test_one_network_of_ipv6_tries_as_one_address(site: Opened, token: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "TRIES", Buckets(2, 1 / 15, clock=lambda: 0.0))
    app = site("code")
    for last in "123":
        monkeypatch.setattr(visiting, "_address", lambda last=last: f"2001:db8:1:2::{last}")
        app.text_input(visiting.TOKEN).set_value(f"guess {last}").run()
    assert "Too many tokens were tried from your address." in words(app)


@pytest.mark.parametrize(
    ("host", "home"),
    [
        ("localhost:8501", True), ("127.0.0.1:8501", True), ("[::1]:8501", True), ("", True),
        ("framescope.example.org", False), ("192.0.2.1:8501", False), ("localhost.example.org", False), ("[", False),
    ],
)  # fmt: skip
def test_who_asks_by_another_name_than_this_machines_own_is_a_stranger(
    host: str, home: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "127.0.0.1")
    monkeypatch.setattr(type(st.context), "headers", {"host": host} if host else {})
    assert visiting.standing().operator is home


def test_no_call_of_the_site_asks_in_the_operators_name() -> None:
    """What asks or ends without a visitor is the operator's; the site never is."""
    asked, careless = 0, []
    for path in (ROOT / "dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            name = node.func.attr
            if not (name.startswith("request_") or ast.unparse(node.func) in ("jobs.cancel", "door.cancel")):
                continue
            asked += 1
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            who = given.get("by" if name == "cancel" else "requested_by")
            careless += [] if who == "visiting.visitor()" else [f"{path}:{node.lineno}: {name}"]
    assert asked >= 4
    assert not careless
