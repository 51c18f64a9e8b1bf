"""The programs that measure: their arithmetic, their verdicts, and that a site that ends is named at once."""

import gzip
import json
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import import_figures
import pytest
from calls import lasting, must_be_ok, of_days
from figures import Figure, loop_s, machine, table
from site_under_test import environment, free_port, wait_until_healthy
from soak import slope

from collectors.budget import LATENCY_S, Calls
from collectors.report import RunReport
from collectors.sources import SOURCES
from collectors.sources.papers_with_code import recognises
from collectors.sources.papers_with_code.dating import month_of


def test_a_promise_is_kept_up_to_its_limit_and_not_beyond() -> None:
    assert Figure("x", 0.5, "s", 0.5, "").verdict == "kept"
    assert Figure("x", 0.51, "s", 0.5, "").verdict == "NOT KEPT"
    assert Figure("x", 9.0, "s", None, "").verdict == "–"


def test_the_table_has_a_row_a_figure_with_its_unit() -> None:
    lines = table([Figure("memory", 232.6, "MB", 350, "how"), Figure("help", 0.168, "s", None, "how")]).splitlines()
    assert lines[2:] == ["| memory | 233 MB | ≤ 350 MB | kept | how |", "| help | 0.17 s | – | – | how |"]


def test_a_machine_is_told_with_how_fast_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 0.5, 1.0, 1.3, 2.0, 2.9])
    monkeypatch.setattr("figures.LOOP", 2_000_000)
    monkeypatch.setattr("figures.time.perf_counter", lambda: next(ticks))
    assert loop_s() == pytest.approx(0.3)
    monkeypatch.setattr("figures.loop_s", lambda: 0.296)
    assert machine().endswith(", a Python loop of 2 million additions in 0.30 s")


def test_the_growth_is_the_least_squares_slope() -> None:
    assert slope([(1.0, 10.0), (2.0, 12.0), (3.0, 14.0)]) == pytest.approx(2.0)
    assert slope([(1.0, 0.0), (2.0, 3.0), (3.0, 0.0)]) == pytest.approx(0.0)
    assert slope([(1.0, 5.0)]) == 0.0
    assert slope([]) == 0.0


def test_the_dump_to_measure_with_is_the_same_for_the_same_seed_and_is_known_as_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    import_figures.write_dump(plain, packed, 200, 7)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert recognises(plain.read_bytes()[:65536])
    entries = json.loads(plain.read_bytes())
    assert entries == list(import_figures.links(200, 7)) != list(import_figures.links(200, 8))
    dated = sum(isinstance(month_of(entry["paper_arxiv_id"]), date) for entry in entries)
    assert dated == sum(entry["paper_arxiv_id"] is not None for entry in entries) > 100


def test_the_import_is_measured_with_receipt_and_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_figures, "MOST_MB", 1.0)  # no Python is that small
    found = import_figures.figures(200, 7)
    assert [(one.unit, one.limit) for one in found] == [("s", 20.0), ("MB", 1.0)] * 3
    assert all(one.value > 0 for one in found)
    assert [one.verdict for one in found if one.unit == "MB"] == ["NOT KEPT"] * 3


def test_a_site_that_ends_is_not_waited_for() -> None:
    began = time.monotonic()
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(RuntimeError, match="status 3"):
        wait_until_healthy(f"http://127.0.0.1:{free_port()}", ended, 60)
    assert time.monotonic() - began < 30


def test_a_measured_site_has_no_setting_but_its_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", "sqlite:////elsewhere.db")
    ours = {name: value for name, value in environment(Path("/h")).items() if name.startswith("FRAMESCOPE_")}
    assert ours == {"FRAMESCOPE_HOME": "/h", "FRAMESCOPE_OFFLINE": "1"}


def report(status: str, requests: int = 3, again: int = 0) -> RunReport:
    now = datetime.now(UTC)
    predicted = Calls.exactly(3)
    return RunReport("x", status, "said", now, now, requests=requests, again=again, predicted=predicted)  # type: ignore[arg-type]  # a test's words


def test_a_rehearsal_with_trouble_counts_nothing() -> None:
    assert len(must_be_ok([report("ok"), report("ok", 5, 2)])) == 2
    with pytest.raises(RuntimeError, match="x: partial: said"):
        must_be_ok([report("ok"), report("partial")])
    with pytest.raises(RuntimeError, match="4 calls, 0 again, of 3 calls"):
        must_be_ok([report("ok", 4)])


def test_a_day_lasts_as_long_as_its_calls_at_their_pace() -> None:
    calls = dict.fromkeys((source.name for source in SOURCES), 0) | {"arxiv": 10, "package_index": 10}
    arxiv = next(source for source in SOURCES if source.name == "arxiv")
    assert lasting(calls) == pytest.approx(10 * arxiv.interval_s + 10 * LATENCY_S)
    search = calls | {"github_search": 1}
    assert lasting(search, keyless=True) - lasting(search) == pytest.approx(4.0)


def test_the_fullest_day_is_held_against_the_promise() -> None:
    quiet = dict.fromkeys((source.name for source in SOURCES), 1)
    full = quiet | {"github": 200}
    fullest, mean, _ = of_days([quiet, full], "made")
    assert (fullest.verdict, mean.verdict) == ("NOT KEPT", "–")
    assert of_days([quiet], "made")[0].verdict == "kept"
