"""Every page on a real database: what it answers, what it says when something is missing, wrong or hostile."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db import read, write
from db.engine import open_database, reading, writing
from db.records import Observation
from tests.dashboard.conftest import ROOT, Opened, measured

PAGES = ("overview", "adoption", "capabilities", "code", "speed", "ecosystem", "claims", "choose", "data")
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"


def said(app: AppTest) -> str:
    """Everything a page says in Markdown and in messages."""
    parts = [
        *app.title,
        *app.header,
        *app.markdown,
        *app.caption,
        *app.warning,
        *app.info,
        *app.error,
        *app.success,
    ]
    return "\n".join(str(part.value) for part in parts)


def asked(app: AppTest, name: str) -> list[str]:
    """A name's values in the address bar."""
    value = app.query_params[name]
    return [value] if isinstance(value, str) else list(value)


def words(app: AppTest) -> str:
    """The same as a visitor reads it, without the signs that escape others."""
    return said(app).replace("\\", "").replace("\u00a0", " ")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_the_bundled_figures(page: str, site: Opened, bundled: Path) -> None:
    app = site(page)
    assert not app.exception
    assert len(app.title) == 1
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_an_empty_database(page: str, site: Opened, new_home: Path) -> None:
    app = site(page)
    assert not app.exception
    assert "leads on" not in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_without_a_database_every_page_says_what_to_do(page: str, site: Opened) -> None:
    app = site(page)
    assert not app.exception
    assert "There is no database yet" in words(app)
    assert "framescope init" in words(app)


def test_a_database_upgraded_under_an_open_page_is_named_at_the_next_choice(site: Opened, own_home: Path) -> None:
    app = site("adoption")
    assert "package downloads" in words(app)
    with sqlite3.connect(own_home / "framescope.db") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    app.session_state["adoption.metric"] = "stars"
    app.run()
    assert "The database was written by a newer Framescope" in words(app)


def test_a_damaged_database_is_named_as_one(site: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "framescope.db").write_bytes(b"not a database at all, but long enough to be taken for one" * 50)
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    assert "The database cannot be read" in words(site("overview"))


def test_a_setting_that_cannot_be_used_is_named(site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PACKAGE_INDEX_URL", "not an address")
    app = site("data")
    assert not app.exception
    assert "FRAMESCOPE_PACKAGE_INDEX_URL" in words(app)


def test_the_overview_answers_from_the_figures(site: Opened, bundled: Path) -> None:
    app = site("overview")
    title = app.title[0].value
    assert title.startswith("PyTorch leads on [four of five signals](#signals) with figures of the last three years")
    assert "[stars](./adoption?metric=stars&system=pytorch&system=tensorflow&view=share)" in title
    shown = words(app)
    assert "recent" not in shown
    assert "since Mar 2024" in shown
    assert "by Sep 2023" in shown
    assert "questions ended in Jun 2020" in shown
    assert "conference papers (NeurIPS) ended in Dec 2020" in shown
    assert "throughout" in shown
    assert "break ①" in shown
    assert "No data yet" in shown
    assert "CC-BY-SA-4.0" in shown
    assert "⚠" in shown


def test_the_overview_shows_the_newest_ratios_as_text(site: Opened, own_home: Path) -> None:
    measured(own_home)
    app = site("overview")
    assert "[PyTorch is faster in the one workload](./speed?run=all&framework=pytorch&framework=tensorflow)." in words(
        app
    )
    assert "2.1 × slower" in words(app)
    assert "A <b>bold</b> processor" in words(app)
    assert "<b>" not in said(app).replace("\\<", "")


def test_new_figures_show_at_once(site: Opened, own_home: Path) -> None:
    app = site("overview")
    assert "faster in" not in words(app)
    measured(own_home)
    assert "faster in the one workload" in words(app.switch_page("views/overview.py").run())


def test_adoption_states_its_finding_unit_source_and_licence(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="downloads")
    assert app.title[0].value.replace("\u00a0", " ") == "PyTorch passed TensorFlow in package downloads in Mar 2024"
    shown = words(app)
    assert "downloads a day" in shown
    assert "Top PyPI Packages" in shown
    assert "credit the origin" in shown
    assert "taken 21 Nov 2026" in shown
    assert "①" in shown


def test_a_link_carries_the_whole_choice(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", system=["pytorch", "keras"], view="share", log="1")
    assert app.selectbox("adoption.metric").value == "stars"
    assert app.multiselect("adoption.systems").value == ["pytorch", "keras"]
    assert app.toggle("adoption.log").value is True
    assert asked(app, "metric") == ["stars"]
    assert asked(app, "system") == ["pytorch", "keras"]
    assert "PyTorch" in app.title[0].value


def test_a_choice_goes_into_the_address(site: Opened, bundled: Path) -> None:
    app = site("adoption")
    app.selectbox("adoption.metric").set_value("stars").run()
    app.multiselect("adoption.systems").set_value(["pytorch", "tensorflow"]).run()
    assert asked(app, "metric") == ["stars"]
    assert asked(app, "system") == ["pytorch", "tensorflow"]
    assert "TensorFlow is ahead of PyTorch in GitHub stars" in words(app)


@pytest.mark.parametrize(
    ("query", "guess"),
    [
        ({"metric": "starz"}, "no metric called 'starz'. Did you mean GitHub stars?"),
        ({"metric": "downloads", "system": "pytorhc"}, "no system called 'pytorhc'. Did you mean PyTorch?"),
        ({"view": "logarithm"}, "no view called 'logarithm'"),
        ({"from": "2024-13"}, "from='2024-13' is no month from 2010-01 to"),
        ({"to": "99999999999"}, "to='99999999999' is no month"),
        ({"mean": "NaN"}, "no mean called 'NaN'"),
        ({"source": "nope"}, "no source called 'nope'"),
        ({"from": "2023-01", "to": "2020-01"}, "The first month, 2023-01, is after the last, 2020-01"),
    ],
)
def test_an_unknown_name_is_answered_and_nothing_is_lost(
    query: dict[str, str], guess: str, site: Opened, bundled: Path
) -> None:
    app = site("adoption", **query)
    assert not app.exception
    assert guess in words(app)
    assert "package downloads" in words(app)
    for name, value in query.items():
        assert asked(app, name) == [value]
    app.selectbox("adoption.metric").set_value("forks").run()
    assert not app.warning
    assert asked(app, "metric") == ["forks"]


def test_hostile_names_in_the_address_are_text(site: Opened, bundled: Path) -> None:
    for page, query in (("adoption", {"metric": HOSTILE}), ("speed", {"job": HOSTILE})):
        app = site(page, **query)
        assert not app.exception
        assert "\\<script\\>" in said(app)
        assert "<script" not in said(app).replace("\\<", "")


def test_figures_from_elsewhere_cannot_draw_the_page(site: Opened, own_home: Path) -> None:
    engine = open_database()
    with writing(engine) as session:
        run = write.start_run(session, kind="collect", source="github")
        day = date(2026, 11, 1)
        rows = [
            Observation("stars", name, day, day + timedelta(days=1), 5.0, granularity="day", definition=HOSTILE)
            for name in ("pytorch", "tensorflow")
        ]
        write.observations(session, run, "github", rows, None)
        write.finish_run(session, run, status="failed", message=HOSTILE)
    engine.dispose()
    for page in PAGES:
        app = site(page, **({"metric": "stars", "source": "github"} if page == "adoption" else {}))
        assert not app.exception
        assert "<script" not in said(app).replace("\\<", "")
    runs = app.dataframe[-1].value
    assert runs["message"].iloc[0] == HOSTILE


def test_a_metric_without_figures_says_so(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="search_interest")
    assert "No figures yet" in words(app)
    assert not app.exception


def test_speed_shows_ratios_wrong_variants_and_passports(site: Opened, own_home: Path) -> None:
    measured(own_home)
    app = site("speed")
    assert not app.exception
    table = next(f.value for f in app.dataframe if "median" in f.value.columns).set_index("variant")
    assert table.loc["torch.eager", "median"] == pytest.approx(0.01)
    assert table["median"].isna()["tensorflow.xla"]
    assert table.loc["tensorflow.xla", "state"] == "wrong: 0.3 off the reference"
    assert "not comparable: tensorflow.xla is wrong" in words(app)
    whole = site("speed", show="workload")
    assert any("jit.on" in frame.value.to_string() for frame in whole.dataframe)


def test_pressing_run_queues_a_job_that_a_reload_finds_again(site: Opened, own_home: Path) -> None:
    app = site("speed")
    app.button("speed.run").click().run()
    assert not app.exception
    number = int(asked(app, "job")[0])
    engine = open_database()
    with reading(engine) as session:
        job = read.job(session, number)
    engine.dispose()
    assert job is not None
    assert (job.state, job.requested_by) == ("queued", "site")
    assert job.parameters["workloads"] == ["matmul", "lstm"]
    again = site("speed", job=str(number))
    assert any(button.key == f"cancel-{number}" for button in again.button)
    again.button(f"cancel-{number}").click().run()
    assert f"Job {number} was cancelled" in words(site("speed", job=str(number)))


def test_a_job_nobody_takes_says_that_no_worker_runs(
    site: Opened, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site("speed")
    app.button("speed.run").click().run()
    number = asked(app, "job")[0]
    assert "No worker has taken this job" not in words(site("speed", job=number))
    monkeypatch.setattr("dashboard.sections.job_line.PATIENCE_S", -1)
    assert "No worker has taken this job" in words(site("speed", job=number))


def test_a_failed_job_says_why(site: Opened, own_home: Path) -> None:
    app = site("speed")
    app.button("speed.run").click().run()
    number = int(asked(app, "job")[0])
    engine = open_database()
    with writing(engine) as session:
        assert write.claim_job(session, "w") == number
        write.finish_job(session, number, "w", state="failed", message="torch is <i>missing</i>")
    engine.dispose()
    assert "torch is <i>missing</i>" in words(site("speed", job=str(number)))


def test_a_job_that_is_not_there(site: Opened, bundled: Path) -> None:
    assert "There is no job 4711" in words(site("speed", job="4711"))
    assert "Nothing has been measured here yet" in words(site("speed"))


def test_the_data_page_counts_its_sources_by_the_ages_its_tables_show(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.data.today", lambda: date(2026, 11, 22))
    app = site("data")
    ages = next(f.value for f in app.dataframe if "age" in f.value.columns)["age"].str.replace("\u00a0", " ")
    recent = [age for age in ages if age in ("2 months old", "3 months old")]
    told = {1: "One source", 2: "Two sources", 3: "Three sources", 4: "Four sources"}[len(recent)]
    assert f"{told} with figures of the last four months." in words(app)
    assert "end earlier." in words(app)


def test_a_signal_is_as_old_on_the_overview_as_its_source_is_among_the_data(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.data.today", lambda: date(2026, 11, 22))
    listed = next(f.value for f in site("data").dataframe if "age" in f.value.columns).set_index("table")
    age = str(listed.loc["GitHub Ranking", "age"])
    assert any(age in str(one.value) and "Aug" in str(one.value) for one in site("overview").markdown)


def test_a_public_site_runs_nothing(site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    app = site("speed")
    assert not [button for button in app.button if button.key == "speed.run"]
    assert "read-only" in words(app)


def test_the_data_page_lists_tables_series_and_runs(site: Opened, bundled: Path) -> None:
    app = site("data")
    tables = {tuple(frame.value.columns)[:2]: frame.value for frame in app.dataframe}
    origins = tables["table", "metrics"].set_index("table")
    assert origins.loc["GitHub Ranking", "licence"] == "MIT"
    assert "old" in str(origins.loc["MLPerf Training submissions", "age"])
    app.selectbox("data.metric").set_value("stars").run()
    app.selectbox("data.source").set_value("history.github-ranking").run()
    series = next(f.value for f in app.dataframe if "granularity" in f.value.columns)
    assert set(series["metric"]) == {"GitHub stars"}
    assert set(series["source"]) == {"GitHub Ranking"}
    assert all(series["names for commands and the API"].str.fullmatch(r"stars \S+ history\.github-ranking"))
    assert "MIT" in words(app)


@pytest.mark.parametrize(("pruned_at", "told"), [(None, "kept"), ("2026-03-04 00:00:00", "given up on 4 Mar 2026")])
def test_the_data_page_says_of_a_receipt_whether_its_body_is_kept(
    site: Opened, own_home: Path, pruned_at: str | None, told: str
) -> None:
    with closing(sqlite3.connect(own_home / "framescope.db")) as plain:
        plain.execute("UPDATE receipt SET pruned_at = ?", (pruned_at,))
        plain.commit()
    listed = next(frame.value for frame in site("data").dataframe if "sha256" in frame.value.columns)
    assert [str(body).replace("\u00a0", " ")[: len(told)] for body in listed["body"]] == [told] * len(listed)


def test_the_data_page_dates_a_series_by_its_last_day(site: Opened, bundled: Path) -> None:
    app = site("data")
    app.selectbox("data.metric").set_value("questions").run()
    shown = next(t.value for t in app.dataframe if "granularity" in t.value)
    years = shown[(shown["system"] == "TensorFlow") & (shown["granularity"] == "year")]
    assert max(years["until"]) == date(2020, 6, 12)
    assert "last data Jun 2020" in words(site("adoption", metric="questions"))


def test_offline_every_figure_says_its_age(site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_OFFLINE", "1")
    for page in ("overview", "adoption", "data"):
        assert "Offline: nothing is collected" in words(site(page))
        assert "old" in words(site(page))


def test_states_of_sources_have_a_sign_and_a_word(site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = ("ok", "stale", "failing", "never", "disabled")
    now = datetime.now(UTC)
    entries = [
        {
            "source": "github", "title": state, "metrics": ["stars"], "state": state, "key": "optional",
            "last_success": now - timedelta(hours=3), "next_due": None, "calls_daily": 4, "calls_backfill": 9,
            "not_before": datetime(2026, 11, 21, 18, 30, tzinfo=UTC) if state == "failing" else None,
        }
        for state in states
    ]  # fmt: skip
    monkeypatch.setattr("collectors.jobs.source_list", lambda _engine: entries)
    table = next(f.value for f in site("data").dataframe if "state" in f.value.columns)
    assert table["state"].tolist() == ["✓ ok", "⚠ stale", "✕ failing", "○ never run", "– disabled"]
    assert table["last success"].iloc[0] == "3 hours ago"
    assert "4 calls a day" in table["cost"].iloc[0]
    rests = [str(one).replace("\u00a0", " ") for one in table["left alone until"]]
    assert rests == ["", "", "21 Nov 2026, 18:30 UTC", "", ""]


def test_no_page_uses_markup_of_its_own() -> None:
    for path in (ROOT / "dashboard").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow" not in text, path
        assert text.count("st.html(") == (1 if path.name in ("frame.py", "first_sight.py") else 0), path


def test_a_section_is_headed_one_level_below_the_title() -> None:
    for path in (ROOT / "dashboard").rglob("*.py"):
        assert ".subheader(" not in path.read_text(encoding="utf-8"), path


def test_no_file_hides_a_package(repository: Path) -> None:
    import sys

    names = {path.stem for path in (repository / "dashboard").glob("*") if path.name != "__init__.py"}
    taken = set(sys.stdlib_module_names) | {"db", "catalog", "collectors", "framescope", "tests", "streamlit", "plotly"}
    assert not names & taken
    assert not (repository / "dashboard/pages").exists(), "Streamlit would take it for its older kind of app"


def test_pages_read_like_a_table_of_contents(repository: Path) -> None:
    for path in (repository / "dashboard/views").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 80, path


def test_a_database_removed_under_an_open_page_is_one_story_under_a_first_heading(site: Opened, new_home: Path) -> None:
    app = site("data")
    for file in new_home.glob("framescope.db*"):
        file.unlink()
    app.run()
    assert [one.value for one in app.title] == ["The database is gone"]
    assert "moved or removed while it was in use" in words(app)
