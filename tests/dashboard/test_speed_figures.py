"""Speed made ready to read: passports, the grid of ratios, rows of one workload, and the figures drawn of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from dashboard.analysis.passports import compared, flat
from dashboard.analysis.speed import Ratio, machine_id, turned
from dashboard.analysis.speed_grid import baselines, by_category, grid, pairs, words
from dashboard.analysis.speed_rows import (
    Roof,
    absent,
    conditions,
    detailed,
    first_calls,
    memory_words,
    roofs,
    why_no_roof,
)
from dashboard.charts.ratios import ratio_chart, span_of
from dashboard.charts.roofline import per_second, roofline
from dashboard.charts.samples import samples_chart
from dashboard.charts.speed_history import history_chart, stepped, version_changes
from dashboard.colours import PALETTES, contrast
from dashboard.sections import speed_figures
from tests.dashboard.conftest import result

SLOW = Ratio(
    "lstm", "small", "torch.eager", "tensorflow.function", 2.1, 1.9, 2.3, "slower", "", 0.02, 5, None, {}
)  # fmt: skip


def test_passports_show_what_differs_first_and_of_that_what_matters() -> None:
    one = {"version": "2.1", "threads": 2, "jit": {"on": True}, "import_s": 1.0, "device": "cpu"}
    two = {"version": "3.0", "threads": 1, "jit": {"on": True}, "import_s": 2.0, "device": "cpu", "backend": None}
    different, same = compared([one, two])
    assert [(fact.key, fact.matters) for fact in different] == [
        ("threads", True),
        ("version", False),
        ("import_s", False),
    ]
    assert different[0].values == ("2", "1")
    assert {fact.key for fact in same} == {"jit.on", "device", "backend"}
    assert compared([]) == ([], [])
    assert flat({"a": {"b": {"c": None}}, "d": [1]}) == {"a.b.c": "", "d": "[1]"}


def test_the_grid_holds_measured_pairs_alone_whichever_way_round() -> None:
    other = replace(SLOW, workload="gru", baseline="torch.compile", variant="jax.jit")
    back = replace(turned(replace(SLOW, workload="conv2d")))
    table = grid([SLOW, back, other], "torch.eager")
    assert table.variants == ("tensorflow.function",)
    assert table.rows == (("conv2d", "small"), ("gru", "small"), ("lstm", "small"))
    assert table.cells[("conv2d", "small", "tensorflow.function")].ratio == pytest.approx(2.1)
    assert ("gru", "small", "jax.jit") not in table.cells
    assert baselines([SLOW, other, SLOW])[0] == "torch.eager"


def test_the_newest_of_a_cell_is_the_first_given() -> None:
    older = replace(SLOW, ratio=9.0)
    assert grid([SLOW, older], "torch.eager").cells[("lstm", "small", "tensorflow.function")] is SLOW


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "▲ 2.1 × slower"),
        ({"ratio": 0.5, "verdict": "faster"}, "▼ 2.0 × faster"),
        ({"verdict": "too close to call"}, "≈ too close"),
        ({"verdict": "not comparable"}, "✕ not comparable"),
        ({"ratio": None}, "? slower"),
    ],
)
def test_a_cell_has_a_sign_and_words(change: dict[str, Any], says: str) -> None:
    assert words(replace(SLOW, **change)).replace("\u00a0", " ") == says
    assert words(None) == "–"


def test_pairs_of_every_day_come_first_then_the_most_frequent() -> None:
    rare = replace(SLOW, variant="numpy")
    often = replace(SLOW, variant="jax.jit")
    assert [variant for _, variant in pairs([rare, often, often, SLOW])] == ["tensorflow.function", "jax.jit", "numpy"]


def test_many_comparisons_fall_apart_by_category() -> None:
    rows = [replace(SLOW, workload=name) for name in ("lstm", "matmul", "gone")]
    found = by_category(rows, {"lstm": "layer", "matmul": "operator"})
    assert {name: [row.workload for row in held] for name, held in found.items()} == {
        "layer": ["lstm"], "operator": ["matmul"], "other": ["gone"],
    }  # fmt: skip


def test_first_calls_are_those_of_every_process() -> None:
    kept = result(
        "lstm", "torch.compile", 0.1, processes=[{"first_call_s": 1.5}, {"first_call_s": None}, {"first_call_s": 2.0}]
    )
    assert first_calls(kept) == [1.5, 2.0]
    assert first_calls(result("lstm", "numpy", 0.1)) == [0.5]
    assert detailed(kept)["first call, each process"] == "1.50\u00a0s, 2.00\u00a0s"
    assert detailed(result("lstm", "numpy", None))["first call, each process"] == ""


def test_memory_is_shown_by_kind_with_what_it_means() -> None:
    memory = {"process_bytes": 2**30, "allocator_bytes": 2**20, "said": {"allocator_bytes": "by the caching allocator"}}
    row = result("lstm", "torch.eager", 0.1, memory=memory)
    shown = detailed(row)
    assert (shown["process MiB"], shown["allocator MiB"], shown["device MiB"]) == (1024, 1, None)
    assert memory_words([row, result("lstm", "numpy", 0.1)]) == [
        "process: resident in the process at most, the framework included",
        "allocator: by the caching allocator",
    ]


def test_what_has_no_time_is_listed_with_its_reason() -> None:
    rows = [result("lstm", "torch.eager", 0.1), result("lstm", "tensorflow.xla", None)]
    found = absent(rows, {"numpy": "no such layer"}, ["torch.eager", "tensorflow.xla", "numpy", "jax.jit"])
    assert found == [
        ("tensorflow.xla", "wrong: 0.3 off the reference"),
        ("numpy", "no side: no such layer"),
        ("jax.jit", "not measured in this run"),
    ]


def test_the_conditions_of_a_workload_are_told_as_far_as_they_are_known() -> None:
    facts = {
        "workload": "lstm", "size": "small", "rounds": 9, "seconds": 9.0, "stopped_because": "the budget was spent",
        "processes": {"wanted": 3, "done": 2, "why": "time was up"}, "disturbance": {"others_share": 0.12},
        "throttle": {"known": True, "rounds_throttled": 2, "rounds": 9}, "sentinel": {"changed": True, "drift": 0.1},
    }  # fmt: skip
    said = " / ".join(conditions({"workloads": [facts], "cache": "cold"}, "lstm", "small")).replace("\u00a0", " ")
    assert said == (
        "9 rounds in 9.00 s; the budget was spent / fresh processes a variant: 2, asked for: 3; time was up / "
        "12.0 % of the processors went to others meanwhile / 2 of 9 rounds held back by heat or power / "
        "a fixed work timed meanwhile drifted by 10.0 % / cold cache: every call took other copies of its inputs"
    )
    assert conditions({}, "lstm", "small") == []
    assert conditions({"workloads": [facts]}, "lstm", "large") == []


def test_a_roof_needs_ceilings_counts_and_a_time() -> None:
    row = result("matmul", "torch.eager", 0.5, flops=1e9, bytes=1e7)
    wrong = result("matmul", "jax.jit", None, flops=1e9, bytes=1e7)
    assert roofs([row, wrong, result("matmul", "numpy", 0.1)]) == [Roof("torch.eager", 100.0, 2e9)]
    full = {"flops_per_s": 1e11, "bytes_per_s": 1e10}
    assert why_no_roof(full, [row]) == ""
    assert "no ceilings" in why_no_roof(full | {"bytes_per_s": None}, [row])
    assert "counts no floating-point" in why_no_roof(full, [result("sort", "numpy", 0.1, flops=0, bytes=10)])
    assert "No variant of it was right" in why_no_roof(full, [wrong])


def test_the_roofline_has_a_point_a_variant_under_a_roof_with_a_ridge() -> None:
    points = [Roof("torch.eager", 100.0, 2e9), Roof("numpy", 100.0, 1.9e9), Roof("jax.jit", 0.5, 5e9)]
    figure = roofline(points, 1e11, 1e10, "light")
    roof = next(trace for trace in figure.data if trace.meta == "roof")
    assert roof.x[1] == pytest.approx(10.0)
    assert roof.y[1] == roof.y[2] == 1e11
    assert roof.y[0] == pytest.approx(1e10 * roof.x[0])
    drawn = {trace.meta: (trace.x[0], trace.y[0]) for trace in figure.data if trace.meta != "roof"}
    assert drawn == {point.variant: (point.intensity, point.flops_per_s) for point in points}
    named = [note for note in figure.layout.annotations if note.text in drawn]
    heights = sorted(note.y for note in named)
    assert len(named) == 3
    assert all(upper - lower > 0.05 for lower, upper in pairwise(heights))
    assert "100 M" in figure.layout.yaxis.ticktext or "1 G" in figure.layout.yaxis.ticktext
    assert per_second(98.3e9, "FLOP") == "98.3 GFLOP/s"


def test_samples_say_their_process_and_round() -> None:
    made: dict[str, list[Any]] = {
        "latency": [0.1, None, 0.3],
        "again": [0.1, 0.1, 0.1],
        "rounds": [0, 1, 2],
        "process": [0, 0, 1],
    }
    figure = samples_chart(made, "torch.eager", "dark")
    assert [trace.name for trace in figure.data] == ["latency", "the baseline again"]
    assert figure.data[0].y[1] is None
    assert figure.data[0].text[2].startswith("round 3, process 2: 300")
    assert [note.text for note in figure.layout.annotations] == ["process 1", "process 2"]
    assert not samples_chart({"latency": [0.1], "process": [0]}, "numpy", "light").layout.annotations


def past(*seconds: float, **changes: Any) -> list[dict[str, Any]]:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    return [
        {"run": at, "variant": "torch.eager", "measured_at": start + timedelta(days=at), "step": None}
        | {"latency_s": {"median": s, "low": s * 0.9, "high": None}, "key": {"versions": {"version": "2.1"}}}
        | changes
        for at, s in enumerate(seconds)
    ]


def test_the_history_draws_intervals_steps_and_versions() -> None:
    rows = past(1.0, 1.0, 2.0)
    rows[2] |= {"step": {"state": "suspected", "ratio": 2.0}, "key": {"versions": {"version": "2.2", "numpy": "2"}}}
    figure = history_chart(rows, "light")
    line = figure.data[0]
    assert list(line.y) == [1.0, 1.0, 2.0]
    assert list(line.error_y.array) == [0.0, 0.0, 0.0]
    assert line.error_y.arrayminus[0] == pytest.approx(0.1)
    assert [note.text for note in figure.layout.annotations] == ["①", "⚑"]
    assert figure.layout.shapes[0].line.dash == "dot"
    assert stepped(rows) == [rows[2]]
    assert version_changes(rows) == [(rows[2], "version 2.1 → 2.2, numpy ? → 2")]


def test_charts_that_stand_together_share_one_axis() -> None:
    far = replace(SLOW, ratio=60.0, high=69.0)
    span = span_of([SLOW, far])
    ranges = {tuple(ratio_chart([row], "light", span=span).layout.xaxis.range) for row in (SLOW, far)}
    assert len(ranges) == 1
    ticks = ratio_chart([far], "light", span=span).layout.xaxis.ticktext
    assert "same" in ticks
    assert len(ticks) <= 9


def test_the_red_of_what_is_not_comparable_can_be_read() -> None:
    for palette in PALETTES.values():
        assert contrast(palette.wrong, palette.background) >= 4.5


def test_a_machine_is_told_from_another_by_what_does_not_change() -> None:
    one = {"processor": "P", "processors": 2, "python": "3.11", "load_before": [1]}
    assert machine_id(one) == machine_id(one | {"python": "3.12", "load_before": [2]})
    assert machine_id(one) != machine_id(one | {"processors": 4})
    assert len(machine_id({})) == 8


def test_a_file_has_no_digits_that_binary_fractions_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sections.measurement.heads_of", lambda _runs: [])
    table = pd.DataFrame({"low": [1.8900000000000001, None], "high": [2.3100000000000005, 1e-9 / 3], "run": [3, 3]})
    assert speed_figures._rows(table).values == [[1.89, 2.31, 3], [None, 3.33333333333333e-10, 3]]
