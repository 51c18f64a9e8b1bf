"""`up` asks for every probe once: after a first measurement, where there is a framework and nothing was probed yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors import jobs
from collectors.worker import HANDLERS
from db import read, write
from db.engine import Engine, open_database, reading, writing
from framescope.commands import serve


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path))
    engine = open_database(create=True)
    yield engine
    engine.dispose()


def here(monkeypatch: pytest.MonkeyPatch, *variants: str) -> None:
    rows: list[dict[str, Any]] = [{"variant": name, "available": True} for name in (*variants, "numpy")]
    monkeypatch.setattr(jobs, "variant_list", lambda: rows)


def asked(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(job.kind, job.state) for job in read.jobs(session)][::-1]


def probed(engine: Engine, status: Any) -> None:
    with writing(engine) as session:
        run = write.start_run(session, kind=jobs.PROBES, source="probe")
        write.finish_run(session, run, status=status)


def test_probes_are_queued_once_and_behind_the_measurement(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, "torch.eager", "tensorflow.function")
    for _ in range(2):
        serve._ask_for_a_first_measurement(engine)
        serve._ask_for_first_probes(engine)
    assert asked(engine) == [("benchmark", "queued"), ("probe", "queued")]
    with reading(engine) as session:
        (job,) = read.jobs(session, kind=jobs.PROBES)
    assert job.parameters == {"capabilities": [], "systems": [], "device": "cpu"}


@pytest.mark.parametrize(("status", "times"), [("ok", 0), ("partial", 0), ("failed", 1)])
def test_what_was_probed_is_not_asked_for_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, status: str, times: int
) -> None:
    here(monkeypatch, "jax.jit")
    probed(engine, status)
    serve._ask_for_first_probes(engine)
    assert len(asked(engine)) == times


def test_without_a_framework_nothing_is_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here(monkeypatch)
    serve._ask_for_first_probes(engine)
    assert asked(engine) == []
    assert "none of the frameworks is installed" in capsys.readouterr().err


def test_a_worker_of_up_takes_each_kind_of_job_and_what_measures_shares_one() -> None:
    assert sorted(kind for kinds in serve.KINDS for kind in kinds) == sorted(HANDLERS)
    assert {jobs.BENCHMARK, jobs.PROBES, jobs.TASKS} in map(set, serve.KINDS)
