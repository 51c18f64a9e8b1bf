"""Comparisons turned one way round, counted, and told in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.analysis.speed import Ratio, Verdicts, between, headlines, machine_words, newest, read, turned, verdicts
from dashboard.sections.speed_results import _row
from dashboard.sections.speed_run import cost_words
from dashboard.sections.verdicts import verdict_words

LSTM = Ratio(
    "lstm", "medium", "torch.eager", "tensorflow.function", 2.0, 1.6, 2.5, "slower", "", 0.03, 7,
    datetime(2026, 11, 21, tzinfo=UTC), {"processor": "AMD EPYC", "processors": 2},
)  # fmt: skip


def test_turning_exchanges_everything() -> None:
    other = turned(LSTM)
    assert (other.baseline, other.variant, other.verdict) == ("tensorflow.function", "torch.eager", "faster")
    assert [other.ratio, other.low, other.high] == pytest.approx([0.5, 0.4, 0.625])
    assert turned(other).ratio == LSTM.ratio


def test_comparisons_of_a_pair_all_run_one_way() -> None:
    numpy = replace(LSTM, variant="numpy")
    found = between([LSTM, turned(LSTM), numpy], "pytorch", "tensorflow")
    assert [(row.baseline, row.ratio) for row in found] == [("torch.eager", 2.0), ("torch.eager", 2.0)]


def test_the_newest_of_each_comparison_counts() -> None:
    older = replace(LSTM, run=3, ratio=9.0)
    assert newest([LSTM, older]) == [LSTM]


def test_one_comparison_a_workload_stands_for_it() -> None:
    eager = replace(LSTM, variant="tensorflow.eager", ratio=62.0)
    compiled = replace(LSTM, baseline="torch.compile", variant="tensorflow.xla")
    other = replace(eager, workload="matmul")
    assert headlines([eager, compiled, LSTM, other]) == [LSTM, other]
    assert headlines([eager, compiled]) == [compiled]


def test_workloads_are_counted_by_who_wins() -> None:
    close = replace(LSTM, workload="matmul", verdict="too close to call", ratio=1.0)
    lost = replace(LSTM, workload="cnn", verdict="faster", ratio=0.7)
    apart = replace(LSTM, workload="gelu", verdict="not comparable")
    mixed = replace(LSTM, variant="tensorflow.xla", verdict="faster", ratio=0.9)
    assert verdicts([LSTM, close, lost, apart]) == Verdicts(1, 1, 1)
    assert verdicts([LSTM, mixed]) == Verdicts(0, 0, 1)


def test_what_cannot_be_compared_has_no_point() -> None:
    assert not replace(LSTM, verdict="not comparable").drawable
    assert not replace(LSTM, ratio=None).drawable
    assert not replace(LSTM, ratio=float("nan")).drawable


def test_verdicts_in_words() -> None:
    assert "slower**" in verdict_words(LSTM)
    assert "(1.60–2.50)" in verdict_words(LSTM)
    assert verdict_words(replace(LSTM, verdict="too close to call")).startswith(":gray[too close to call")
    struck = verdict_words(replace(LSTM, verdict="not comparable", why="layouts <b>differ</b>"))
    assert struck.startswith("~~")
    assert "\\<b\\>" in struck


def test_a_stored_row_is_read() -> None:
    row = {"workload": "lstm", "size": "s", "baseline": "a", "variant": "b", "verdict": "slower", "run": 1}
    assert read(row).ratio is None


def test_a_wrong_variant_has_no_time() -> None:
    row = {
        "workload": "matmul", "size": "s", "variant": "tensorflow.xla", "status": "wrong", "message": "too far off",
        "latency_s": {"median": 0.1, "low": 0.1, "high": 0.1}, "first_call_s": 1.0, "relative_error": 0.3,
        "tolerance": 1e-5, "peak_bytes": None, "share_of_ceiling": 0.4,
    }  # fmt: skip
    shown = _row(row)
    assert shown["state"] == "wrong: too far off"
    assert [shown[name] for name in ("median ms", "low", "high", "first call s", "of ceiling %", "memory MiB")] == [
        None
    ] * 6
    assert shown["error"] == 0.3


def test_nan_is_shown_as_no_value() -> None:
    row = {
        "workload": "m", "size": "s", "variant": "numpy", "status": "ok",
        "latency_s": {"median": float("nan"), "low": None, "high": 0.2}, "relative_error": float("nan"),
    }  # fmt: skip
    shown = _row(row)
    assert shown["median ms"] is None
    assert shown["error"] is None
    assert shown["high"] == 200


def test_a_machine_in_words() -> None:
    assert machine_words(LSTM.machine) == "AMD EPYC, 2 processors"
    assert machine_words({}) == "machine not described"


def test_the_cost_is_said_before() -> None:
    assert "about 40 s, 20 s a workload" in cost_words(40, 2)
    assert cost_words(40, 0) == "Choose at least one workload."
