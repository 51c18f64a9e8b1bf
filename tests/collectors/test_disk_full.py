"""A worker on a disk that is really full: nothing is lost, and what it came to is written when there is room again."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors import lease, worker
from collectors.lease import JobContext
from db import errors, read, write
from db.engine import Engine, open_database, reading, writing
from tests.db.made import rows, spell
from tests.fakes.held import TODAY
from tests.soak import catalogued

WAIT_S = 60.0
Full = Callable[[bool], None]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes; its tests are skipped where none can be mounted."""
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("NO MOUNT: a small file system needs root")
    yield small
    subprocess.run(["umount", "-l", str(small)], check=True)  # noqa: S607  # the system's own


@pytest.fixture
def engine(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(place / "home"))
    monkeypatch.setattr(lease, "AWAY_S", 0.1)
    opened = open_database(f"sqlite:///{catalogued(place / 'home') / 'framescope.db'}")
    yield opened
    opened.dispose()


@pytest.fixture
def full(place: Path, engine: Engine) -> Full:
    """Fill the disk to its last byte, or make room again."""
    ballast = place / "ballast"

    def change(to: bool) -> None:
        if not to:
            ballast.unlink()
            return
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 10, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    continue

    return change


def ask(engine: Engine) -> int:
    with writing(engine) as session:
        return write.request_job(session, kind="made", parameters={}, requested_by="test")


def look(engine: Engine, job: int) -> read.JobRow:
    with reading(engine) as session:
        found = read.job(session, job)
    assert found is not None
    return found


def grow(engine: Engine, run: int) -> None:
    with writing(engine) as session:
        write.observations(session, run, "clickpy", spell(TODAY.replace(year=2015), 4_000), None)


def test_what_a_job_came_to_is_written_when_there_is_room_again(
    engine: Engine, full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_full, ran = threading.Event(), list[int]()

    def handler(context: JobContext) -> tuple[int | None, str]:
        ran.append(context.job.job)
        with writing(engine) as session:
            run = write.start_run(session, kind="collection", source="clickpy")
        full(True)
        with pytest.raises(errors.DiskFull):
            grow(engine, run)
        context.progress(0.5, "half")  # which is not worth an end
        is_full.set()
        return run, "well"

    monkeypatch.setattr(worker, "HANDLERS", {"made": handler})
    job = ask(engine)
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"once": True})
    working.start()
    assert is_full.wait(WAIT_S)
    time.sleep(0.5)
    assert look(engine, job).state == "running", "a full disk can still be read"
    full(False)
    working.join(WAIT_S)
    ended = look(engine, job)
    assert (ended.state, ended.message, ended.attempts, ran) == ("done", "well", 1, [job])
    assert rows(engine, "SELECT count(*) FROM observation") == [(0,)], "what did not fit was taken back whole"
    assert rows(engine, "PRAGMA integrity_check") == [("ok",)]


def test_a_worker_waits_with_a_claim_until_there_is_room(
    engine: Engine, full: Full, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "HANDLERS", {"made": lambda _context: (None, "well")})
    monkeypatch.setattr(worker, "AGAIN_S", 0.1)
    job, stop = ask(engine), threading.Event()
    full(True)
    working = threading.Thread(target=worker.work, args=(engine,), kwargs={"stop": stop})
    working.start()
    _until(lambda: "No space is left" in caplog.text)
    assert look(engine, job).state == "queued"
    full(False)
    _until(lambda: look(engine, job).state == "done")
    stop.set()
    working.join(WAIT_S)
    assert look(engine, job).attempts == 1


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
