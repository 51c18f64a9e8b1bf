"""The command line's contract: names, JSON, exit status, and clear words when something is wrong."""

import csv
import io
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from db.migrations import REVISIONS


def framescope(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    return subprocess.run(
        [sys.executable, "-m", "framescope", *arguments],
        env=kept | {"FRAMESCOPE_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(home: Path, *arguments: str, **environment: str) -> Any:
    done = framescope(home, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    first = answer(home, "init")
    assert first["new"] == first["observations"] > 50_000
    return home


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['framescope', '--help']\n"
        "from framescope.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'streamlit', 'torch', 'tensorflow', 'jax', 'sqlalchemy', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip().endswith("[]")


def test_init_twice_changes_nothing(home: Path) -> None:
    again = answer(home, "init")
    assert (again["new"], again["revised"]) == (0, 0)
    assert again["systems"] > 40
    assert again["revision"] == REVISIONS[-1]


def test_series_gives_the_stars_of_august_with_their_origin(home: Path) -> None:
    rows = answer(home, "series", "--metric", "stars", "--system", "pytorch")
    august = [row for row in rows if row["period_start"].startswith("2026-08")]
    assert [row["value"] for row in august] == [102529]
    assert "Github-Ranking" in august[0]["origin"]
    assert august[0]["receipt"]
    assert (august[0]["status"], august[0]["unit"]) == ("ok", "stars")


def test_series_has_no_value_in_the_documented_gaps(home: Path) -> None:
    rows = answer(home, "series", "--metric", "stars", "--system", "pytorch", "--source", "history.github-ranking")
    gap = [row for row in rows if "2021-10-02" <= row["period_start"] < "2021-12-18"]
    assert [(row["value"], row["status"]) for row in gap] == [(None, "unavailable")]
    later = [row for row in rows if "2024-10-24" <= row["period_start"] < "2025-01-08"]
    assert [row["value"] for row in later] == [None]


def test_series_since_and_until_bound_the_beginning_of_a_period(home: Path) -> None:
    bounds = ("--since", "2026-06-30", "--until", "2026-07-31")
    rows = answer(home, "series", "--metric", "stars", "--source", "history.github-ranking", *bounds)
    assert {row["period_start"] for row in rows} == {"2026-06-30"}
    assert len(rows) >= 3


def test_series_as_csv_and_parquet_hold_the_same_rows(home: Path, tmp_path: Path) -> None:
    filters = ("--metric", "downloads", "--system", "pytorch", "--since", "2026-01-01")
    printed = framescope(home, "series", *filters, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    target = tmp_path / "rows.parquet"
    with target.open("wb") as file:
        subprocess.run(
            [sys.executable, "-m", "framescope", "series", *filters, "--format", "parquet"],
            env=os.environ | {"FRAMESCOPE_HOME": str(home)},
            stdout=file,
            check=True,
            timeout=60,
        )
    values = pq.read_table(target).column("value").to_pylist()
    assert [float(row["value"]) for row in rows] == values
    assert 87347847 in values


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("series", "--metric", "starz"), "Did you mean stars"),
        (("series", "--system", "pytorhc"), "Did you mean pytorch"),
        (("series", "--source", "nowhere"), "There is no source"),
        (("series", "--format", "xml"), "There is no format"),
        (("bench", "run", "lstmm"), "did you mean lstm"),
        (("bench", "run", "matmul", "--variant", "torch.eagr"), "did you mean torch.eager"),
        (("bench", "run", "matmul", "--size", "smalll"), "did you mean small"),
        (("bench", "run", "matmul", "--device", "cuda:99"), "There is no cuda:99 here"),
        (("bench", "run", "matmul", "--threads", "0"), "threads here"),
        (("bench", "run", "matmul", "--processes", "11"), "1 to 10 processes"),
        (("bench", "run", "matmul", "--cache", "warm"), "Unknown cache mode"),
        (("bench", "run", "matmul", "--out", "/nowhere/at/all.json"), "there is no folder /nowhere/at"),
        (("bench", "run", "matmul", "--seconds", "0"), "budget"),
        (("bench", "history", "lstmm"), "did you mean lstm"),
        (("bench", "selftest", "--check", "crush"), "did you mean crash"),
        (("bench", "selftest", "--without", "floors"), "did you mean floor"),
        (("bench", "export", "99", "-"), "no benchmark run 99"),
        (("collect", "nowhere"), "nowhere"),
        (("collect", "--system", "pytroch"), "Did you mean pytorch"),
        (("worker", "--kind", "nothing"), "There is no kind of job"),
        (("doubts", "bogus"), "there is confirm and dismiss"),
        (("doubts", "believe", "1"), "there is confirm and dismiss"),
        (("doubts", "confirm"), "by their numbers"),
        (("doubts", "confirm", "99"), "There is no doubt 99"),
    ],
)
def test_an_unknown_name_is_wrong_usage_said_in_one_line(home: Path, arguments: tuple[str, ...], words: str) -> None:
    done = framescope(home, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_with_every_option_is_written_and_can_be_asked_for_again(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    options = ("--variant", "numpy", "--size", "tiny", "--seconds", "2", "--processes", "1", "--threads", "1")
    done = framescope(home, "bench", "run", "matmul", *options, "--seed", "7", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    printed, written = json.loads(done.stdout), json.loads(out.read_text())
    assert printed["seed"] == written["seed"] == 7
    assert "samples" not in printed["results"][0]
    assert written["results"][0]["samples"]["latency"]
    again = [line for line in done.stderr.splitlines() if line.startswith("again: ")]
    assert again == [f"again: framescope bench run matmul {' '.join(options[:6])} --processes 1 --threads 1 --seed 7"]
    assert framescope(home, "import", str(out)).returncode == 0


def test_wrong_usage_is_status_two(home: Path) -> None:
    assert framescope(home, "series", "--no-such-option").returncode == 2


def test_an_error_with_json_is_one_document(home: Path) -> None:
    done = framescope(home, "series", "--metric", "starz", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"].startswith("There is no metric")


def test_without_a_database_the_next_step_is_named(tmp_path: Path) -> None:
    done = framescope(tmp_path / "none", "series")
    assert done.returncode == 1
    assert "framescope init" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = framescope(tmp_path / "file" / "home", "init")
    assert done.returncode == 1
    assert "FRAMESCOPE_HOME" in done.stderr


def test_a_database_of_a_newer_revision_is_left_alone(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "framescope.db", tmp_path)
    with sqlite3.connect(tmp_path / "framescope.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in ("init", "series", "jobs"):
        done = framescope(tmp_path, command)
        assert done.returncode == 1
        assert "9999" in done.stderr
        assert "nothing was changed" in done.stderr


def test_a_catalogue_error_names_file_entry_and_field(home: Path) -> None:
    from catalog.errors import CatalogError
    from framescope.environment import explain

    said = explain(CatalogError("systems.toml", "pytorch", "role", "is required and missing"))
    assert said is not None
    assert all(part in said for part in ("systems.toml", "pytorch", "role"))


def test_a_fault_of_the_program_is_not_hidden() -> None:
    from framescope.environment import explain

    assert explain(KeyError("x")) is None


def test_a_port_in_use_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = framescope(home, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port" in done.stderr


def test_settings_are_read_from_a_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"FRAMESCOPE_HOME={tmp_path / 'elsewhere'}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    done = subprocess.run(
        [sys.executable, "-m", "framescope", "series"],
        env=kept,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "elsewhere" in done.stderr
