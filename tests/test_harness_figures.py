"""The programs that prove the harness: each part in a tiny form, their counting, what they say of what was not run."""

import argparse
import json
import math
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import harness
import harness_everything
import harness_outcome
import harness_same
import harness_slowed
import pytest
from figures import Figure
from harness_outcome import NotRunError, Outcome, Progress
from harness_registry import MORE, PRODUCTS, TIMED, WORKLOADS
from harness_runs import Row, repeated
from harness_side_by_side import compared, told
from load import main as load_main

from collectors.imports.run_checked import checked

BENCHMARKS = Path(harness.__file__).parent


def options(into: Path, *words: str) -> argparse.Namespace:
    return harness.options([*words, "--into", str(into / "out"), "--scratch", str(into / "scratch"), "--seed", "5"])


def figures(into: Path, part: str) -> dict[str, dict[str, Any]]:
    kept = json.loads((into / "out" / "harness.json").read_text(encoding="utf-8"))["parts"][part]
    return {one["what"]: one for one in kept["figures"]}


def row(verdict: str, gap: float, *, different: bool, others: float = 0.5) -> Row:
    noise = {"others_share": others, "stolen_share": None}
    ours = {"verdict": verdict, "ratio": 1.01, "low": 0.99, "high": 1.03, "floor": 0.02, "rounds": 20}
    ours |= {"disturbance": noise, "samples": [{"process": [0] * 20}]}
    return {"ours": ours, "naive": {"different": different, "gap": gap}, "load": 0.4, "seed": 7}


@pytest.mark.frameworks
@pytest.mark.parametrize("part", ["timer", "overhead"])
def test_the_stopwatches_run_beside_the_harness(tmp_path: Path, part: str) -> None:
    asked = options(tmp_path, "--workloads", "softmax", "--size", "tiny", "--rounds", "6", "--threads", "1")
    harness.measure(part, asked)
    found = figures(tmp_path, part)
    if part == "timer":
        assert "6 rounds in three processes" in found["softmax, throughput from Timer"]["how"]
        return
    empty = found["a call of an empty step in a latency block"]["value"]
    assert 0 <= empty < 50
    assert found["a request and its answer"]["value"] > 0
    assert found["softmax, latency"]["limit"] == 1.0


def test_the_same_variant_is_compared_with_itself_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    words = ("--seconds", "0.4", "--naive-blocks", "4", "--comparisons")
    harness.measure("same", options(tmp_path, *words, "1"))
    first = (tmp_path / "scratch" / "same-numpy.jsonl").read_text(encoding="utf-8")
    harness.measure("same", options(tmp_path, *words, "2"))
    both = (tmp_path / "scratch" / "same-numpy.jsonl").read_text(encoding="utf-8")
    assert both.startswith(first)
    assert [json.loads(line)["seed"] for line in both.splitlines()] == [5, 6]
    assert "of 2" in figures(tmp_path, "same")["called different by the harness"]["how"]
    assert json.loads(first)["ours"]["samples"][0]["latency"]
    assert len(json.loads(first)["naive"]["samples"][1]) == 4


def test_the_slowed_one_has_exactly_five_per_cent_more_to_do(tmp_path: Path) -> None:
    assert MORE / PRODUCTS == 0.05
    harness.measure("slowed", options(tmp_path, "--seconds", "0.5", "--runs", "1", "--threads", "1"))
    found = figures(tmp_path, "slowed")
    assert found["missed"]["how"].startswith("of 1;")
    assert "its own cost" in found


def test_everything_is_one_run_whose_document_can_be_imported(tmp_path: Path) -> None:
    words = ("--workloads", "softmax", "elementwise", "--variants", "numpy", "--size", "tiny", "--seconds", "1")
    harness.measure("everything", options(tmp_path, *words))
    found = figures(tmp_path, "everything")
    assert found["measured"]["how"] == "of 2"
    assert found["failed, wrong, timed out or out of memory"] | {"how": ""} == {
        "what": "failed, wrong, timed out or out of memory",
        "value": 0,
        "unit": "",
        "limit": 0,
        "how": "",
        "verdict": "kept",
    }
    assert 10 < found["the coordinator's highest resident memory"]["value"] < 500
    document = json.loads((tmp_path / "scratch" / "everything.json").read_text(encoding="utf-8"))
    assert checked(document, datetime.now(UTC))["results"] == document["results"]


def test_what_failed_is_counted_and_named() -> None:
    good = {"workload": "w", "variant": "a", "status": "ok", "latency_s": {"low": None}}
    bad = good | {"variant": "b", "status": "timed out", "latency_s": None}
    document = {"results": [good, bad], "seconds": 1900.0, "preparation_s": 60.0}
    found = {one.what: one for one in harness_everything.figures(document, 151.0, 1, 2)}
    assert found["failed, wrong, timed out or out of memory"].how == "w b: timed out"
    assert found["measured without an interval"].value == 1
    assert [one.what for one in found.values() if one.verdict == "NOT KEPT"] == [
        "the whole run",
        "the coordinator's highest resident memory",
        "failed, wrong, timed out or out of memory",
    ]


def test_more_than_one_in_fifty_called_different_is_a_broken_promise() -> None:
    rows = [row("too close to call", 0.1, different=True), row("slower", 0.01, different=True)]
    rows += [row("not comparable", 0.0, different=False)] * 48
    found = {one.what: one for one in harness_same.false_figures(rows)}
    assert found["called different by the harness"].verdict == "kept"
    assert found["called different one after the other"].value == 2
    assert found["the same, and more than 3 % apart"].value == 1
    rows[2] = row("faster", 0.0, different=False)
    assert harness_same.false_figures(rows)[0].verdict == "NOT KEPT"


def test_a_comparison_that_could_show_nothing_is_told_from_one_that_could() -> None:
    ours = row("too close to call", 0.0, different=False)["ours"]
    assert harness_same.sees(ours, 1.1)
    assert not harness_same.sees(ours, 1.03)
    assert not harness_same.sees(ours | {"floor": 0.2}, 1.1)
    assert not harness_same.sees(ours | {"low": None, "high": None}, 1.1)


def test_more_than_one_missed_in_ten_is_a_broken_promise() -> None:
    seen = {"verdict": "slower", "ratio": 1.05, "low": 1.04, "high": 1.06, "floor": 0.02, "seconds": 60.0}
    missed = seen | {"verdict": "too close to call", "low": None, "high": None, "floor": None}
    assert harness_slowed.found_figures([seen] * 9 + [missed], 1.05)[0].verdict == "kept"
    assert harness_slowed.found_figures([seen] * 8 + [missed] * 2, 1.05)[0].verdict == "NOT KEPT"
    assert len(harness_slowed.found_figures([missed], 1.05)) == 4


def test_welch_knows_a_difference_from_none() -> None:
    rng = random.Random(1)  # noqa: S311  # samples, no secret
    one, other = ([rng.gauss(mean, 0.1) for _ in range(50)] for mean in (1.0, 1.2))
    assert harness_same.welch(one, one) == 0.0
    assert harness_same.welch(one, other) > 5
    assert harness_same.welch(other, one) < -5
    assert harness_same.welch([1.0, 1.0], [2.0, 2.0]) == math.inf


def test_a_ratio_is_told_with_its_interval_where_there_is_one() -> None:
    rounds = [{"timer": 1.0, "latency": 1.01 + 0.0001 * number} for number in range(10)]
    assert told(compared(rounds, "latency", "timer")).startswith("ratio 1.0104 [1.01")
    assert "too few" in told(compared(rounds[:3], "latency", "timer"))


def test_a_part_that_cannot_be_measured_here_says_so_and_one_not_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(asked: argparse.Namespace, progress: Progress) -> Outcome:
        raise NotRunError("no GPU")

    monkeypatch.setitem(harness.PARTS, "gpu", ("On a GPU", nothing))
    assert harness.measure("gpu", options(tmp_path))
    page = (tmp_path / "out" / "harness.md").read_text(encoding="utf-8")
    assert "**Not run**: no GPU" in page
    assert page.count("**Not run yet.**") == len(harness.PARTS) - 1


def test_parts_are_kept_beside_one_another(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    outcome = Outcome([Figure("x", 2.0, "%", 1.0, "how")], "said", {"torch": "1"})
    harness_outcome.keep(tmp_path, "timer", outcome, "here", now, 1.0)
    harness_outcome.keep(tmp_path, "same", outcome, "there", now, 1.0)
    page = harness_outcome.page({"timer": "One", "same": "Two"}, harness_outcome.kept(tmp_path))
    assert "on: here. torch 1." in page
    assert "on: there. torch 1." in page
    assert page.count("NOT KEPT") == 2


def test_an_unknown_part_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        harness.options(["timers"])
    assert "unknown part timers: one of timer, overhead, same" in capsys.readouterr().err


def test_rows_that_are_there_are_not_measured_again(tmp_path: Path) -> None:
    asked: list[int] = []

    def one(seed: int) -> Row:
        asked.append(seed)
        return {"value": seed}

    path = tmp_path / "rows.jsonl"
    repeated(path, range(3), one, Progress("x"), str)
    assert [found["seed"] for found in repeated(path, range(1, 5), one, Progress("x"), str)] == [1, 2, 3, 4]
    assert asked == [0, 1, 2, 3, 4]


def test_every_operator_that_is_timed_exists() -> None:
    assert {one.slug for one in WORKLOADS} >= {*TIMED, "products", "empty"}


def test_the_load_comes_and_goes_and_ends_with_its_input() -> None:
    with harness_same.load(3, [0]) as taken:
        end = time.monotonic() + 30
        while taken() < 0.2 and time.monotonic() < end:
            time.sleep(0.05)
        assert taken() >= 0.2
    command = [sys.executable, str(BENCHMARKS / "load.py"), "--seed", "1"]
    assert subprocess.run(command, stdin=subprocess.DEVNULL, timeout=30, check=False).returncode == 0
    with pytest.raises(SystemExit):
        load_main([])
