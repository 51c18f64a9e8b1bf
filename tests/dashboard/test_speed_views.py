"""Speed and Overview while a measurement runs, and after runs of several kinds, on a real database."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from collectors import jobs
from dashboard import data
from dashboard import measured as store
from db import write
from db.engine import open_database, writing
from tests.dashboard.conftest import Opened, comparison, measured, result
from tests.dashboard.test_views import asked, said, words

WORKER = "w"


def queued(*workloads: str) -> int:
    """Ask for a measurement as the command line does, in the home in use."""
    engine = open_database()
    number = jobs.request_benchmark(engine, workloads=workloads or ("lstm",), requested_by="test")
    engine.dispose()
    return number


def started(number: int, *, results: int = 1) -> int:
    """Let a worker take a job and write its first results, as a benchmark does while it runs; gives the run."""
    engine = open_database()
    variants = ("torch.eager", "tensorflow.function")[:results]
    document: dict[str, Any] = {
        "stopped_because": "still running",
        "results": [result("lstm", variant, 0.01) for variant in variants],
        "comparisons": [],
    }
    with writing(engine) as session:
        assert write.claim_job(session, WORKER, job_id=number) == number
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.progress_job(session, number, WORKER, fraction=0.34, message="lstm: round 3", run_id=run)
        write.bench_run(session, run, document)
    engine.dispose()
    return run


def ended(number: int, run: int, document: dict[str, Any] | None = None) -> None:
    """End a job and its run as done."""
    engine = open_database()
    with writing(engine) as session:
        if document is not None:
            write.bench_run(session, run, document)
        write.finish_run(session, run, status="ok", new=1)
        write.finish_job(session, number, WORKER, state="done", message="1 of 1 variants measured")
    engine.dispose()


def links(app: AppTest) -> str:
    """The labels of the links a page draws to other pages."""
    labels = [str(link.proto.label) for link in app.get("page_link")]
    return "\n".join(labels).replace("\u00a0", " ").replace("\\", "")


def bars(app: AppTest) -> str:
    """The words beside the bars of progress."""
    return "\n".join(str(bar.proto.text) for bar in app.get("progress")).replace("\\", "")


def test_a_measurement_shows_without_an_address(site: Opened, new_home: Path) -> None:
    number = queued()
    assert f"Job {number}: queued" in bars(site("speed"))
    assert "A first measurement is queued" in links(site("overview"))
    run = started(number)
    app = site("speed")
    assert "lstm: round 3" in bars(app)
    assert "Nothing has been measured" not in words(app)
    assert "measured never" not in words(app)
    assert "A first measurement is running: 34 %, lstm: round 3" in links(site("overview"))
    assert "Nothing has been measured" not in words(site("overview"))
    ended(number, run)
    assert not bars(site("speed"))
    assert "measurement is" not in links(site("overview"))


def test_a_watched_measurement_says_how_it_ended(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = queued()
    app = site("speed")
    assert "job" not in app.query_params
    run = started(number)
    assert "lstm: round 3" in bars(app.run())
    seen = [data.measuring()]
    ended(number, run)
    monkeypatch.setattr(data, "measuring", lambda _kind: seen.pop() if seen else [])  # it ends while it is looked at
    assert f"Job {number} is done" in words(app.run())
    assert asked(app, "job") == [str(number)]


def test_more_measurements_than_fit_are_counted(site: Opened, new_home: Path) -> None:
    numbers = [queued() for _ in range(5)]
    app = site("speed")
    assert len(app.get("progress")) == 3
    assert "two more measurements queued" in words(app).lower()
    app = site("speed", job=str(numbers[-1]))
    assert f"Job {numbers[-1]}: queued" in bars(app)
    assert asked(app, "job") == [str(numbers[-1])]


def test_who_may_not_run_may_not_cancel(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = queued()
    assert [button.key for button in site("speed").button if "cancel" in str(button.key)] == [f"cancel-{number}"]
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    app = site("speed")
    assert f"Job {number}: queued" in bars(app)
    assert not [button for button in app.button if "cancel" in str(button.key)]


def test_an_unfinished_run_is_left_out_until_it_ends(site: Opened, new_home: Path) -> None:
    first = measured(new_home)
    number = queued()
    run = started(number)
    app = site("speed")
    assert {head.run for head in store.heads()} == {first}
    assert {row.run for row in store.ratios()} == {first}
    before = data.speed_stamp()
    document: dict[str, Any] = {
        "preset": "matched",
        "device": "cpu",
        "machine": {"processor": "Named"},
        "results": [result("lstm", "numpy", 0.01)],
    }
    ended(number, run, document)
    assert data.speed_stamp() != before
    assert store.heads()[0].run == run
    shown = words(app.run())
    assert "Named" in shown
    assert "machine not described" not in shown
    assert "This run has no comparison" in shown


def test_the_stamp_follows_what_a_running_benchmark_writes(site: Opened, new_home: Path) -> None:
    number = queued()
    run = started(number)
    before = data.speed_stamp()
    engine = open_database()
    with writing(engine) as session:
        document = {"results": [result("lstm", v, 0.01) for v in ("torch.eager", "numpy")]}
        write.bench_run(session, run, document)
    engine.dispose()
    assert data.speed_stamp() != before


def test_measured_and_not_comparable_heads_the_page_with_the_reason(site: Opened, new_home: Path) -> None:
    number = queued()
    run = started(number)
    document: dict[str, Any] = {
        "results": [result("lstm", "torch.eager", 0.01), result("lstm", "tensorflow.function", 0.02)],
        "comparisons": [
            comparison("lstm", "tensorflow.function", 2.0, "not comparable", why="threads: 2 against 1"),
        ],
    }
    ended(number, run, document)
    title = site("speed").title[0].value.replace("\\", "")
    assert "could not be compared: threads: 2 against 1" in title
    assert "have not been compared" not in title


def test_another_preset_does_not_replace_matched_figures(site: Opened, new_home: Path) -> None:
    defaults: dict[str, Any] = {
        "preset": "defaults",
        "device": "cpu",
        "results": [result("lstm", "torch.eager", 0.01, preset="defaults")],
        "comparisons": [comparison("lstm", "tensorflow.function", 0.4, "faster")],
    }
    number = queued()
    ended(number, started(number), defaults)
    assert "defaults preset" in said(site("overview"))
    measured(new_home)
    number = queued()
    ended(number, started(number), defaults)
    shown = words(site("overview"))
    assert "2.1 × slower" in shown
    assert "defaults preset" not in shown


@pytest.mark.parametrize(
    ("value", "off"), [("1", True), ("true", True), ("", False), ("0", False), ("false", False), ("no", False),
                       ("off", False), ("maybe", True)]
)  # fmt: skip
def test_offline_is_read_as_the_collectors_read_it(value: str, off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from collectors.settings import SettingsError, load_settings

    monkeypatch.setenv("FRAMESCOPE_OFFLINE", value)
    assert data.offline() is off
    if value == "maybe":
        with pytest.raises(SettingsError):
            load_settings(None)
    else:
        assert load_settings(None).offline is off


def test_advice_names_commands_that_exist(site: Opened) -> None:
    from framescope.cli import app as commands

    known = {command.name or command.callback.__name__ for command in commands.registered_commands if command.callback}
    shown = words(site("speed"))
    assert {"init", "sources"} <= known
    assert "framescope init" in shown
    assert "framescope sources" in shown
    assert "doctor" not in shown


def test_the_ceiling_column_says_what_it_follows(site: Opened, new_home: Path) -> None:
    measured(new_home)
    told = [str(frame.proto.columns) for frame in site("speed").dataframe if "of ceiling %" in frame.value.columns]
    assert told
    assert all("throughput" in columns for columns in told)


def test_a_run_token_is_kept_while_the_page_is_used(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "0.0.0.0")  # noqa: S104  # named, not bound
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", "made-up-token")
    app = site("speed")
    app.text_input("visit.token").set_value("made-up-token").run()
    for seconds in (20, 30):
        app.number_input("speed.seconds").set_value(seconds).run()
    assert app.button("speed.run").disabled is False


def test_an_imported_run_is_marked_and_is_no_answer_for_this_machine(site: Opened, new_home: Path) -> None:
    document: dict[str, Any] = {
        "machine": {"processor": "Elsewhere 9000"},
        "preset": "matched",
        "device": "cpu",
        "results": [result("lstm", "torch.eager", 0.01), result("lstm", "tensorflow.function", 0.02)],
        "comparisons": [comparison("lstm", "tensorflow.function", 2.0, "slower")],
    }
    engine = open_database()
    with writing(engine) as session:
        run = write.start_run(session, kind="import", source="benchmark")
        write.bench_run(session, run, document)
        write.finish_run(session, run, status="ok", new=2)
    engine.dispose()
    app = site("speed")
    assert "Nothing is measured yet" in app.title[0].value
    assert "measured on another machine" in words(app)
    assert "Elsewhere 9000" in words(app)
    assert "slower" not in words(site("overview"))
    measured(new_home)
    app = site("speed")
    assert "measured on another machine" not in words(app)
    assert [option for option in app.selectbox(key="results.run").options if "another machine" in option]
