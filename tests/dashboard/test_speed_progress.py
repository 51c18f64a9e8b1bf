"""A running benchmark in words: one row a variant, one line for the whole, and what a silent worker means."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.live import Watch, plan
from dashboard.analysis.speed_progress import line, rows, silence, span
from db import write
from db.engine import open_database, writing
from tests.dashboard.conftest import Opened
from tests.dashboard.test_speed_views import WORKER, bars, ended, queued, started
from tests.dashboard.test_views import words

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def at_work() -> dict[str, Any]:
    watch = Watch(["lstm", "gru"], ["torch.eager", "numpy"], {"lstm": 60.0, "gru": 60.0}, {"lstm": {"numpy": "none"}})
    latency = {"torch.eager": 0.0123}
    watch.see({"kind": "progress", "fraction": 0.1, "message": "lstm: starting numpy", "process": 2, "processes": 3})
    watch.see({"kind": "round", "workload": "lstm", "round": 7, "order": [], "latency_s": latency})
    return watch.detail()


def test_a_row_a_variant() -> None:
    first, second = rows(at_work())
    assert first == {
        "variant": "torch.eager", "state": "▶ measuring", "rounds": "1", "last call": "12.3\u00a0ms",
        "ratio so far": "1.00\u00a0×",
    }  # fmt: skip
    assert second["state"].startswith("✕ dropped out")
    assert (second["rounds"], second["ratio so far"]) == ("—", "—")
    assert rows({}) == []


def test_the_line_says_where_it_is() -> None:
    said = line(at_work()).replace("\u00a0", " ")
    assert said == "lstm (1 of 2), round 7, process 2 of 3, about 2 min left"
    assert line(plan(["lstm"], [])) == "starting"
    assert line({}) == ""
    assert line(at_work() | {"left_s": 0.0}).endswith("longer than predicted")


@pytest.mark.parametrize(("seconds", "said"), [(1, "5 s"), (42, "40 s"), (170, "3 min"), (4_200, "1 h 10 min")])
def test_a_time_to_wait_does_not_flicker(seconds: float, said: str) -> None:
    assert span(seconds).replace("\u00a0", " ") == said


def test_a_worker_that_goes_silent_is_named_with_what_happens_next() -> None:
    assert silence(None, NOW) == ""
    assert silence(NOW + timedelta(seconds=55), NOW) == ""
    assert "has not answered for 35 s. If it does not within 25 s" in silence(NOW + timedelta(seconds=25), NOW)
    assert "no longer answers" in silence(NOW - timedelta(seconds=1), NOW)
    assert "In 25 s it is given up" in silence(NOW + timedelta(seconds=25), NOW, own=True)
    assert "has died. The next worker marks it as failed" in silence(NOW - timedelta(seconds=1), NOW, own=True)


def test_the_page_draws_what_a_running_job_tells(site: Opened, new_home: Path) -> None:
    number = queued()
    run = started(number)
    engine = open_database()
    with writing(engine) as session:
        write.progress_job(session, number, WORKER, fraction=0.4, message="m", detail=at_work())
    engine.dispose()
    app = site("speed")
    assert "lstm (1 of 2), round 7, process 2 of 3" in bars(app)
    table = app.dataframe[0].value
    assert list(table["variant"]) == ["torch.eager", "numpy"]
    ended(number, run)


def test_the_page_says_when_the_worker_is_gone(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.write.jobs.LEASE_S", -1)
    started(queued())
    app = site("speed")
    assert "no longer answers" in words(app)
    assert [block.value for block in app.code if "worker" in block.value] == ["framescope worker"]


def test_a_cancelled_job_says_that_it_is_stopping(site: Opened, new_home: Path) -> None:
    number = queued()
    started(number)
    app = site("speed")
    app.button(f"cancel-{number}").click().run()
    button = site("speed").button(f"cancel-{number}")
    assert (button.label, button.disabled) == ("Stopping", True)
