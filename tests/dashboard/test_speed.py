"""Comparisons turned one way round, counted, and told in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.analysis.speed import (
    Ratio,
    Verdicts,
    between,
    headlines,
    machine_words,
    machines,
    matched_first,
    newest,
    outcomes,
    read,
    setting_words,
    turned,
    verdicts,
)
from dashboard.analysis.speed_rows import listed
from dashboard.sections.overview_speed import SHOWN, head_to_head, measured_words, more_words
from dashboard.sections.speed_job import notice_words
from dashboard.sections.speed_results import open_question
from dashboard.sections.speed_workload import _struck
from dashboard.sections.verdicts import verdict_words
from db.read import BenchHead, JobRow
from language.words import speaking
from tests.dashboard.test_format import flat

LSTM = Ratio(
    "lstm", "medium", "torch.eager", "tensorflow.function", 2.0, 1.6, 2.5, "slower", "", 0.03, 7,
    datetime(2026, 11, 21, tzinfo=UTC), {"processor": "AMD EPYC", "processors": 2},
)  # fmt: skip
HEAD = BenchHead(7, datetime(2026, 11, 21, tzinfo=UTC), False, {}, "cpu", "matched", ("lstm",), 2)


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


def test_machines_are_counted_by_what_they_are_and_nodes_by_name() -> None:
    other = replace(LSTM, machine={"processor": "Intel", "processors": 2})
    nodes = [replace(LSTM, machine=LSTM.machine | {"node": name}) for name in ("a", "b", "a")]
    assert machines([LSTM, LSTM]) == 1
    assert machines([LSTM, other]) == 2
    assert machines([LSTM, replace(other, ratio=None)]) == 1, "what has no ratio is not counted"
    assert machines(nodes) == 2


def test_a_machine_is_told_with_the_signs_of_the_language() -> None:
    assert machine_words(LSTM.machine) == "AMD EPYC, 2 processors"
    with speaking("zh-CN"):
        assert machine_words(LSTM.machine) == "AMD EPYC，2 个处理器"


def test_a_cold_run_replaces_no_hot_one_and_an_older_run_was_hot() -> None:
    cold = replace(LSTM, cache="cold", run=9, ratio=0.5, verdict="faster")
    assert newest([cold, LSTM]) == [cold, LSTM]
    assert headlines([cold, LSTM]) == [cold, LSTM]
    assert LSTM.cache == "hot"


def test_a_run_of_another_preset_or_device_replaces_nothing() -> None:
    matched = replace(LSTM, preset="matched", device="cpu")
    defaults = replace(matched, preset="defaults", run=9, ratio=0.5, verdict="faster")
    cuda = replace(matched, device="cuda", run=8)
    assert newest([defaults, cuda, matched]) == [defaults, cuda, matched]
    assert head_to_head([defaults, cuda, matched]) == [cuda, matched]
    assert headlines([cuda, matched]) == [cuda, matched]
    assert matched_first([defaults]) == [defaults]
    assert verdicts(head_to_head([defaults, matched])) == Verdicts(1, 0, 0)


def test_settings_are_named_where_they_are_not_the_usual_ones() -> None:
    assert setting_words(replace(LSTM, preset="matched", device="cpu")) == ""
    assert setting_words(replace(LSTM, preset="defaults", device="cuda")) == "defaults preset, cuda"
    assert setting_words(replace(LSTM, preset="matched", device="cpu", cache="cold")) == "cold cache"


def test_ages_of_several_runs_are_a_span() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    fresh = replace(LSTM, measured_at=now - timedelta(minutes=5))
    assert measured_words([LSTM], now) == measured_words([LSTM, LSTM], now) == "measured 2 days ago"
    assert measured_words([fresh, LSTM], now) == "measured between 2 days ago and 5 minutes ago"
    assert measured_words([replace(LSTM, measured_at=None)], now) == "measured at an unknown time"


def test_what_was_measured_and_could_not_be_compared_is_not_called_unmeasured() -> None:
    apart = replace(LSTM, verdict="not comparable", why="threads: 2 against 1")
    assert "have not been compared" in open_question([HEAD], [])
    assert "could not be compared: threads: 2 against 1." in open_question([HEAD], [apart, apart])
    assert "could not be compared, for the reasons below." in open_question([HEAD], [apart, replace(apart, why="busy")])
    assert "could not be compared." in open_question([HEAD], [replace(apart, why="")])
    assert open_question([]).endswith("Nothing is measured yet.")


def test_a_node_that_measured_is_named_and_this_machine_is_where_it_did() -> None:
    lab = {"node": "lab-2", "processor": "A", "processors": 4}
    assert machine_words(lab) == "lab-2: A, 4 processors"
    there, apart = HEAD._replace(machine=lab), replace(LSTM, verdict="not comparable", why="busy", machine=lab)
    assert open_question([there]) == "PyTorch and TensorFlow have not been compared on lab-2 yet."
    assert "compared on lab-2, this machine yet." in open_question([there, HEAD])
    assert "on this machine yet." in open_question([HEAD, there._replace(imported=True)])
    assert "measured on lab-2 but could not be compared: busy." in open_question([there], [apart])
    assert "on lab-2 but could not be compared." in open_question([there], [replace(apart, why="")])
    assert "on lab-2 but could not be compared, for" in open_question([there], [apart, replace(apart, why="cold")])
    with speaking("zh-CN"):
        assert open_question([there]) == "还没有在 lab-2 上比较过 PyTorch 与 TensorFlow。"


def test_a_measurement_in_progress_is_one_line() -> None:
    now = datetime(2026, 11, 21, 5, 32, tzinfo=UTC)
    asked = now - timedelta(minutes=3)
    job = JobRow(4, "benchmark", "running", asked, asked, None, 0.342, "lstm: <b>round</b> 3", {}, "site", "w", 1, 7)
    said = notice_words(job, now, first=True)
    assert said.replace("\\", "").startswith("A first measurement is running: 34\u00a0%, lstm: ")
    assert "<b>" not in said.replace("\\<", "")
    queued = notice_words(job._replace(state="queued"), now, first=False)
    assert queued.startswith("A measurement is queued, asked for 3 minutes ago.")


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
    assert verdicts([LSTM, mixed]) == Verdicts(0, 0, 0, 1), "where modes disagree nobody wins"


def test_what_cannot_be_compared_has_no_point() -> None:
    assert not replace(LSTM, verdict="not comparable").drawable
    assert not replace(LSTM, ratio=None).drawable
    assert not replace(LSTM, ratio=float("nan")).drawable


def test_verdicts_in_words() -> None:
    assert "slower**" in verdict_words(LSTM)
    assert "(1.60–2.50)" in verdict_words(LSTM)
    assert verdict_words(replace(LSTM, verdict="too close to call")).startswith(":gray[too close to call")
    bare = verdict_words(replace(LSTM, verdict="not comparable", ratio=None, why="layouts differ"))
    assert bare == ":red[not comparable: layouts differ]", "there is nothing to strike through"
    crossed = verdict_words(replace(LSTM, verdict="not comparable", why="layouts <b>differ</b>"))
    assert crossed.startswith("~~")
    assert "\\<b\\>" in crossed


@pytest.mark.parametrize("ratio", [None, float("nan"), float("inf"), 0.0, -1.0])
def test_what_has_no_ratio_has_no_dash_struck_through(ratio: float | None) -> None:
    row = replace(LSTM, verdict="not comparable", ratio=ratio, why="layouts differ")
    assert verdict_words(row) == ":red[not comparable: layouts differ]"
    assert "~~" not in _struck(row)
    assert flat(_struck(LSTM)).endswith(" ~~2.0 × slower~~")


def test_too_close_says_why_where_its_interval_lies_off_one() -> None:
    why = "it is not beyond a gap of 54.8%, below which this run tells nothing; the machine was busy"
    close = replace(LSTM, verdict="too close to call", why=why)
    assert "54" in verdict_words(close)
    assert "busy" not in verdict_words(close)
    assert "54" not in verdict_words(replace(close, low=0.9))


def test_the_overview_draws_every_workload_its_sentence_counts_and_says_what_it_leaves_out() -> None:
    works = [replace(LSTM, workload=f"w{at}", verdict="faster" if at == 6 else "slower") for at in range(7)]
    assert verdicts(works) == Verdicts(6, 1)
    assert len(headlines(works)) == len(outcomes(works)) == 7 <= SHOWN
    assert more_words(2, 1) == "On the page Speed: two more workloads and 1 comparison in another mode."
    assert more_words(0, 0) == ""


def test_a_stored_row_is_read() -> None:
    row = {"workload": "lstm", "size": "s", "baseline": "a", "variant": "b", "verdict": "slower", "run": 1}
    assert read(row).ratio is None
    assert (read(row).preset, read(row).device) == ("", "")
    assert read(row | {"preset": "defaults", "device": "cuda"}).preset == "defaults"


def test_a_wrong_variant_has_no_time() -> None:
    row = {
        "workload": "matmul", "size": "s", "variant": "tensorflow.xla", "status": "wrong", "message": "too far off",
        "latency_median": 0.1, "latency_low": 0.1, "latency_high": 0.1, "first_call_s": 1.0, "relative_error": 0.3,
        "tolerance": 1e-5, "peak_bytes": None, "share_of_ceiling": 0.4,
    }  # fmt: skip
    shown = listed(row)
    assert shown["state"] == "wrong: too far off"
    assert [shown[name] for name in ("median", "low", "high", "first call", "of ceiling %", "memory MiB")] == [None] * 6
    assert shown["error"] == 0.3


def test_nan_is_shown_as_no_value() -> None:
    row = {
        "workload": "m", "size": "s", "variant": "numpy", "status": "ok",
        "latency_median": float("nan"), "latency_low": None, "latency_high": 0.2, "relative_error": float("nan"),
    }  # fmt: skip
    shown = listed(row)
    assert shown["median"] is None
    assert shown["error"] is None
    assert shown["high"] == 0.2


def test_a_machine_in_words() -> None:
    assert machine_words(LSTM.machine) == "AMD EPYC, 2 processors"
    assert len(machine_words({"processor": "x" * 10_000, "accelerator": "y" * 10_000})) < 250
    assert machine_words({}) == "machine not described"
