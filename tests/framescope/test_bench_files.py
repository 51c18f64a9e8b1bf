"""A run as a file: exported, imported elsewhere, the same run; and that of a machine with the harness alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from db import write
from db.engine import open_database, writing
from tests.bench.documents import document

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "collectors/bench/document.schema.json").read_text(encoding="utf-8"))
TINY = ("matmul", "--variant", "numpy", "--size", "tiny", "--seconds", "2", "--processes", "1")
ALONE = """
import runpy, sys
from importlib.abc import MetaPathFinder
ABSENT = {"sqlalchemy", "alembic", "pydantic", "requests", "typer", "rich", "pandas", "streamlit", "filelock", "ijson"}
class Bare(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT or name in ("db", "catalog", "framescope", "dashboard"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Bare())
sys.argv = ["collectors.bench", *sys.argv[1:]]
runpy.run_module("collectors.bench", run_name="__main__")
"""


def framescope(home: Path, *arguments: str, good: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FRAMESCOPE_HOME": str(home)}
    command = [sys.executable, "-m", "framescope", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode == 0) == good, done.stderr
    return done


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two databases: one that measures, and one that only imports."""
    here, there = (tmp_path_factory.mktemp(name) for name in ("here", "there"))
    for home in (here, there):
        open_database(f"sqlite:///{home / 'framescope.db'}", create=True).dispose()
    return here, there


@pytest.fixture(scope="module")
def exported(homes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The number of a run that was measured for this, and its file."""
    file = tmp_path_factory.mktemp("files") / "run.json"
    run = json.loads(framescope(homes[0], "bench", "run", *TINY, "--json").stdout)["run"]
    framescope(homes[0], "bench", "export", str(run), str(file))
    return run, file


def without_number(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found | {"run": None}


def take_in(home: Path, file: Path) -> dict[str, Any]:
    (report,) = json.loads(framescope(home, "import", str(file), "--json").stdout)
    found: dict[str, Any] = report
    return found


def test_a_run_exported_and_imported_is_the_same_run(homes: tuple[Path, Path], exported: tuple[int, Path]) -> None:
    here, there = homes
    number, file = exported
    text = file.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), SCHEMA)
    assert json.loads(text)["results"][0]["samples"]["latency"]
    report = take_in(there, file)
    assert (report["kind"], report["new"]) == ("benchmark", 1), report
    run = int(report["message"].removeprefix("run ").partition(":")[0])
    again = framescope(there, "bench", "export", str(run), "-").stdout
    assert without_number(again) == without_number(text)
    assert "nothing new" in take_in(there, file)["message"]
    assert f"this is run {number}, which is here already" in take_in(here, file)["message"]
    ours, theirs = (json.loads(framescope(home, "bench", "history", "--json").stdout) for home in homes)
    assert [row["imported"] for row in (*ours, *theirs)] == [False, True]
    assert ours[0]["measured_at"] == theirs[0]["measured_at"]
    assert ["imported, from another machine: run" in framescope(home, "bench", "history").stderr for home in homes] == [
        False,
        True,
    ]
    keys = [row.pop("key") for row in (ours[0], theirs[0])]
    assert keys[0] == keys[1]
    assert keys[0].keys() == {
        "workload",
        "size",
        "variant",
        "device",
        "preset",
        "cache",
        "machine",
        "versions",
        "passport",
    }


def test_the_harness_alone_gives_the_same_kind_of_document(
    homes: tuple[Path, Path], exported: tuple[int, Path], tmp_path: Path
) -> None:
    file = tmp_path / "run.json"
    command = [sys.executable, "-c", ALONE, "run", *TINY, "--json"]
    with file.open("w", encoding="utf-8") as output:
        subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.PIPE, check=True, timeout=120)
    alone, stored = json.loads(file.read_text(encoding="utf-8")), json.loads(exported[1].read_text(encoding="utf-8"))
    jsonschema.validate(alone, SCHEMA)
    assert alone.keys() == stored.keys()
    assert alone["results"][0].keys() == stored["results"][0].keys()
    assert alone["results"][0]["samples"].keys() == stored["results"][0]["samples"].keys()
    report = take_in(homes[1], file)
    assert (report["kind"], report["new"]) == ("benchmark", 1), report


def test_what_cannot_be_exported_is_said_in_a_line(homes: tuple[Path, Path], exported: tuple[int, Path]) -> None:
    assert "no benchmark run 99" in framescope(homes[0], "bench", "export", "99", "-", good=False).stderr
    nowhere = framescope(homes[0], "bench", "export", str(exported[0]), "/proc/none/file", good=False).stderr
    assert "cannot be written" in nowhere
    assert "Traceback" not in nowhere


def test_a_run_that_an_earlier_framescope_kept_can_be_moved_too(homes: tuple[Path, Path], tmp_path: Path) -> None:
    older = document(seed=99)
    del older["kind"], older["format"]
    engine = open_database(f"sqlite:///{homes[0] / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.bench_run(session, run, older)
        write.finish_run(session, run, status="ok")
    engine.dispose()
    framescope(homes[0], "bench", "export", str(run), str(tmp_path / "older.json"))
    assert take_in(homes[1], tmp_path / "older.json")["new"] == 2


def test_a_run_that_broke_off_is_not_exported(homes: tuple[Path, Path]) -> None:
    engine = open_database(f"sqlite:///{homes[0] / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.bench_run(session, run, document(seconds=None))
    engine.dispose()
    assert "has not ended, or broke off" in framescope(homes[0], "bench", "export", str(run), "-", good=False).stderr
