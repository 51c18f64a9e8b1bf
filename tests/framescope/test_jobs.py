"""`jobs`: who asked is listed, and the operator cancels whoever's job it is."""

from datetime import timedelta
from pathlib import Path

from db import write
from db.engine import open_database, writing
from db.records import Asker, Permit
from tests.framescope.test_cli import answer, framescope


def queued(home: Path) -> list[int]:
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    ann = Permit(Asker("user:1", "user:1", "ann@example.org"), 12.5, timedelta(days=1), lambda *_: "")
    with writing(engine) as session:
        wanted = {"kind": "tasks", "parameters": {}, "requested_by": "site"}
        numbers = [write.request_job(session, **wanted, permit=permit) for permit in (ann, None)]  # type: ignore[arg-type]  # by name
    engine.dispose()
    return numbers


def test_the_operator_lists_who_asked_and_cancels_anything(tmp_path: Path) -> None:
    first, second = queued(tmp_path)
    rows = {row["job"]: row for row in answer(tmp_path, "jobs")}
    assert (rows[first]["asker"], rows[first]["asker_name"], rows[first]["expected_s"]) == (
        "user:1",
        "ann@example.org",
        12.5,
    )
    assert (rows[second]["asker"], rows[second]["requested_by"]) == (None, "site")
    assert "ann@example.org" in framescope(tmp_path, "jobs", COLUMNS="200").stdout
    told = answer(tmp_path, "jobs", "cancel", str(first), str(second))
    assert [(row["job"], row["cancelled"], row["state"]) for row in told] == [
        (first, True, "cancelled"),
        (second, True, "cancelled"),
    ]


def test_what_cannot_be_cancelled_is_told(tmp_path: Path) -> None:
    first, _ = queued(tmp_path)
    framescope(tmp_path, "jobs", "cancel", str(first))
    done = framescope(tmp_path, "jobs", "cancel", str(first), "4711", COLUMNS="200")
    assert done.returncode == 1
    assert "it was over already" in done.stdout
    assert "there is no such job" in done.stdout
    for wrong in (("jobs", "end", "1"), ("jobs", "cancel")):
        done = framescope(tmp_path, *wrong)
        assert done.returncode == 2
        assert "framescope: " in done.stderr
